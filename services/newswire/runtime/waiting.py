"""Waiting: with a bound, with backoff, and for a dependency that is away."""

import asyncio
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from newswire.errors import Wait
from newswire.ports import Clock

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Backoff:
    """Delays in seconds that double from ``first_s`` up to ``cap_s`` and stay there."""

    first_s: float = 0.25
    cap_s: float = 30.0

    def delays(self) -> Iterator[float]:
        """The delays, without an end."""
        delay = self.first_s
        while True:
            yield delay
            delay = min(delay * 2, self.cap_s)


@dataclass(slots=True)
class Outage:
    """Whether what this consumer depends on is away. Logged when it begins and when it ends, not per try."""

    name: str
    clock: Clock
    since: datetime | None = None
    _failing: set[object] = field(default_factory=set)

    def failed(self, who: object, error: Wait) -> None:
        """``who`` (any hashable) found the dependency away."""
        self._failing.add(who)
        if self.since is None:
            self.since = self.clock.now()
            log.warning("dependency.away", consumer=self.name, error=str(error))

    def passed(self, who: object) -> None:
        """``who`` got through. The outage is over when nobody is left that failed."""
        self.gave_up(who)
        if self.since is not None and not self._failing:
            seconds = (self.clock.now() - self.since).total_seconds()
            self.since = None
            log.info("dependency.back", consumer=self.name, seconds=seconds)

    def gave_up(self, who: object) -> None:
        """``who`` stopped trying."""
        self._failing.discard(who)


async def settle(tasks: Collection["asyncio.Task[Any]"], seconds: float, clock: Clock) -> bool:
    """Wait until all ``tasks`` are done, for ``seconds`` at most; cancels none of them. True when all are done."""
    if not tasks:
        return True
    everything = asyncio.ensure_future(asyncio.wait(tasks))
    await _first(everything, seconds, clock)
    return all(task.done() for task in tasks)


async def pause(seconds: float, stop: asyncio.Event, clock: Clock) -> bool:
    """Wait for ``seconds``, or less when ``stop`` is set meanwhile. True when it was set."""
    if not stop.is_set():
        await _first(asyncio.ensure_future(stop.wait()), seconds, clock)
    return stop.is_set()


async def _first(event: "asyncio.Future[Any]", seconds: float, clock: Clock) -> None:
    timer = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait((event, timer), return_when=asyncio.FIRST_COMPLETED)
    finally:
        event.cancel()
        timer.cancel()
        await asyncio.wait((event, timer))
