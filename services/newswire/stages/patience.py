"""Waiting in place for a dependency that is away, with work in hand that would be a pity to drop."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from newswire.errors import Wait
from newswire.ports import Clock

T = TypeVar("T")

_FIRST_S: Final = 0.25
_CAP_S: Final = 5.0  # also how late a stop may be noticed


@dataclass(frozen=True, slots=True)
class Patience:
    """Tries a step again while it raises `Wait`, until ``until``, or until ``stop`` is set; without one, never."""

    clock: Clock
    until: datetime
    stop: asyncio.Event | None

    async def __call__(self, step: Callable[[], Awaitable[T]]) -> T:
        """What ``step`` returns. It may be run several times. Raises its last `Wait`, and any other error at once."""
        delay_s = _FIRST_S
        while True:
            try:
                return await step()
            except Wait:
                if self.stop is None or self.stop.is_set():
                    raise
                if self.clock.now() + timedelta(seconds=delay_s) > self.until:
                    raise
            await self.clock.sleep(delay_s)
            delay_s = min(delay_s * 2, _CAP_S)
