"""Whose turn it is: how many requests may run, and how far apart one domain's must start."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from newswire.errors import Retry
from newswire.ports import Clock


@dataclass(slots=True)
class _Host:
    running: asyncio.Semaphore
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by the first in the queue until its request may start."""
    users: int = 0
    last_start: datetime | None = None
    held_until: datetime | None = None


@dataclass(slots=True)
class Turn:
    """The right to send one request."""

    kept: bool = False

    def keep(self) -> None:
        """Go on counting against the requests that run at once after the turn, until `Politeness.release`."""
        self.kept = True


class Politeness:
    """Turns to send a request, first come, first served within each host.

    "Host" is whatever key the caller sends: newswire's is the registrable domain. Requests to one host
    are ``host_concurrency`` at a time and start ``interval_s`` seconds apart; over all hosts
    ``global_concurrency`` run at a time, and a host that waits takes none of them up but one.
    """

    def __init__(  # every setting is named, none is hidden in a bag
        self,
        clock: Clock,
        *,
        interval_s: float,
        host_concurrency: int,
        global_concurrency: int,
        patience_s: float = 60.0,
        max_idle_hosts: int = 10_000,
    ) -> None:
        """``patience_s``: a host on hold is waited for this long at most, in seconds.

        ``max_idle_hosts`` are remembered; beyond that the one longest unused is forgotten, with what
        is left of its hold.
        """
        self._clock = clock
        self._interval_s = interval_s
        self._host_concurrency = host_concurrency
        self._patience_s = patience_s
        self._max_idle = max_idle_hosts
        self._everywhere = asyncio.Semaphore(global_concurrency)
        self._busy: dict[str, _Host] = {}
        self._idle: OrderedDict[str, _Host] = OrderedDict()

    @asynccontextmanager
    async def turn(self, host: str, *, interval_s: float | None = None) -> AsyncIterator[Turn]:
        """Wait for ``host``'s turn; the request is sent within.

        ``interval_s``, a publisher's own wish, counts where it is longer than the general one.

        Raises:
            Retry: ``host-held``: the host asked for a longer pause than it is sensible to wait in place.
        """
        state = self._enter(host)
        try:
            async with state.running:
                async with state.gate:
                    await self._pause(host, state, max(self._interval_s, interval_s or 0.0))
                    await self._everywhere.acquire()
                    state.last_start = self._clock.now()
                turn = Turn()
                try:
                    yield turn
                finally:
                    if not turn.kept:
                        self._everywhere.release()
        finally:
            self._leave(host, state)

    def release(self) -> None:
        """Let the next request run that waits for a turn which was kept."""
        self._everywhere.release()

    def hold(self, host: str, until: datetime) -> None:
        """Send nothing to ``host`` before ``until``; an earlier promise that lasts longer stays."""
        state = self._enter(host)
        if state.held_until is None or state.held_until < until:
            state.held_until = until
        self._leave(host, state)

    async def _pause(self, host: str, state: _Host, interval_s: float) -> None:
        """Sleep until the host's hold is over and its last start is ``interval_s`` ago."""
        while True:
            now = self._clock.now()
            held_s = (state.held_until - now).total_seconds() if state.held_until else 0.0
            if held_s > self._patience_s:
                raise Retry("host-held", f"{host} asked for a pause of {held_s:.0f} more seconds", retry_after_s=held_s)
            if state.last_start is not None and state.last_start > now:
                state.last_start = now  # the clock was set back: the pause begins anew rather than last for hours
            since = state.last_start
            spaced_s = (since + timedelta(seconds=interval_s) - now).total_seconds() if since else 0.0
            wait_s = max(held_s, spaced_s)
            if wait_s <= 0:
                return
            await self._clock.sleep(wait_s)

    def _enter(self, host: str) -> _Host:
        state = self._busy.get(host)
        if state is None:
            state = self._idle.pop(host, None) or _Host(asyncio.Semaphore(self._host_concurrency))
            self._busy[host] = state
        state.users += 1
        return state

    def _leave(self, host: str, state: _Host) -> None:
        state.users -= 1
        if state.users:
            return
        del self._busy[host]
        self._idle[host] = state
        if len(self._idle) > self._max_idle:
            self._idle.popitem(last=False)
