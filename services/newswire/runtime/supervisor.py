"""Keeps stages running: one that fails is started again, one that says stop ends them all."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from newswire.errors import Stop, UsageError, Wait
from newswire.ports import Clock
from newswire.waiting.backoff import Backoff
from newswire.waiting.bounded import pause

log = structlog.get_logger()

HEALTHY_S = 60.0
"""A stage that ran this long starts again with the shortest delay."""


async def supervise(
    stages: Mapping[str, Callable[[], Awaitable[None]]],
    stop: asyncio.Event,
    *,
    clock: Clock,
    backoff: Backoff = Backoff(first_s=1.0, cap_s=60.0),  # noqa: B008  # frozen
) -> None:
    """Run the coroutine that each factory gives, until all have returned.

    A stage that raises is logged as ``stage.failed`` and started again after a growing delay, as is one that
    a dependency being away keeps from starting (``stage.waits``); one that returns is finished. Stages watch
    ``stop`` themselves: once it is set none is started again, and all are awaited. One that raises `Stop` (or
    `UsageError`, which no second try would mend) sets ``stop`` for the others; when they have ended too, the
    first such error is raised.
    """
    fatal: list[Stop | UsageError] = []

    async def keep(name: str, factory: Callable[[], Awaitable[None]]) -> None:
        delays = backoff.delays()
        while True:
            started = clock.now()
            try:
                return await factory()
            except Exception as error:
                if (last := _final(error)) is not None:
                    log.critical("stage.stopped", stage=name, error=str(last))
                    fatal.append(last)
                    stop.set()
                    return None
                if (clock.now() - started).total_seconds() >= HEALTHY_S:
                    delays = backoff.delays()
                delay = next(delays)
                retry_in_s = None if stop.is_set() else delay
                if isinstance(error, Wait):
                    log.warning(
                        "stage.waits",
                        stage=name,
                        dependency=error.dependency,
                        error=str(error),
                        retry_in_s=retry_in_s,
                    )
                else:
                    log.exception("stage.failed", stage=name, retry_in_s=retry_in_s)
            if await pause(delay, stop, clock):
                return None

    async with asyncio.TaskGroup() as group:
        for name, factory in stages.items():
            group.create_task(keep(name, factory), name=name)
    if fatal:
        raise fatal[0]


def _final(error: Exception) -> Stop | UsageError | None:
    """The error that no second try would mend, alone or among those of a stage's own tasks."""
    if isinstance(error, ExceptionGroup):
        return next((found for one in error.exceptions if (found := _final(one)) is not None), None)
    return error if isinstance(error, Stop | UsageError) else None
