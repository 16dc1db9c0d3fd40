"""Many writers, one transaction: what queues up while one is written goes into the next."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from newswire.errors import NewswireError, Wait

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _CommitRequest(Generic[T]):
    item: T
    weight: float
    done: "asyncio.Future[None]"

    def fail(self, error: BaseException) -> None:
        if self.done.done():
            return
        if isinstance(error, asyncio.CancelledError):
            self.done.cancel()
            return
        # Each waiter gets an error of its own: raising one object in many tasks mixes their tracebacks.
        own = Wait(str(error), dependency=error.dependency) if isinstance(error, Wait) else error
        own.__cause__ = error if own is not error else error.__cause__
        self.done.set_exception(own)

    def succeed(self) -> None:
        if not self.done.done():
            self.done.set_result(None)


class GroupCommit(Generic[T]):
    """Callers queue; one task writes what has queued up in one transaction, in the order it came.

    Each caller goes on when its own item is durable. One that cannot be written fails alone: the others of its
    transaction are written without it. A caller that is cancelled leaves its item's fate unknown and disturbs nobody.
    """

    def __init__(
        self,
        write: Callable[[Sequence[T]], Awaitable[None]],
        *,
        weigh: Callable[[T], float],
        linger_s: float = 0.0,
        name: str,
    ) -> None:
        """``write`` makes items durable, all or none.

        ``weigh`` says what share of one transaction an item takes: a sum of 1 fills it. ``linger_s``: for how long
        others may still join one that is not full. ``name``: of what is written, in errors and tasks.
        """
        self._write = write
        self._weigh = weigh
        self._linger_s = linger_s
        self._name = name
        self._queue: deque[_CommitRequest[T]] = deque()
        self._queued = 0.0
        self._full = asyncio.Event()
        self._flusher: asyncio.Task[None] | None = None
        self._closed = False

    async def submit(self, item: T) -> None:
        """Return when it is durable; raises what ``write`` raised for it."""
        if self._closed:
            raise Wait(f"the {self._name} is closed")
        request = _CommitRequest(item, self._weigh(item), asyncio.get_running_loop().create_future())
        self._queue.append(request)
        self._queued += request.weight
        if self._queued >= 1:
            self._full.set()
        if self._flusher is None:
            self._flusher = asyncio.create_task(self._flush(), name=f"{self._name}-flush")
        await request.done

    async def close(self, timeout_s: float) -> None:
        """Write what has queued up, for at most ``timeout_s``; who is still waiting then gets `Wait`."""
        self._closed = True
        self._full.set()
        if self._flusher is not None:
            await asyncio.wait({self._flusher}, timeout=timeout_s)
        if self._flusher is not None:
            self._flusher.cancel()
            await asyncio.wait({self._flusher})

    async def _flush(self) -> None:
        batch: list[_CommitRequest[T]] = []
        try:
            await self._linger()
            while batch := self._next_batch():  # nobody is left when all were cancelled before their turn
                await self._settle(batch)
                await self._linger()
        finally:
            self._flusher = None
            for request in (*batch, *self._queue):  # still waiting only when this task was cancelled
                request.fail(Wait(f"the {self._name} was closed before this was written"))
            self._queue.clear()
            self._queued = 0.0

    async def _linger(self) -> None:
        if self._linger_s and self._queue and not self._full.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._linger_s):
                    await self._full.wait()

    async def _settle(self, batch: Sequence[_CommitRequest[T]]) -> None:
        try:
            await self._write([request.item for request in batch])
        except NewswireError as error:  # of the database, not of an item
            for request in batch:
                request.fail(error)
        except Exception as error:  # noqa: BLE001  # it is raised where it belongs, at the caller
            if len(batch) == 1:
                batch[0].fail(error)
                return
            for request in batch:
                await self._settle([request])
        else:
            for request in batch:
                request.succeed()

    def _next_batch(self) -> list[_CommitRequest[T]]:
        batch: list[_CommitRequest[T]] = []
        weight = 0.0
        while self._queue:
            request = self._queue[0]
            if not request.done.done():  # else cancelled before its turn came
                weight += request.weight
                if batch and weight > 1:
                    break
                batch.append(request)
            self._queue.popleft()
            self._queued -= request.weight
        if self._queued < 1 and not self._closed:
            self._full.clear()
        return batch
