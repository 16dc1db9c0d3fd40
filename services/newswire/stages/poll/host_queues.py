"""Queues of claimed feeds, one for each host: a host that must wait delays no other host.

Bookkeeping alone: the time is handed in, and nothing here sleeps. The fetcher enforces a host's limits; these queues
keep the feeds of a busy host out of slots that other hosts could use.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Final

from newswire.domain.feeds.state import FeedState

HOLD_S: Final = 5.0
"""A feed that must wait for its host no longer than this is kept in hand; another is put off in the schedule."""
PUT_OFF_S: Final = 300.0
"""The longest that one is put off at once: a host that was slow for a while is soon asked at its usual pace again."""
_UNKNOWN_PACE_S: Final = 0.05
_SWEEP: Final = 1_000


@dataclass(frozen=True, slots=True)
class HostLimits:
    """The limits on polls of one host."""

    interval_s: float
    """The least time between the starts of two polls, in seconds."""
    concurrency: int
    """The most polls at once."""


@dataclass(slots=True)
class _Host:
    name: str
    free_at: datetime
    """When the next poll may start."""
    pace_s: float
    """Seconds from one poll to the next, as things go."""
    running: int = 0
    waiting: "deque[FeedState]" = field(default_factory=deque)
    put_off_to: datetime | None = None
    """The last moment that one of its feeds was put off to."""
    queued: bool = False
    """It is among the ready ones, or those to be looked at later."""

    def is_idle(self, now: datetime) -> bool:
        return not (self.running or self.waiting) and max(self.free_at, self.put_off_to or now) <= now


class HostQueues:
    """The claimed feeds that wait, in one queue for each host."""

    def __init__(self, limits: HostLimits, *, hold: int) -> None:
        """``hold``: how many feeds whose host must be waited for are kept in hand."""
        self._limits = limits
        self._hold = hold
        self._hosts: dict[str, _Host] = {}
        self._ready: deque[_Host] = deque()
        self._later: list[tuple[datetime, int, _Host]] = []
        self._order = count()
        self._looked_at: datetime | None = None
        self._sweep_at = _SWEEP
        self.waiting = 0
        """Feeds in hand that are not being polled yet."""

    def ready(self, now: datetime) -> int:
        """How many feeds could be started at once."""
        if self._looked_at is not None and now < self._looked_at:
            self._set_back(now)
        self._looked_at = now
        while self._later and self._later[0][0] <= now:
            self._ready.append(heappop(self._later)[2])
        return len(self._ready)

    def offer(self, host_name: str, feed: FeedState, now: datetime) -> datetime | None:
        """Take a claimed feed in hand; or the moment to put it off to, when its host is not free for long."""
        host = self._hosts.get(host_name)
        if host is None:
            self._sweep(now)
            host = self._hosts[host_name] = _Host(host_name, now, max(self._limits.interval_s, _UNKNOWN_PACE_S))
        pace = timedelta(seconds=host.pace_s)
        expected = max(host.free_at, now) + len(host.waiting) * pace
        if host.running >= self._limits.concurrency:
            expected += pace
        is_free = expected <= now and not host.waiting
        held = self.waiting - len(self._ready)
        if is_free or (held < self._hold and expected - now <= timedelta(seconds=HOLD_S)):
            host.waiting.append(feed)
            self.waiting += 1
            self._queue(host, now)
            return None
        if host.put_off_to is not None:
            expected = max(expected, host.put_off_to + pace)
        latest = now + timedelta(seconds=PUT_OFF_S)
        if expected <= latest:
            host.put_off_to = expected
        return min(expected, latest)

    def start(self, now: datetime) -> tuple[str, FeedState] | None:
        """The next feed that may be polled, with its host; it counts as running from now on."""
        if not self.ready(now):
            return None
        host = self._ready.popleft()
        host.queued = False
        feed = host.waiting.popleft()
        self.waiting -= 1
        host.running += 1
        host.free_at = now + timedelta(seconds=self._limits.interval_s)
        self._queue(host, now)
        return host.name, feed

    def finish(self, host_name: str, took_s: float, now: datetime) -> None:
        """A poll that was started is over, after ``took_s`` seconds."""
        host = self._hosts[host_name]
        host.running -= 1
        host.pace_s = max(self._limits.interval_s, took_s / self._limits.concurrency)
        self._queue(host, now)

    def next_at(self) -> datetime | None:
        """When the next host is free by time alone; None when none is waited for."""
        return self._later[0][0] if self._later else None

    def clear(self) -> list[FeedState]:
        """Let go of every feed that was not started."""
        left = [feed for host in self._hosts.values() for feed in host.waiting]
        for host in self._hosts.values():
            host.waiting.clear()
            host.queued = False
        self._ready.clear()
        self._later.clear()
        self.waiting = 0
        return left

    def _queue(self, host: _Host, now: datetime) -> None:
        """Note when the host can take its next feed, once."""
        if host.queued or not host.waiting or host.running >= self._limits.concurrency:
            return
        host.queued = True
        if host.free_at <= now:
            self._ready.append(host)
        else:
            heappush(self._later, (host.free_at, next(self._order), host))

    def _set_back(self, now: datetime) -> None:
        """The clock was: pauses begin anew rather than last for hours."""
        for host in self._hosts.values():
            host.free_at = min(host.free_at, now + timedelta(seconds=self._limits.interval_s))
            host.put_off_to = None
        later = [host for _, _, host in self._later]
        self._later.clear()
        for host in later:
            heappush(self._later, (host.free_at, next(self._order), host))

    def _sweep(self, now: datetime) -> None:
        """Forget the hosts that nothing is to be remembered of, whenever they may have become half of all."""
        if len(self._hosts) >= self._sweep_at:
            self._hosts = {name: host for name, host in self._hosts.items() if not host.is_idle(now)}
            self._sweep_at = max(_SWEEP, 2 * len(self._hosts))
