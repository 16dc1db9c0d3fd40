"""The hours and days in which a publisher asks not to be polled (RSS 2.0 skipHours and skipDays, in GMT).

RSS 2.0 says that aggregators "may not read the channel" then. No publishing software writes them by default, so a feed
that has them means them: they hold even where the document may be filled anew meanwhile. A gap is then told.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from newswire.domain.feeds.memory import ScheduleHints

_HOUR: Final = timedelta(hours=1)
_HOURS: Final = frozenset(range(24))
_DAYS: Final = frozenset(range(7))


def past_skips(at: datetime, hints: ScheduleHints, *, spread: timedelta) -> datetime:
    """``at`` in UTC; where it is excluded, ``spread`` into the next hour that is not. ``spread`` is under an hour.

    Hour 24 is midnight, as some write it. A feed that excludes every hour or every day excludes none.
    """
    hours = frozenset(0 if hour == 24 else hour for hour in hints.skip_hours) & _HOURS
    days = frozenset(hints.skip_days) & _DAYS
    hours, days = hours if hours < _HOURS else frozenset(), days if days < _DAYS else frozenset()
    found = at = at.astimezone(UTC)
    while found.hour in hours or found.weekday() in days:
        found = found.replace(minute=0, second=0, microsecond=0) + _HOUR
    return found if found == at else found + spread
