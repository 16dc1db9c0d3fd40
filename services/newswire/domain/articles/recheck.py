"""When the page of an article is fetched again.

Most edits come soon after publication, so the re-checks thin out: each one comes when the article is three times as
old as at the re-check before, from 20 minutes on, for a week (20 min, 1 h, 3 h, 9 h, 27 h, 81 h).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from newswire.events import PageValidators

FIRST: Final = timedelta(minutes=20)
FACTOR: Final = 3
UNTIL: Final = timedelta(days=7)
HURRY_GAP: Final = timedelta(minutes=15)
"""A feed that bumps its dates at every poll gets its articles looked at no more often than this."""


@dataclass(frozen=True, slots=True)
class Recheck:
    """An article that is due to be looked at again."""

    article_id: UUID
    url: str
    number: int
    """Which re-check of this article this is, from 1."""
    validators: PageValidators
    ignore_robots: bool = False
    """What the operator said of a feed that brought it."""


def next_recheck(first_seen: datetime, now: datetime) -> datetime | None:
    """The moment of the next look at an article first seen at ``first_seen``; None when it is done with."""
    age = max(FIRST, (now - first_seen) * FACTOR)
    return first_seen + age if age <= UNTIL else None


def hurried(recheck_at: datetime | None, fetched_at: datetime, now: datetime | None) -> datetime:
    """The next look at an article whose feed says it was updated: now, but `HURRY_GAP` after the last one."""
    earliest = fetched_at + HURRY_GAP
    soon = max(now, earliest) if now else earliest
    return min(recheck_at, soon) if recheck_at else soon
