"""When to look at an article again.

Most edits come soon after publication, so the looks thin out: each one comes when the article is
three times as old as at the last, from 20 minutes on, for a week (20 min, 1 h, 3 h, 9 h, 27 h, 81 h).
"""

from datetime import datetime, timedelta
from typing import Final

FIRST: Final = timedelta(minutes=20)
FACTOR: Final = 3
UNTIL: Final = timedelta(days=7)


def next_recheck(first_seen: datetime, now: datetime) -> datetime | None:
    """The moment of the next look at an article first seen at ``first_seen``; None when it is done with."""
    age = max(FIRST, (now - first_seen) * FACTOR)
    return first_seen + age if age <= UNTIL else None
