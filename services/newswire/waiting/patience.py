"""Waiting in place for a dependency that is away: the work in hand is kept and tried again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from newswire.errors import Wait
from newswire.ports import Clock
from newswire.waiting.backoff import Backoff
from newswire.waiting.outage import Outage

T = TypeVar("T")

IN_PLACE: Final = Backoff(first_s=0.25, cap_s=5.0)
"""The delays between two tries of a step. The cap is also how late a stop may be noticed."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Tries a step again while it raises `Wait`, until ``until``, or until ``stop`` is set; without one, never."""

    clock: Clock
    until: datetime
    stop: asyncio.Event | None
    outage: Outage

    async def __call__(self, step: Callable[[], Awaitable[T]]) -> T:
        """The result of ``step``, which may run several times. Raises its last `Wait`, and any other error at once."""
        delays, who = IN_PLACE.delays(), object()
        try:
            while True:
                delay_s = next(delays)
                try:
                    result = await step()
                except Wait as error:
                    self.outage.failed(who, error)
                    if self.stop is None or self.stop.is_set():
                        raise
                    if self.clock.now() + timedelta(seconds=delay_s) > self.until:
                        raise
                else:
                    self.outage.passed(who)
                    return result
                await self.clock.sleep(delay_s)
        finally:
            self.outage.gave_up(who)
