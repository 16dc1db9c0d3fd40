"""When the page of an entry was fetched: the archive is searched by time."""

from datetime import datetime, timedelta
from typing import Final

from newswire.domain.archive.names import FetchWindow
from newswire.events import EntryReason

GRACE: Final = timedelta(minutes=5)
"""After the outcome of an entry: the time in which a second process may still fetch its page.

A consumer that lost its partitions learns of it within half a minute; until then two may work on one entry.
"""
_MOMENT: Final = timedelta(seconds=1)


def fetch_window(reason: EntryReason, found_at: datetime, ended_at: datetime | None, now: datetime) -> FetchWindow:
    """The time in which the page of an entry was fetched, if it was.

    ``ended_at`` is the time of its outcome; None while it is on its way. An imported page is filed under the time at
    which its archive fetched it, which is the time at which its entry says that it was found.
    """
    if reason == "import":
        return FetchWindow(found_at - _MOMENT, found_at + _MOMENT)
    return FetchWindow(found_at - _MOMENT, min(ended_at + GRACE, now) if ended_at else now)
