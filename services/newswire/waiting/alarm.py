"""Waiting for whatever comes first: something happens, a moment is reached, the stage is to stop."""

import asyncio
from datetime import datetime
from types import TracebackType
from typing import Self

from newswire.ports import Clock


class Alarm:
    """One who waits, woken by many. Use it as a context."""

    def __init__(self, clock: Clock, stop: asyncio.Event) -> None:
        """``stop``, once set, wakes for good."""
        self._clock = clock
        self._stop = stop
        self._rung = asyncio.Event()
        self._stopping: asyncio.Task[None] | None = None
        self._timer: asyncio.Task[None] | None = None
        self._timer_at: datetime | None = None

    async def __aenter__(self) -> Self:
        """Begin to watch ``stop``."""
        self._stopping = asyncio.create_task(self._ring_at_stop())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget everything."""
        tasks = [task for task in (self._stopping, self._timer) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def ring(self) -> None:
        """End the present wait, or the next one."""
        self._rung.set()

    async def wait(self, until: datetime | None) -> None:
        """Return when it rings, at ``until``, or at the stop; sometimes sooner."""
        if until is not None and (self._timer is None or self._timer.done() or until != self._timer_at):
            if self._timer is not None:
                self._timer.cancel()
            self._timer, self._timer_at = asyncio.create_task(self._ring_at(until)), until
        await self._rung.wait()
        self._rung.clear()

    async def _ring_at(self, moment: datetime) -> None:
        await self._clock.sleep(max(0.0, (moment - self._clock.now()).total_seconds()))
        self.ring()

    async def _ring_at_stop(self) -> None:
        await self._stop.wait()
        self.ring()
