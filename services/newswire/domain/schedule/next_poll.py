"""When to poll a feed again: as often as it publishes, as rarely as its server asks.

A third of the gap between two entries, within bounds; longer where the server, an error or a hub gives a reason; never
in the hours that the publisher excludes; and never in step with another feed.

A feed's ttl (RSS 2.0) and sy:updatePeriod (RSS 1.0 syndication module) describe how often it changes. They are no
reason to wait: WordPress writes "hourly" into every feed, and a newsroom's ten entries are replaced within the hour.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from newswire.domain.feeds.memory import FeedMemory, FeedOptions, ScheduleHints
from newswire.domain.schedule.poll_base import LOOKS, base_wait
from newswire.domain.schedule.poll_skips import past_skips
from newswire.domain.schedule.publication_rate import NO_TIME, keeps_for, turnover

FRESH_MAX: Final = timedelta(days=1)
"""A server's freshness puts a poll off for so long and no longer."""
FRESH_UNKNOWN: Final = timedelta(hours=1)
"""The same for the second poll, while nobody knows how soon the document is filled anew."""
RETRY_AFTER_MAX: Final = timedelta(days=1)
BACKOFF_MAX: Final = timedelta(days=3)
DOUBLINGS: Final = 8
LIMITED_MIN: Final = timedelta(hours=1)
"""After a 429 that does not say how long; doubled with each."""
GONE_MIN: Final = timedelta(days=1)
"""After a 410, which counts when it is said again a day later."""
PUSHED: Final = 8
"""A feed whose hub announces new entries is polled so many times more rarely."""
PUSHED_MAX: Final = timedelta(days=1)
JITTER: Final = 0.1
SPREAD_MAX: Final = timedelta(days=1)
"""What a second poll is put off by at most, so that feeds that were added together part."""
SKIP_SPREAD: Final = timedelta(minutes=59)
"""Within the hour that follows excluded ones."""
INTERVAL_MAX: Final = timedelta(days=7)
"""An operator's interval counts as so long at most."""
HORIZON: Final = INTERVAL_MAX + SPREAD_MAX + timedelta(days=7)
"""No poll is ever put off for longer: by the longest interval, jitter or spreading, a week of excluded days."""
CLOCK_SKEW: Final = timedelta(minutes=5)
"""Between two pollers' clocks, at most, when both are right."""


@dataclass(frozen=True, slots=True)
class PollBounds:
    """The operator's bounds on the time between two polls, for all feeds."""

    default: timedelta
    """Between two polls of a feed of which nothing is known."""
    shortest: timedelta
    """The least time between two polls of one feed, even where a publisher or an option asks for less."""
    longest: timedelta
    """Between two polls of a feed that answers, at most; errors and Retry-After still put it off."""


@dataclass(frozen=True, slots=True)
class PollResult:
    """The facts of the poll that just ended which decide the time of the next one."""

    errors: int = 0
    """Failed polls in a row, this one included."""
    reason: str | None = None
    """The reason of a failure: ``http-429``, ``http-403``, ``http-404``, ``timeout``, …"""
    retry_after: timedelta | None = None
    conditional: bool = False
    """The server gives validators: asking whether anything is new costs it next to nothing."""


def next_poll(
    feed_id: UUID,
    memory: FeedMemory,
    options: FeedOptions,
    result: PollResult,
    bounds: PollBounds,
    now: datetime,
    *,
    pushed: bool = False,
    first: bool = False,
) -> datetime:
    """The moment of the next poll, in UTC: from ``now + bounds.shortest`` on, and before ``now + HORIZON``.

    An interval that the operator set for this feed replaces the feed's own pace, its freshness and its excluded hours.
    Retry-After (RFC 9110 §10.2.3) and the backoff of errors still count.

    ``pushed``: a WebSub hub announces new entries. ``first``: this was the first poll of the feed; the second is put
    off by up to as much again (a day at most), so that feeds that were added together part at once.
    """
    own = _own(options)
    base, calm = (own, own) if own is not None else _bases(memory, result, bounds, now, pushed=pushed)
    wait = max(
        bounds.shortest,
        calm,
        NO_TIME if own is not None else min(_fresh(memory, first=first), bounds.longest),
        _backoff(base, result),
        min(result.retry_after or NO_TIME, RETRY_AFTER_MAX),
    )
    if first:
        at = now + wait + _apart(feed_id, wait, memory, now)
    else:
        at = now + wait + wait * JITTER * _share(feed_id.bytes, now.isoformat().encode())
    hints = memory.hints if own is None else ScheduleHints()
    return past_skips(at, hints, spread=min(wait, SKIP_SPREAD) * _share(feed_id.bytes, at.isoformat().encode()))


def misdated(next_poll_at: datetime, now: datetime, *, last_polled_at: datetime | None = None) -> bool:
    """Whether a clock was set wrong when this time was written: the feed is then due, see `spread`.

    No poll is put off beyond `HORIZON`; and no poll has ended in what is still the future.
    """
    return next_poll_at - now > HORIZON or (last_polled_at is not None and last_polled_at - now > CLOCK_SKEW)


def spread(feed_id: UUID, over: timedelta) -> timedelta:
    """A feed's own share of ``over``, the same every time: feeds that are all due at once take turns by it."""
    return over * _share(feed_id.bytes)


def _own(options: FeedOptions) -> timedelta | None:
    """The operator's interval for this feed alone."""
    if options.interval_s is None or not options.interval_s > 0:
        return None
    return timedelta(seconds=min(options.interval_s, INTERVAL_MAX.total_seconds()))


def _bases(
    memory: FeedMemory, result: PollResult, bounds: PollBounds, now: datetime, *, pushed: bool
) -> tuple[timedelta, timedelta]:
    """Between two polls if nobody asks for more: without a hub, and with one if there is one."""
    wait = base_wait(memory, now, conditional=result.conditional) or bounds.default
    if memory.empty_since is not None:
        wait = max(wait, bounds.default)
    base = max(bounds.shortest, min(wait, bounds.longest, INTERVAL_MAX))
    return base, max(base, min(base * PUSHED, PUSHED_MAX, bounds.longest)) if pushed else base


def _apart(feed_id: UUID, wait: timedelta, memory: FeedMemory, now: datetime) -> timedelta:
    """What the second poll is put off by: up to ``wait`` again or a day, as long as the document keeps its entries."""
    room = min(wait, SPREAD_MAX)
    if kept := [span for span in (turnover(memory, now), keeps_for(memory)) if span is not None]:
        room = max(wait * JITTER, min(room, min(kept) / 2 - wait))
    return spread(feed_id, room)


def _fresh(memory: FeedMemory, *, first: bool) -> timedelta:
    """For how long the last answer need not be asked for again (RFC 9111 §4.2), up to a day.

    Only as long as the document keeps its entries: a proxy's default of a month must not hide nine entries of ten.
    """
    fresh = timedelta(seconds=min(max(0.0, memory.hints.fresh_s or 0), FRESH_MAX.total_seconds()))
    if (kept := keeps_for(memory)) is not None:
        return min(fresh, kept / LOOKS)
    return min(fresh, FRESH_UNKNOWN) if first else fresh


def _backoff(base: timedelta, result: PollResult) -> timedelta:
    if result.errors <= 0:
        return NO_TIME
    wait = base * 2.0 ** min(result.errors, DOUBLINGS)
    if result.reason == "http-429" and not result.retry_after:
        wait = max(wait, LIMITED_MIN * 2.0 ** min(result.errors - 1, DOUBLINGS))
    wait = max(base, min(wait, BACKOFF_MAX))
    return max(wait, GONE_MIN) if result.reason == "http-410" else wait


def _share(*of: bytes) -> float:
    """In [0, 1), evenly, and the same for the same."""
    return int.from_bytes(sha256(b"".join(of)).digest()[:6], "big") / 2**48
