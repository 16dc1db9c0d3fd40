"""How long to wait for a feed's next entry: a third of the gap between two, within bounds."""

from datetime import datetime, timedelta
from typing import Final

from newswire.domain.feeds.memory import FeedMemory
from newswire.domain.feeds.passing import passes
from newswire.domain.schedule.publication_rate import QUIET, idle_for, mean_gap, reach, turnover

LOOKS: Final = 3
"""Looks per entry: a new one waits for a sixth of the gap on average, a third at most."""
LIVELY_MAX: Final = timedelta(hours=6)
"""The longest wait for a feed that published within `DORMANT`, and the unit of those for one that did not."""
DORMANT: Final = timedelta(days=7)
MONTH: Final = timedelta(days=30)
WHOLE_MIN: Final = timedelta(minutes=15)
"""The shortest wait where every look costs the server a whole document, unless entries would be lost."""
WHOLE_MAX: Final = timedelta(hours=1)
"""And the longest that is asked for on that account alone. A feed that shows nothing twice is polled no sooner."""


def base_wait(memory: FeedMemory, now: datetime, *, conditional: bool) -> timedelta | None:
    """Between two polls of a feed, going by its entries alone; None when nothing is known of them.

    ``conditional``: the server gives validators, so that a look in vain costs it next to nothing.
    """
    if passes(memory):
        return WHOLE_MAX
    idle = idle_for(memory, now)
    if idle is not None and idle >= DORMANT:
        return LIVELY_MAX * max(1.0, idle / MONTH)
    if idle is not None and memory.empty_since is not None:  # the silence is all there is to go by
        return min(idle / QUIET / LOOKS, LIVELY_MAX)
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
    which it is filled anew.
    """
    wait = max(WHOLE_MIN, min(gap, WHOLE_MAX))
    filled_anew = turnover(memory, now)
    return wait if filled_anew is None else min(wait, filled_anew / LOOKS)
