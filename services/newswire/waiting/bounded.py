"""Waiting with a bound: for tasks to end, for a time to pass or a stop."""

import asyncio
from collections.abc import Collection
from typing import Any

from newswire.ports import Clock


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
