"""How long to wait for a feed's next entry: a third of the gap between two, within bounds."""

from datetime import datetime, timedelta
from typing import Final

from newswire.domain.feeds.memory import FeedMemory
from newswire.domain.schedule.publication_rate import idle_for, mean_gap, reach, reaches_back

LOOKS: Final = 3
"""Looks per entry: a new one waits for a sixth of the gap on average, a third at most."""
LIVELY_MAX: Final = timedelta(hours=6)
"""The longest wait for a feed that published within `DORMANT`, and the unit of those for one that did not."""
DORMANT: Final = timedelta(days=7)
MONTH: Final = timedelta(days=30)
WHOLE_MIN: Final = timedelta(minutes=15)
"""The shortest wait where every look costs the server a whole document, unless entries would be lost."""
WHOLE_MAX: Final = timedelta(hours=1)
"""And the longest that is asked for on that account alone."""
_DAY_S: Final = 86_400.0


def base_wait(memory: FeedMemory, now: datetime, *, conditional: bool) -> timedelta | None:
    """Between two polls of a feed, going by its entries alone; None when nothing is known of them.

    ``conditional``: the server gives validators, so that a look in vain costs it next to nothing.
    """
    idle = idle_for(memory, now)
    if idle is not None and idle >= DORMANT:
        return LIVELY_MAX * max(1.0, idle / MONTH)
    gaps = [gap for gap in (mean_gap(memory, now), _recent_gap(memory, idle)) if gap is not None]
    if not gaps:
        return None
    wait = min(min(gaps) / LOOKS, LIVELY_MAX)
    return wait if conditional else max(wait, _whole(min(gaps), memory, now))


def _recent_gap(memory: FeedMemory, idle: timedelta | None) -> timedelta | None:
    """Between the entries that the document holds: what is going on right now, until it has been silent as long."""
    told = reach(memory.hints)
    return None if told is None or idle is None else max(told / memory.hints.entries, idle)


def _whole(gap: timedelta, memory: FeedMemory, now: datetime) -> timedelta:
    """How often to ask for a whole document.

    One look per entry, since a changed document would be sent whole in any case; but `LOOKS` in the time in
    which it is filled anew, be it at the pace of its entries or at the usual one: a day's news begin suddenly.
    """
    wait = max(WHOLE_MIN, min(gap, WHOLE_MAX))
    if (kept := reaches_back(memory, now)) is not None:
        wait = min(wait, kept / LOOKS)
    if memory.usual_gap_s is not None and memory.hints.entries:
        wait = min(wait, timedelta(seconds=min(memory.usual_gap_s * memory.hints.entries, _DAY_S)) / LOOKS)
    return wait
