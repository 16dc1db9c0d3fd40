"""When the page of an article is fetched again.

Most edits come soon after publication, and hosts differ: some never edit, some edit for days. Newswire learns how often
each host edits (`newswire.domain.articles.hosts`). The next look at an article comes when the expected number of edits
since the last look reaches `EXPECTED`. An article that was just edited is likely to be edited again. When the looks at
a host exceed its budget, they come later. After a week newswire looks at an article no more.
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from pydantic import BaseModel

from newswire.domain.articles.hosts.edit_rate import BANDS, band_of, per_hour, per_hour_after
from newswire.domain.articles.hosts.habits import NO_HABITS, SOON_AFTER, HostHabits, spent_now
from newswire.events import DeadLetter, PageValidators, stable_id

FIRST: Final = timedelta(minutes=20)
SOONEST: Final = timedelta(minutes=10)
UNTIL: Final = timedelta(days=7)
EXPECTED: Final = 0.15
"""Edits to be expected when a look is worth its request."""
WIDEST: Final = 2
"""However seldom a host edits, the time to the next look is at most the article's age, so many times."""
CALM: Final = timedelta(hours=6)
"""Or after this time, where that is longer."""
BUDGET: Final = 60.0
"""Looks per hour at the pages of one host."""
HURRY_GAP: Final = timedelta(minutes=15)
"""A feed that bumps its dates at every poll gets its articles looked at no more often than this."""
LOOK: Final = "recheck-"
"""The fingerprint of a look's entry: this, and its number. Redos, withdrawals and tombstones have another."""
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Recheck:
    """An article that is due to be looked at again."""

    article_id: UUID
    url: str
    number: int
    """Which re-check of this article this is, from 1."""
    validators: PageValidators
    ignore_robots: bool = False
    """Whether the operator lets newswire fetch the pages of a feed that brought the article without robots.txt."""


def recheck_entry_id(article_id: UUID, number: int) -> UUID:
    """The id of the entry of an article's re-check with this number."""
    return stable_id("recheck", article_id, number)


class _RecordOfLook(BaseModel):
    """What the records of a look have in common: the page that is asked for, and what came of it."""

    article_id: UUID | None = None
    recheck_of: UUID | None = None


def looked_at_by(letter: DeadLetter) -> UUID | None:
    """The known article that the record in the letter is about, if that names one."""
    try:
        said = _RecordOfLook.model_validate_json(base64.b64decode(letter.value_base64))
    except ValueError:  # the record may be anything, or cut off
        return None
    return said.recheck_of or said.article_id


def next_recheck(
    first_seen: datetime, now: datetime, habits: HostHabits = NO_HABITS, edited_at: datetime | None = None
) -> datetime | None:
    """The moment of the next look at an article first seen at ``first_seen``; None when it is done with.

    ``edited_at``: when its last edit was noticed, if it had any.
    """
    age_h = max(0.0, (now - first_seen) / _HOUR)
    wait_h = _wait_h(age_h, habits, (now - edited_at) / _HOUR if edited_at else None)
    wait_h = min(wait_h, max(CALM / _HOUR, WIDEST * age_h))
    wait_h = max(wait_h, SOONEST / _HOUR, FIRST / _HOUR - age_h)
    wait_h *= max(1.0, spent_now(habits, now) / BUDGET)
    due = now + timedelta(hours=wait_h)
    return due if due - first_seen <= UNTIL else None


def _wait_h(age_h: float, habits: HostHabits, since_edit_h: float | None) -> float:
    """The hours until `EXPECTED` edits are to be expected, summed up through the age bands."""
    expected, at = 0.0, age_h
    if since_edit_h is not None and (left := SOON_AFTER / _HOUR - since_edit_h) > 0:
        wait_h = EXPECTED / max(per_hour_after(habits.rate), per_hour(habits.rate, band_of(age_h)))
        if wait_h <= left:
            return wait_h
    for number in range(band_of(age_h), len(BANDS)):
        rate = per_hour(habits.rate, number)
        reached = at + (EXPECTED - expected) / rate
        if reached <= BANDS[number]:
            return reached - age_h
        expected += rate * (BANDS[number] - at)
        at = BANDS[number]
    return at - age_h + (EXPECTED - expected) / per_hour(habits.rate, len(BANDS) - 1)


def hurried(recheck_at: datetime | None, fetched_at: datetime, now: datetime | None) -> datetime:
    """The next look at an article whose feed says it was updated: now, but `HURRY_GAP` after the last one."""
    earliest = fetched_at + HURRY_GAP
    soon = max(now, earliest) if now else earliest
    return min(recheck_at, soon) if recheck_at else soon
