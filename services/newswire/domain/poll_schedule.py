"""When to poll a feed again: as often as it publishes, as rarely as its server asks.

A third of the gap between two entries, within bounds; longer where the publisher, the server, an error or a
hub gives a reason; never in the hours that the publisher excludes; and never in step with another feed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from newswire.domain.feed_memory import FeedMemory, FeedOptions, Hints
from newswire.domain.poll_skips import past_skips
from newswire.domain.publication_rate import NO_TIME, idle_for, mean_gap, reach

DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
LOOKS: Final = 3
"""Looks per entry: a new one waits for a sixth of the gap on average, a third at most."""
ASKED_WHOLE: Final = timedelta(minutes=5)
"""The shortest base where every look costs the server a whole document."""
LIVELY: Final = timedelta(hours=6)
"""The longest base of a feed that published within `DORMANT`, and the unit of those that did not."""
DORMANT: Final = timedelta(days=7)
MONTH: Final = timedelta(days=30)
HINTED_MAX: Final = DAY
"""A publisher, or a Retry-After, puts off a poll for so long and no longer."""
BACKOFF_MAX: Final = timedelta(days=3)
DOUBLINGS: Final = 8
LIMITED_MIN: Final = HOUR
"""After a 429 that does not say how long."""
GONE_MIN: Final = DAY
PUSHED: Final = 8
"""How much more rarely a feed is polled whose hub tells of what is new."""
JITTER: Final = 0.1
INTERVAL_MAX: Final = timedelta(days=7)
"""An operator's interval counts as so long at most."""
HORIZON: Final = INTERVAL_MAX + DAY + timedelta(days=7)
"""No poll is ever put off for longer: by the longest interval, a day of jitter or spreading, a week of skipped days."""
CLOCK_SKEW: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Pace:
    """What the operator sets for all feeds."""

    default: timedelta
    """Between two polls of a feed of which nothing is known."""
    shortest: timedelta
    """Between two polls of one feed, at least, whoever asks for less."""
    longest: timedelta
    """Between two polls of a feed that answers, at most; errors and Retry-After still put it off."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the poll that just ended says for the next one."""

    errors: int = 0
    """Failed polls in a row, this one included."""
    reason: str | None = None
    """Of a failure: ``http-429``, ``http-403``, ``http-404``, ``timeout``, …"""
    retry_after: timedelta | None = None
    conditional: bool = False
    """The server gives validators: asking whether anything is new costs it next to nothing."""


def next_poll(
    feed_id: UUID,
    memory: FeedMemory,
    options: FeedOptions,
    answer: Answer,
    pace: Pace,
    now: datetime,
    *,
    pushed: bool = False,
    first: bool = False,
) -> datetime:
    """The moment of the next poll, in UTC: after ``now + pace.shortest``, and before ``now + HORIZON``.

    ``pushed``: a WebSub hub tells of new entries. ``first``: this was the first poll of the feed; the second is
    put off by up to as much again (a day at most), so that feeds that were added together part at once.
    """
    own = _own(options)
    base = _base(memory, answer, pace, now) if own is None else own
    calm = base
    if pushed and own is None:
        calm = max(base, min(base * PUSHED, DAY, pace.longest))
    floors = [pace.shortest, calm, _backoff(base, answer), _capped(answer.retry_after, HINTED_MAX)]
    if own is None:
        floors.append(min(_hinted(memory.hints), pace.longest))
    wait = max(floors)
    late = spread(feed_id, min(wait, DAY)) if first else wait * JITTER * _share(feed_id.bytes, now.isoformat().encode())
    at = now + wait + late
    if own is not None:
        return at
    return past_skips(at, memory.hints, spread=min(wait, HOUR) * _share(feed_id.bytes, at.isoformat().encode()))


def misdated(next_poll_at: datetime, now: datetime, *, last_polled_at: datetime | None = None) -> bool:
    """Whether a clock was set wrong when this time was written: the feed is then due, see `spread`.

    No poll is put off beyond `HORIZON`; and no poll has ended in what is still the future.
    """
    return next_poll_at - now > HORIZON or (last_polled_at is not None and last_polled_at - now > CLOCK_SKEW)


def spread(feed_id: UUID, over: timedelta) -> timedelta:
    """A feed's own share of ``over``, the same every time: feeds that are all due at once take turns by it."""
    return over * _share(feed_id.bytes)


def _base(memory: FeedMemory, answer: Answer, pace: Pace, now: datetime) -> timedelta:
    idle = idle_for(memory, now)
    gaps = [gap for gap in (mean_gap(memory, now), _recent_gap(memory, idle)) if gap is not None]
    if idle is not None and idle >= DORMANT:
        base = LIVELY * max(1.0, idle / MONTH)
    elif gaps:
        base = min(min(gaps) / LOOKS, LIVELY)
        if not answer.conditional:
            base = max(base, _whole_min(memory, idle))
    else:
        base = pace.default
    return max(pace.shortest, min(base, pace.longest))


def _recent_gap(memory: FeedMemory, idle: timedelta | None) -> timedelta | None:
    """Between the entries that the document holds: what is going on right now, until it has been silent as long."""
    told = reach(memory.hints)
    return None if told is None or idle is None else max(told / memory.hints.entries, idle)


def _whole_min(memory: FeedMemory, idle: timedelta | None) -> timedelta:
    """How often a whole document may be asked for: hourly, or twice in the time for which it holds its entries."""
    told = reach(memory.hints)
    if told is None:
        return HOUR
    return min(HOUR, (told + (idle or NO_TIME)) / 2)


def _hinted(hints: Hints) -> timedelta:
    """What the publisher and the server asked for, up to a day."""
    return timedelta(seconds=min(max(0.0, hints.ttl_s or 0, hints.fresh_s or 0), HINTED_MAX.total_seconds()))


def _backoff(base: timedelta, answer: Answer) -> timedelta:
    if answer.errors <= 0:
        return NO_TIME
    wait = base * 2.0 ** min(answer.errors, DOUBLINGS)
    if answer.reason == "http-429" and not answer.retry_after:
        wait = max(wait, LIMITED_MIN * 2.0 ** min(answer.errors - 1, DOUBLINGS))
    wait = max(base, min(wait, BACKOFF_MAX))
    return max(wait, GONE_MIN) if answer.reason == "http-410" else wait


def _own(options: FeedOptions) -> timedelta | None:
    if options.interval_s is None or not options.interval_s > 0:
        return None
    return timedelta(seconds=min(options.interval_s, INTERVAL_MAX.total_seconds()))


def _capped(wait: timedelta | None, most: timedelta) -> timedelta:
    return NO_TIME if wait is None else min(wait, most)


def _share(*of: bytes) -> float:
    """In [0, 1), evenly, and the same for the same."""
    return int.from_bytes(sha256(b"".join(of)).digest()[:6], "big") / 2**48
