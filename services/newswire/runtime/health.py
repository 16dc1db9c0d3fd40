"""Checks of what a process depends on, asked in bounded time and no oftener than it makes sense."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final

from newswire.ports import Clock
from newswire.waiting.bounded import settle

BOUND_S: Final = 2.0
"""For all checks together, which are made at once."""
FRESH_S: Final = 1.0
"""For how long an answer is given again: however many ask, a dependency is asked once a second."""

HealthCheck = Callable[[], Awaitable[object]]


class HealthChecks:
    """Checks by name. One that raises has failed, one that hangs too.

    A check that goes on hanging, deaf to being cancelled, is not made a second time beside itself: probes that come
    every few seconds must not use up the connections that the stage works with.
    """

    def __init__(self, checks: Mapping[str, HealthCheck], clock: Clock) -> None:
        """Nothing is asked before the first `look`."""
        self._checks, self._clock = checks, clock
        self._turn = asyncio.Lock()
        self._running: dict[str, asyncio.Task[str | None]] = {}
        self._troubles: Mapping[str, str | None] = {}
        self._looked_at: datetime | None = None

    async def look(self) -> Mapping[str, str | None]:
        """The failure that each check found, None where all is well; at most `FRESH_S` old. Raises nothing."""
        async with self._turn:
            if self._looked_at is None or abs((self._clock.now() - self._looked_at).total_seconds()) >= FRESH_S:
                self._troubles = await self._ask()
                self._looked_at = self._clock.now()
            return self._troubles

    async def _ask(self) -> Mapping[str, str | None]:
        hanging = {name: task for name, task in self._running.items() if not task.done()}
        started = {
            name: asyncio.create_task(_trouble(ask)) for name, ask in self._checks.items() if name not in hanging
        }
        self._running = hanging | started
        await settle(self._running.values(), BOUND_S, self._clock)
        troubles: dict[str, str | None] = {}
        for name in self._checks:
            task = self._running[name]
            answered = task.done() and not task.cancelled()
            troubles[name] = task.result() if answered else f"no answer within {BOUND_S:g} s"
            task.cancel()
        return troubles


async def _trouble(ask: HealthCheck) -> str | None:
    try:
        await ask()
    except Exception as error:  # noqa: BLE001  # whatever is wrong: that is the answer
        return str(error) or type(error).__name__
    return None
