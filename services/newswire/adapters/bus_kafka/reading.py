"""Clients that belong to no group: what a group has left, which topics there are, and everything in them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import merge
from math import ceil
from typing import Any, Final

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import ConsumerStoppedError, KafkaError

from newswire.adapters.bus_kafka import aiokafka_internals
from newswire.adapters.bus_kafka.clients import position, require, start
from newswire.adapters.bus_kafka.errors import translated
from newswire.adapters.bus_kafka.records import to_ours, to_record, to_theirs
from newswire.adapters.bus_kafka.retention import Retention
from newswire.adapters.bus_kafka.shared_client import SharedClient
from newswire.errors import Wait
from newswire.ports import Partition, Record

ANSWER_TIMEOUT_S: Final = 10.0
_CLOSE_TIMEOUT_S: Final = 2.0
_WAIT_MS: Final = 500
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OffsetRange:
    """Offsets of a partition, from ``position`` up to but without ``end``."""

    position: int
    end: int


@dataclass(frozen=True, slots=True)
class _Client:
    consumer: AIOKafkaConsumer
    connections: aiokafka_internals.Connections


class Reader:
    """Asks over clients that it keeps, one for each group whose offsets it looks at; reads over new ones."""

    def __init__(self, servers: Sequence[str], arguments: Mapping[str, Any]) -> None:
        """Connects when it is asked something."""
        self._servers, self._arguments = tuple(servers), arguments
        self._kept: dict[str | None, SharedClient[_Client]] = {}
        self._reading: set[_Client] = set()
        self._retention = Retention()

    async def require(self, topics: Sequence[str], *, patience_s: float | None = None) -> None:
        """Return when all of them exist. Raises `UsageError` when one does not, `Wait` when no broker answers."""
        async with self._asking() as consumer:
            await require(consumer.topics, topics, patience_s=patience_s)

    async def unfinished(self, group: str, topics: Sequence[str]) -> dict[Partition, OffsetRange]:
        """The offsets that a group has not finished, of existing topics. A new group starts at the oldest.

        Raises `Wait` when no broker answers.
        """
        async with self._asking(group) as consumer:
            partitions = await aiokafka_internals.partitions_of(consumer, topics)
            committed = await aiokafka_internals.committed_offsets(consumer, partitions)
            begins = await consumer.beginning_offsets(partitions)
            ends = await consumer.end_offsets(partitions)
        self._retention.compare(group, committed, begins)
        # A group whose offset the log does not hold (any more) starts at the oldest record: auto_offset_reset.
        return {
            to_ours(at): OffsetRange(
                offset if begins[at] <= (offset := committed.get(at, -1)) <= end else begins[at], end
            )
            for at, end in ends.items()
        }

    async def since(self, topic: str, moment: datetime | None) -> dict[Partition, OffsetRange]:
        """The present offsets of a topic, from ``moment`` on. Raises `UsageError` for one that does not exist."""
        async with self._asking() as consumer:
            await require(consumer.topics, [topic])
            partitions = await aiokafka_internals.partitions_of(consumer, [topic])
            begins = await consumer.beginning_offsets(partitions)
            ends = await consumer.end_offsets(partitions)
            if moment is not None:
                wanted = max(0, ceil(moment.timestamp() * 1000))
                found = await consumer.offsets_for_times(dict.fromkeys(partitions, wanted))
                begins = {at: ends[at] if place is None else place.offset for at, place in found.items()}
        return {to_ours(at): OffsetRange(begins[at], ends[at]) for at in partitions}

    async def read(self, ranges: Mapping[Partition, OffsetRange], *, follow: bool = False) -> AsyncGenerator[Record]:
        """The records of the ranges, or from their positions on for ever; merged by time.

        Raises `Wait` when none come; with ``follow`` it goes on waiting.
        """
        left = {to_theirs(at): part.end for at, part in ranges.items() if follow or part.position < part.end}
        if not left:
            return
        client = await self._start()
        consumer = client.consumer
        self._reading.add(client)
        try:
            consumer.assign(list(left))
            for at in left:
                consumer.seek(at, ranges[to_ours(at)].position)
            now = asyncio.get_running_loop().time
            moved = now()
            while left:
                aiokafka_internals.check(consumer)
                found = await consumer.getmany(*left, timeout_ms=_WAIT_MS)
                for record in _by_time(found.values()):
                    if follow or record.offset < left[to_theirs(record.partition)]:
                        yield record
                if not follow:
                    left = {at: end for at, end in left.items() if (await position(consumer, at) or 0) < end}
                    if not found and now() - moved > ANSWER_TIMEOUT_S:
                        raise Wait(f"no records from Kafka for {ANSWER_TIMEOUT_S:g} s", dependency="kafka")
                moved = now() if found else moved
        except (KafkaError, ConsumerStoppedError) as error:
            raise translated(error, "reading from Kafka") from error
        finally:
            self._reading.discard(client)
            await _end(client)

    async def close(self) -> None:
        """End every client, also those that are still being read from."""
        await asyncio.gather(*(each.close() for each in self._kept.values()), *map(_end, self._reading))

    @asynccontextmanager
    async def _asking(self, group: str | None = None) -> AsyncIterator[AIOKafkaConsumer]:
        """A connected client for a few questions."""
        if group not in self._kept:
            self._kept[group] = SharedClient(lambda: self._start(group), _end)
        clients = self._kept[group]
        client = clients.begin()
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                yield (await clients.started(client)).consumer
        except (KafkaError, TimeoutError) as error:
            await clients.give_up(client)
            raise translated(error, "asking Kafka") from error

    async def _start(self, group: str | None = None) -> _Client:
        """``group`` is whose offsets the client may look at; it does not join."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=list(self._servers),
            client_id="newswire",
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            request_timeout_ms=int(ANSWER_TIMEOUT_S * 1000),
            **self._arguments,
        )
        client = _Client(consumer, aiokafka_internals.connections_of(consumer))
        await start(consumer, lambda: _end(client), self._servers, self._arguments)
        return client


async def _end(client: _Client) -> None:
    await aiokafka_internals.end_consumer(client.consumer, client.connections, _CLOSE_TIMEOUT_S)


def _by_time(pages: Any) -> list[Record]:
    """Merged by time without touching any partition's own order."""
    return list(merge(*([*map(to_record, page)] for page in pages), key=lambda record: record.published_at or _NEVER))
