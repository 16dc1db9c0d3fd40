"""One client that many callers share: the first caller starts it, the first to find it broken ends it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Generic, TypeVar

from newswire.errors import Wait

T = TypeVar("T")


class SharedClient(Generic[T]):
    """At most one client at a time. A caller that is cancelled disturbs no other."""

    def __init__(self, start: Callable[[], Coroutine[Any, Any, T]], end: Callable[[T], Awaitable[None]]) -> None:
        """``start`` cleans up after itself when it fails or is cancelled; ``end`` is bounded and raises nothing."""
        self._start, self._end = start, end
        self._current: asyncio.Task[T] | None = None
        self._endings: set[asyncio.Task[None]] = set()
        self._closed = False

    def begin(self) -> "asyncio.Task[T]":
        """The client, or what will become it: for `started` and `give_up`. Raises `Wait` once closed."""
        if self._closed:
            raise Wait("this bus is closed")
        if self._current is None or _failed(self._current):
            self._current = asyncio.create_task(self._start(), name="kafka-start")
        return self._current

    async def started(self, client: "asyncio.Task[T]") -> T:
        """Raises what starting it raised."""
        try:
            return await asyncio.shield(client)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if client.cancelled() and task is not None and not task.cancelling():  # it was given up, not we
                given_up = "this client of Kafka was given up before it had started"
                raise Wait(given_up, dependency="kafka") from None
            raise

    async def give_up(self, client: "asyncio.Task[T]") -> None:
        """End this client, unless that has been done; the next who asks gets another."""
        if self._current is not client:
            return
        self._current = None
        ending = asyncio.create_task(self._ended(client), name="kafka-end")
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
        await asyncio.shield(ending)

    async def close(self) -> None:
        """End what there is, for good."""
        self._closed = True
        if self._current is not None:
            await self.give_up(self._current)
        if self._endings:
            await asyncio.wait(self._endings)

    @property
    def current(self) -> "asyncio.Task[T] | None":
        """The client that there is now, if any."""
        return self._current

    async def _ended(self, client: "asyncio.Task[T]") -> None:
        if not client.done():
            client.cancel()
            await asyncio.wait({client})
        if not _failed(client):
            await self._end(client.result())


def _failed(task: "asyncio.Task[Any]") -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
