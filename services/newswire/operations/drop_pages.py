"""The retention of the archive of raw pages."""

from datetime import datetime, timedelta

from newswire.ports import ArchiveUpkeep, Dropped


async def drop_pages(archive: ArchiveUpkeep, keep_days: int, now: datetime, *, pretend: bool = False) -> Dropped:
    """Delete the archived pages of the days that are ``keep_days`` or more ago; with ``pretend`` only count the files.

    One day more is kept, as pages of the next day may lean on bodies of the last one. Raises `Wait`.
    """
    return await archive.drop((now - timedelta(days=keep_days)).date(), pretend=pretend)
