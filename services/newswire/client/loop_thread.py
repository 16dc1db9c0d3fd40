"""An event loop in a thread of its own, for a library that needs one where the caller may block."""

import asyncio
import selectors
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Final, TypeVar

T = TypeVar("T")
_END_S: Final = 5.0
_LEAVE_S: Final = 2.0
"""Within this, connections that are closed have sent what they had to send, and TLS has taken its leave."""
_LOOK_S: Final = 0.01


class LoopThread:
    """Runs from the start. The thread does not keep a program alive."""

    def __init__(self, name: str) -> None:
        """``name`` is the thread's."""
        self._selector = selectors.DefaultSelector()
        self._loop = asyncio.SelectorEventLoop(self._selector)
        self._own = len(self._selector.get_map())
        self._thread = threading.Thread(target=self._run, daemon=True, name=name)
        self._thread.start()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin ``work`` there."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def end(self, last: Coroutine[Any, Any, None]) -> None:
        """Do ``last`` there, let all other work end, for a bounded time, and end the thread."""
        with suppress(TimeoutError):
            self.submit(self._ended(last)).result(_END_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_END_S)

    async def _ended(self, last: Coroutine[Any, Any, None]) -> None:
        """Leave no task and no connection behind: a loop that stops would drop them half-closed."""
        try:
            await last
        finally:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            until = self._loop.time() + _LEAVE_S
            while len(self._selector.get_map()) > self._own and self._loop.time() < until:  # noqa: ASYNC110  # no event
                await asyncio.sleep(_LOOK_S)
            await asyncio.sleep(0)  # a connection that has left the selector is closed in the next turn

    def _run(self) -> None:
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()
