"""When the page of an entry was fetched: the archive is searched by time."""

from datetime import datetime, timedelta
from typing import Final

from newswire.domain.archive.names import FetchWindow
from newswire.events import EntryReason

GRACE: Final = timedelta(minutes=5)
"""Before an entry was found and after its outcome: the time in which its page may have been fetched as well.

The clocks of two machines differ. And a consumer that lost its partitions learns of it within half a minute; until
then two may work on one entry.
"""
_MOMENT: Final = timedelta(seconds=1)


def fetch_window(reason: EntryReason, found_at: datetime, ended_at: datetime | None, now: datetime) -> FetchWindow:
    """The time in which the page of an entry was fetched, if it was.

    ``ended_at`` is the time of its outcome; None while it is on its way. An imported page is filed under the time at
    which its archive fetched it, which is the time at which its entry says that it was found.
    """
    if reason == "import":
        return FetchWindow(found_at - _MOMENT, found_at + _MOMENT)
    return FetchWindow(found_at - GRACE, (ended_at or now) + GRACE)
