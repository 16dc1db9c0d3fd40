"""All that is kept of one host."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from newswire.domain.articles.hosts.answers import NO_ANSWERS, Answers, answered
from newswire.domain.articles.hosts.edit_rate import NO_RATE, EditRate, looked


@dataclass(frozen=True, slots=True)
class HostHabits:
    """How a host edits, how it answers, and how many requests it was sent for looks."""

    rate: EditRate = NO_RATE
    answers: Answers = NO_ANSWERS
    spent: float = 0.0
    """Looks within about the last hour: of those before, half are forgotten in `_SPENT`."""
    spent_at: datetime | None = None


NO_HABITS: Final = HostHabits()
SOON_AFTER: Final = timedelta(hours=2)
"""For so long an edit lets another one be expected."""
_SPENT: Final = timedelta(minutes=42)
"""The half-life that weighs looks at a steady pace as one hour of them (one hour times ln 2)."""


@dataclass(frozen=True, slots=True)
class PageLook:
    """One look at an article: the page answered at ``at``."""

    first_seen: datetime
    before: datetime
    """When the page was seen last before."""
    at: datetime
    there: bool
    edited: bool
    edited_at: datetime | None = None
    """When the edit before this look was noticed, if there was one."""


def after_look(habits: HostHabits, look: PageLook) -> HostHabits:
    """The habits with what one look has shown."""
    rate = habits.rate
    if look.there:
        soon_after = look.edited_at is not None and look.before - look.edited_at < SOON_AFTER
        since, until = look.before - look.first_seen, look.at - look.first_seen
        rate = looked(rate, since, until, edited=look.edited, soon_after=soon_after)
    spent = spent_now(habits, look.at) + 1
    latest = max(look.at, habits.spent_at) if habits.spent_at else look.at
    return replace(
        habits, rate=rate, answers=answered(habits.answers, look.at, there=look.there), spent=spent, spent_at=latest
    )


def spent_now(habits: HostHabits, now: datetime) -> float:
    """Looks per hour that the host has been sent of late."""
    if habits.spent_at is None or now <= habits.spent_at:
        return habits.spent
    return float(habits.spent * 0.5 ** ((now - habits.spent_at) / _SPENT))
