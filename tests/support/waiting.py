"""Waiting for a condition, bounded."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Final

PATIENCE_S: Final = 120.0
"""A bound for what takes moments: only a test that would hang for ever meets it, on however busy a machine."""


async def eventually(
    condition: Callable[[], bool | Awaitable[bool]],
    *,
    within_s: float = PATIENCE_S,
    every_s: float = 0.005,
    what: Callable[[], str] | str = "the condition",
) -> None:
    """Return once ``condition`` holds; fail when it does not within ``within_s`` seconds.

    Looks again after ``every_s``: more where a look costs something.
    """
    deadline = time.monotonic() + within_s
    while True:
        answer = condition()
        if inspect.isawaitable(answer):
            answer = await answer
        if answer:
            return
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s} s: {what() if callable(what) else what}")
        await asyncio.sleep(every_s)


async def answering(port: int) -> None:
    """Return once somebody on this machine takes connections at ``port``."""

    async def answers() -> bool:
        try:
            _, sink = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        sink.close()
        return True

    await eventually(answers, every_s=0.1, what=f"an answer at port {port}")
