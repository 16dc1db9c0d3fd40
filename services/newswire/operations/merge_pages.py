"""The daily merge of the archive of raw pages."""

from datetime import date, datetime, timedelta
from typing import Final

from newswire.ports import ArchiveUpkeep

SETTLED: Final = timedelta(days=2)
"""The age from which a day is merged: no file is written for it any more, and no new revisit leans on its pages."""


async def merge_pages(archive: ArchiveUpkeep, since: date, now: datetime) -> int:
    """Merge the files of the settled days from ``since`` on; returns how many are gone. Raises `Wait`."""
    return await archive.merge(since, (now - SETTLED).date())
