"""Whose turn it is: how many requests may run, and how far apart one domain's must start."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from newswire.adapters.http.holds import Holds
from newswire.domain.urls.canonical import registrable_domain
from newswire.errors import Retry
from newswire.ports import Clock


@dataclass(slots=True)
class _DomainQueue:
    running: asyncio.Semaphore
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by the first in the queue until its request may start."""
    users: int = 0
    last_start: datetime | None = None


@dataclass(slots=True)
class Turn:
    """The right to send one request."""

    kept: bool = False

    def keep(self) -> None:
        """Go on counting against the requests that run at once after the turn, until `Politeness.release`."""
        self.kept = True


class Politeness:
    """Turns to send a request, first come, first served within each registrable domain.

    Requests to one domain are ``host_concurrency`` at a time and start ``interval_s`` seconds apart; over
    all domains ``global_concurrency`` run at a time, and a domain that waits takes none of them up but one.
    A host that asked for a pause waits outside of its domain's queue, so its neighbours there do not.
    """

    def __init__(  # every setting is named, none is hidden in a bag
        self,
        clock: Clock,
        *,
        interval_s: float,
        host_concurrency: int,
        global_concurrency: int,
        patience_s: float = 60.0,
        held_as_one: AbstractSet[str] = frozenset(),
        max_idle: int = 10_000,
    ) -> None:
        """``patience_s``: a host on hold is waited for this long at most, in seconds.

        ``held_as_one`` are domains of which a pause holds every host. ``max_idle`` domains without a
        request are remembered, and as many holds; beyond that the longest unused is forgotten.
        """
        self._clock = clock
        self._interval_s = interval_s
        self._host_concurrency = host_concurrency
        self._patience_s = patience_s
        self._max_idle = max_idle
        self._holds = Holds(held_as_one, max_hosts=max_idle)
        self._everywhere = asyncio.Semaphore(global_concurrency)
        self._busy: dict[str, _DomainQueue] = {}
        self._idle: OrderedDict[str, _DomainQueue] = OrderedDict()

    @asynccontextmanager
    async def turn(self, host: str, *, interval_s: float | None = None) -> AsyncIterator[Turn]:
        """Wait for ``host``'s turn; the request is sent within.

        ``interval_s``, a publisher's own wish, counts where it is longer than the general one.

        Raises:
            Retry: ``host-held``: the host asked for a longer pause than it is sensible to wait in place.
        """
        interval_s = max(self._interval_s, interval_s or 0.0)
        domain = registrable_domain(host)
        state = self._enter(domain)
        try:
            while True:
                await self._patient(host)
                async with state.running:
                    if not await self._started(host, state, interval_s):
                        continue
                    turn = Turn()
                    try:
                        yield turn
                    finally:
                        if not turn.kept:
                            self._everywhere.release()
                    return
        finally:
            self._leave(domain, state)

    def release(self) -> None:
        """Let the next request run that waits for a turn which was kept."""
        self._everywhere.release()

    def hold(self, host: str, until: datetime) -> None:
        """Send nothing to ``host`` before ``until``; an earlier promise that lasts longer stays."""
        self._holds.hold(host, until)

    async def _patient(self, host: str) -> None:
        """Sleep until ``host``'s hold is over."""
        while held_s := self._holds.left_s(host, self._clock.now()):
            if held_s > self._patience_s:
                raise Retry("host-held", f"{host} asked for a pause of {held_s:.0f} more seconds", retry_after_s=held_s)
            await self._clock.sleep(held_s)

    async def _started(self, host: str, state: _DomainQueue, interval_s: float) -> bool:
        """Wait until a request may start; False when ``host`` asked for a pause meanwhile."""
        async with state.gate:
            await self._spaced(state, interval_s)
            await self._everywhere.acquire()
            if self._holds.left_s(host, self._clock.now()):
                self._everywhere.release()
                return False
            state.last_start = self._clock.now()
            return True

    async def _spaced(self, state: _DomainQueue, interval_s: float) -> None:
        """Sleep until the domain's last start is ``interval_s`` ago."""
        while state.last_start is not None:
            now = self._clock.now()
            # With the clock set back the pause begins anew, rather than last for hours.
            state.last_start = min(state.last_start, now)
            wait_s = (state.last_start + timedelta(seconds=interval_s) - now).total_seconds()
            if wait_s <= 0:
                return
            await self._clock.sleep(wait_s)

    def _enter(self, domain: str) -> _DomainQueue:
        state = self._busy.get(domain)
        if state is None:
            state = self._idle.pop(domain, None) or _DomainQueue(asyncio.Semaphore(self._host_concurrency))
            self._busy[domain] = state
        state.users += 1
        return state

    def _leave(self, domain: str, state: _DomainQueue) -> None:
        state.users -= 1
        if state.users:
            return
        del self._busy[domain]
        self._idle[domain] = state
        if len(self._idle) > self._max_idle:
            self._idle.popitem(last=False)
