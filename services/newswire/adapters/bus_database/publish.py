"""Appending: one transaction for everybody who is waiting to publish."""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, insert, null

from newswire.adapters.bus_database.records import encode_headers, partition_of
from newswire.adapters.bus_database.tables import bus_heads, bus_records
from newswire.adapters.bus_database.topics import Topics
from newswire.adapters.bus_database.wakeups import Wakeups
from newswire.adapters.database import Database
from newswire.errors import Wait
from newswire.ports import Clock, Message, Partition

MAX_BATCH_MESSAGES: Final = 1_000
MAX_BATCH_BYTES: Final = 16_000_000


@dataclass(frozen=True, slots=True)
class _Request:
    messages: Sequence[Message]
    done: "asyncio.Future[None]"

    def bytes(self) -> int:
        return sum(len(message.value) for message in self.messages)

    def fail(self, error: BaseException) -> None:
        if self.done.done():
            return
        if isinstance(error, asyncio.CancelledError):
            self.done.cancel()
            return
        # Each waiter gets an error of its own: raising one object in many tasks mixes their tracebacks.
        own = Wait(*error.args) if isinstance(error, Wait) else error
        own.__cause__ = error if own is not error else error.__cause__
        self.done.set_exception(own)


class GroupCommit:
    """Callers queue; one task writes what has queued up in one transaction, in the order it came.

    Each caller goes on when its messages are durable. A caller that is cancelled leaves its messages'
    fate unknown and disturbs nobody.
    """

    def __init__(self, append: Callable[[Sequence[Message]], Awaitable[None]]) -> None:
        """``append`` makes messages durable, all or none."""
        self._append = append
        self._queue: deque[_Request] = deque()
        self._flusher: asyncio.Task[None] | None = None
        self._closed = False

    async def submit(self, messages: Sequence[Message]) -> None:
        """Return when they are durable; raises what ``append`` raised for the batch they were in."""
        if self._closed:
            raise Wait("this bus is closed")
        request = _Request(messages, asyncio.get_running_loop().create_future())
        self._queue.append(request)
        if self._flusher is None:
            self._flusher = asyncio.create_task(self._flush(), name="bus-flush")
        await request.done

    async def close(self, timeout_s: float) -> None:
        """Write what has queued up, for at most ``timeout_s``; who is still waiting then gets `Wait`."""
        self._closed = True
        if self._flusher is not None:
            await asyncio.wait({self._flusher}, timeout=timeout_s)
        if self._flusher is not None:
            self._flusher.cancel()
            await asyncio.wait({self._flusher})

    async def _flush(self) -> None:
        batch: list[_Request] = []
        try:
            while batch := self._next_batch():  # nobody is left when all were cancelled before their turn
                try:
                    await self._append([message for request in batch for message in request.messages])
                except Exception as error:  # noqa: BLE001  # it is raised where it belongs, at the callers
                    for request in batch:
                        request.fail(error)
                for request in batch:
                    if not request.done.done():
                        request.done.set_result(None)
        finally:
            self._flusher = None
            for request in (*batch, *self._queue):  # still waiting only when this task was cancelled
                request.fail(Wait("the bus was closed before this was written"))
            self._queue.clear()

    def _next_batch(self) -> list[_Request]:
        batch: list[_Request] = []
        count = size = 0
        while self._queue:
            request = self._queue[0]
            if request.done.done():  # cancelled before its turn came
                self._queue.popleft()
                continue
            count, size = count + len(request.messages), size + request.bytes()
            if batch and (count > MAX_BATCH_MESSAGES or size > MAX_BATCH_BYTES):
                break
            batch.append(self._queue.popleft())
        return batch


class Appender:
    """The transaction that gives messages their offsets and keeps them."""

    def __init__(self, database: Database, topics: Topics, wakeups: Wakeups, clock: Clock) -> None:
        """Postgres stamps records with its own time, so that one clock orders those of many machines."""
        self._database = database
        self._topics = topics
        self._wakeups = wakeups
        self._clock = clock
        statement = database.insert(bus_heads)
        self._allocate = statement.on_conflict_do_update(
            index_elements=[bus_heads.c.topic, bus_heads.c.partition],
            set_={"next_offset": bus_heads.c.next_offset + statement.excluded.next_offset},
        ).returning(
            bus_heads.c.topic,
            bus_heads.c.partition,
            bus_heads.c.next_offset,
            null() if database.is_sqlite else func.clock_timestamp(),
        )

    async def append(self, messages: Sequence[Message]) -> None:
        """All of them or none.

        A head row stays locked from here to the commit, so offsets become visible in order and
        without gaps; the rows are locked in sorted order, so that two writers cannot deadlock.
        """
        counts = await self._topics.ensure(message.topic for message in messages)
        places = [Partition(each.topic, partition_of(each.key, counts[each.topic])) for each in messages]
        wanted = sorted(Counter(places).items())
        async with self._database.write() as connection:
            heads = await connection.execute(
                self._allocate,
                [{"topic": at.topic, "partition": at.number, "next_offset": count} for at, count in wanted],
            )
            counted = dict(wanted)
            following: dict[Partition, int] = {}
            published_at = self._clock.now()
            for topic, number, head, now in heads:
                following[Partition(topic, number)] = head - counted[Partition(topic, number)]
                published_at = now or published_at
            rows = []
            for place, message in zip(places, messages, strict=True):
                rows.append(
                    {
                        "topic": place.topic,
                        "partition": place.number,
                        "offset": following[place],
                        "key": message.key,
                        "value": message.value,
                        "headers": encode_headers(message.headers),
                        "published_at": published_at,
                    }
                )
                following[place] += 1
            await connection.execute(insert(bus_records), rows)
        self._wakeups.notify(counts)
