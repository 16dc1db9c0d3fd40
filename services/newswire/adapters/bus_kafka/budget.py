"""A bound on the bytes that are being published at once, over all publishes of the process."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

from newswire.ports import Message


def size_of(messages: Sequence[Message]) -> int:
    """The bytes of their values."""
    return sum(len(message.value) for message in messages)


def portions(messages: Sequence[Message], max_bytes: int) -> Iterator[list[Message]]:
    """The messages in order, in lists whose values come to ``max_bytes`` at most; a larger one comes alone."""
    portion: list[Message] = []
    size = 0
    for message in messages:
        if portion and size + len(message.value) > max_bytes:
            yield portion
            portion, size = [], 0
        portion.append(message)
        size += len(message.value)
    if portion:
        yield portion


class Budget:
    """Serves publishes in their order; a publish that is larger than the whole budget runs alone."""

    def __init__(self, limit: int) -> None:
        """``limit`` bytes."""
        self._limit = limit
        self._spent = 0
        self._turn = asyncio.Lock()
        self._back = asyncio.Event()

    @asynccontextmanager
    async def spent(self, size: int) -> AsyncIterator[None]:
        """``size`` bytes are under way while this lasts; waits until there is room for them."""
        async with self._turn:
            while self._spent and self._spent + size > self._limit:
                self._back.clear()
                await self._back.wait()
            self._spent += size
        try:
            yield
        finally:
            self._spent -= size
            self._back.set()
