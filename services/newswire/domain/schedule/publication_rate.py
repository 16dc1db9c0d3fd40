"""How often a feed publishes, from a count that fades.

Every new entry adds to a weight, and the weight decays exponentially: at a steady rate it settles at
rate × `MEMORY`. What comes counts as spread evenly over the time since the last look, so the estimate
does not depend on how often anybody looked, and a pause of ours leaves no mark.

`MEMORY` is five days: a night is averaged out, and a weekend of 62 hours leaves 60 % of the rate (with three
days 42 %), so that what is usual for a feed does not change every Monday; yet one that changes its habits is
followed within the week.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil, exp, expm1
from statistics import median
from typing import Final

from newswire.domain.feeds.memory import FeedMemory, ScheduleHints

MEMORY: Final = timedelta(days=5)
"""The time constant: after this long an entry counts 1/e."""
QUIET: Final = 20
"""A silence of this many usual gaps is believed: the gap is then at least so small a part of it.

By chance alone (a Poisson process) one gap in five hundred million is as long; a lively feed has one every night.
"""
SEED_SPAN: Final = timedelta(hours=6)
"""Entries dated closer together than this were written at once, and say nothing of the next ones."""
PINNED: Final = 0.1
"""The share of oldest entries that the first document's rate is taken without: pinned, or dated by mistake."""
START_GAP: Final = timedelta(minutes=45)
"""What a feed without dates is taken for when it first brings something: one entry alone would be one in `MEMORY`."""
GAP_MAX: Final = timedelta(days=365)
FAINT: Final = MEMORY / GAP_MAX
"""The weight does not fade further: none at all would be a feed of which nothing is known."""
NO_TIME: Final = timedelta(0)


def weighed(memory: FeedMemory, new: int, now: datetime) -> FeedMemory:
    """The memory after a poll that the feed answered and that brought ``new`` entries; 0 for a 304.

    Call it for every answered poll, with ``memory.hints`` as of the document just read.
    """
    seen = _covered(memory, new, now) / MEMORY
    spread = -expm1(-seen) / seen if seen else 1.0
    weight = memory.weight or (MEMORY / START_GAP if new else 0.0)
    faded = max(FAINT, weight * exp(-seen)) if weight else 0.0
    # A clock that was set back leaves a last entry in the future, and no silence would ever be noticed.
    last = now if new or (memory.last_entry_at and memory.last_entry_at > now) else memory.last_entry_at
    empty_since = (memory.empty_since or now) if last is None else None
    weight = faded + new * spread
    after = replace(memory, weight=weight, weighed_at=now, last_entry_at=last, empty_since=empty_since)
    if not new:
        return after
    gap = mean_gap(after, now)
    return replace(after, usual_gap_s=gap.total_seconds() if gap else None)


def begun(memory: FeedMemory, published: Sequence[datetime | None], now: datetime) -> FeedMemory:
    """The memory after the first document that was ever read of a feed.

    ``published``: the dates of its entries, in any order. The last of them counts as found when it was published: an
    old feed is not a lively one for being new to us.
    """
    undated = now if published else None
    last = max((at for at in published if at is not None and at <= now), default=undated)
    weight, empty_since = seeded(published, now), None if published else now
    after = replace(memory, weight=weight, weighed_at=now, last_entry_at=last, empty_since=empty_since)
    gap = mean_gap(after, now)
    return replace(after, usual_gap_s=gap.total_seconds() if gap else None)


def seeded(published: Sequence[datetime | None], now: datetime) -> float:
    """The weight that a first document gives a feed: its entries' own dates, where they have some that are past.

    A document holds only the newest entries, so what it shows is divided by how much of `MEMORY` it reaches back.
    """
    ages = sorted((now - at) / MEMORY for at in published if at is not None and at <= now)
    if not ages:
        return 0.0
    kept = ages[: ceil(len(ages) * (1 - PINNED))]
    depth = max(kept[-1], SEED_SPAN / MEMORY)
    return max(FAINT, sum(exp(-age) for age in kept) / -expm1(-depth))


def mean_gap(memory: FeedMemory, now: datetime) -> timedelta | None:
    """The expected time between two entries; None when nothing is known.

    Judged as of the last answered poll: what happened since then nobody has seen.
    """
    looked = _looked(memory, now)
    if looked is None or memory.weight <= 0 or memory.weighed_at is None:
        return None
    gap = MEMORY / max(FAINT, memory.weight * exp(-max(NO_TIME, looked - memory.weighed_at) / MEMORY))
    idle = idle_for(memory, now)
    return max(gap, idle / QUIET) if idle else gap


def idle_for(memory: FeedMemory, now: datetime) -> timedelta | None:
    """For how long, as of the last answered poll, nothing new has come; None for a feed that nobody has read."""
    looked, since = _looked(memory, now), memory.last_entry_at or memory.empty_since
    if looked is None or since is None:
        return None
    return max(NO_TIME, looked - since)


def reach(hints: ScheduleHints) -> timedelta | None:
    """How long a time the document's entries take up, the gap after the newest included; None when unknown."""
    if hints.window_s is None or hints.window_s <= 0 or hints.entries < 2:
        return None
    return timedelta(seconds=min(hints.window_s * hints.entries / (hints.entries - 1), GAP_MAX.total_seconds()))


def reaches_back(memory: FeedMemory, now: datetime) -> timedelta | None:
    """How far back from the last look the document's entries go; None when unknown.

    Where nothing comes for a while it keeps them that much longer, so that a batch of entries is not a flood.
    """
    told = reach(memory.hints)
    return None if told is None else told + (idle_for(memory, now) or NO_TIME)


def turnover(memory: FeedMemory, now: datetime) -> timedelta | None:
    """The time in which the document may be filled anew; None when unknown.

    It is the shorter of two: at the pace of the document's entries, and at the feed's usual pace, because a day's news
    begin suddenly.
    """
    spans = [kept] if (kept := reaches_back(memory, now)) is not None else []
    if memory.usual_gap_s is not None and memory.hints.entries:
        spans.append(timedelta(seconds=min(memory.usual_gap_s * memory.hints.entries, GAP_MAX.total_seconds())))
    return min(spans, default=None)


def keeps_for(memory: FeedMemory) -> timedelta | None:
    """For how long from now on the document surely keeps its entries; None when unknown.

    News may begin right now at the pace of the day: a pause until now puts nothing off. A single entry may be all that
    there is so far, and says nothing.
    """
    gaps = [gap_s for gap_s in (memory.hints.median_gap_s, memory.usual_gap_s) if gap_s]
    if memory.hints.entries < 2 or not gaps:
        return None
    return timedelta(seconds=min(min(gaps) * memory.hints.entries, GAP_MAX.total_seconds()))


def median_gap(published: Sequence[datetime | None], now: datetime) -> timedelta | None:
    """The median of the times between a document's dates; None where fewer than two are past."""
    dates = _past(published, now)
    if len(dates) < 2:
        return None
    return timedelta(seconds=median((newer - older).total_seconds() for newer, older in pairwise(dates)))


def window(published: Sequence[datetime | None], now: datetime) -> timedelta | None:
    """From the oldest to the newest date of a document's entries; None where none has a date that is past.

    The oldest tenth may be pinned: it counts as if it had come at the pace of the others.
    """
    dates = _past(published, now)
    if not dates:
        return None
    kept = dates[: ceil(len(dates) * (1 - PINNED))]
    return (kept[0] - kept[-1]) * ((len(dates) - 1) / max(1, len(kept) - 1))


def _past(published: Sequence[datetime | None], now: datetime) -> list[datetime]:
    """The dates that are past, newest first."""
    return sorted((at for at in published if at is not None and at <= now), reverse=True)


def _looked(memory: FeedMemory, now: datetime) -> datetime | None:
    looks = [at for at in (memory.weighed_at, memory.succeeded_at) if at is not None]
    return min(max(looks), now) if looks else None


def _covered(memory: FeedMemory, new: int, now: datetime) -> timedelta:
    """How much of the time since the last look is known: all of it, unless the document holds nothing but news."""
    if memory.weighed_at is None:
        return NO_TIME
    passed = max(NO_TIME, now - memory.weighed_at)
    told = reach(memory.hints)
    return min(passed, told) if told is not None and new >= memory.hints.entries else passed
