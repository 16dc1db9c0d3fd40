"""The log over a database: a real bus for one machine, or for those who want no Kafka yet.

Any number of processes, and on Postgres of machines, share it. It differs from Kafka in what one can
measure, not in what `newswire.ports.Bus` promises.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import UTC, datetime
from heapq import merge
from typing import Final
from uuid import uuid4

from sqlalchemy import bindparam, func, select

from newswire.adapters.bus_database.leases import Leases
from newswire.adapters.bus_database.prune import prune
from newswire.adapters.bus_database.publish import Appender, share
from newswire.adapters.bus_database.read import group_positions, heads, read_records
from newswire.adapters.bus_database.records import check
from newswire.adapters.bus_database.subscription import CLOSE_TIMEOUT_S, DatabaseSubscription
from newswire.adapters.bus_database.tables import bus_records
from newswire.adapters.bus_database.topics import Topics
from newswire.adapters.bus_database.wakeups import Idling, Wakeups, wait
from newswire.adapters.database import Database
from newswire.adapters.database.columns import UtcDateTime
from newswire.adapters.database.group_commit import GroupCommit
from newswire.domain.log.topics import COMPACTED
from newswire.ports import Clock, Message, Partition, Record

MAX_VALUE_BYTES: Final = 10_000_000
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_PAGE: Final = 500  # records read at once where nobody says how many

_SINCE: Final = (
    select(bus_records.c.partition, func.min(bus_records.c.offset))
    .where(
        bus_records.c.topic == bindparam("of_topic"),
        bus_records.c.published_at >= bindparam("since", type_=UtcDateTime),
    )
    .group_by(bus_records.c.partition)
)


class DatabaseBus:
    """See `newswire.ports.Bus`. The database is the caller's: it is not closed here."""

    def __init__(
        self,
        database: Database,
        *,
        partitions: int,
        poll_interval_s: float,
        lease_s: float,
        clock: Clock,
        max_value_bytes: int = MAX_VALUE_BYTES,
        compacted: Collection[str] = COMPACTED,
    ) -> None:
        """A log with ``partitions`` per topic, for topics that do not exist yet.

        What other processes publish is found within ``poll_interval_s`` (5 times that after idleness);
        what this one publishes, at once. A member that shows no sign of life for ``lease_s`` loses its
        partitions; one whose process has ended on this machine loses them at the next look.
        """
        self._database = database
        self._poll_interval_s = poll_interval_s
        self._lease_s = lease_s
        self._clock = clock
        self._max_value_bytes = max_value_bytes
        self._compacted = frozenset(compacted)
        self._wakeups = Wakeups()
        self._topics = Topics(database, partitions)
        appender = Appender(database, self._topics, self._wakeups, clock, compacted=compacted)
        self._commits = GroupCommit[Sequence[Message]](appender.append, weigh=share, name="bus")
        self._subscriptions: list[DatabaseSubscription] = []

    async def publish(self, messages: Sequence[Message]) -> None:
        """See the port. One call's messages are all appended or none."""
        for message in messages:
            check(message, self._max_value_bytes)
        if messages:
            await self._commits.submit(tuple(messages))

    async def subscribe(self, group: str, topics: Sequence[str]) -> DatabaseSubscription:
        """See the port. The member joins at its first poll."""
        leases = Leases(
            self._database,
            self._clock,
            group=group,
            member=uuid4(),
            topics=await self._topics.ensure(topics),
            lease_s=self._lease_s,
        )
        subscription = DatabaseSubscription(
            self._database,
            leases,
            self._wakeups,
            topics=topics,
            poll_interval_s=self._poll_interval_s,
            lease_s=self._lease_s,
        )
        self._subscriptions = [*(each for each in self._subscriptions if not each.closed), subscription]
        return subscription

    async def reach(self, topics: Sequence[str]) -> None:
        """See the port. A topic is created by its first use."""
        async with self._database.read() as connection:
            await heads(connection, topics)

    async def lag(self, group: str, topics: Sequence[str]) -> Mapping[Partition, int]:
        """See the port. A topic that was never used has no partitions yet."""
        async with self._database.read() as connection:
            found = await group_positions(connection, group, topics)
        return {at: max(0, span.head - span.position) for at, span in found.items()}

    async def unfinished(self, group: str, topics: Sequence[str]) -> AsyncIterator[Record]:
        """See the port."""
        async with self._database.read() as connection:
            found = await group_positions(connection, group, topics)
        positions = {at: span.position for at, span in found.items()}
        ends = {at: span.head for at, span in found.items()}
        while page := await self._page(positions, ends):
            for record in page:
                yield record

    async def tail(self, topic: str, *, since: datetime | None = None, follow: bool = False) -> AsyncIterator[Record]:
        """See the port. Records of different partitions come about in the order of their times."""
        if follow:  # merely to read writes nothing: a store that was moved away can still be read
            await self._topics.ensure([topic])
        async with self._database.read() as connection:
            ends = await heads(connection, [topic])
            positions = dict.fromkeys(ends, 0)
            if since is not None:
                rows = await connection.execute(_SINCE, {"of_topic": topic, "since": since})
                positions = ends | {Partition(topic, number): offset for number, offset in rows}
        idling = Idling(self._poll_interval_s)
        with self._wakeups.reader([topic]) as published:
            while True:
                published.clear()
                page = await self._page(positions, None if follow else ends)
                for record in page:
                    yield record
                if page:
                    idling.reset()
                elif follow:
                    await wait(published, idling.next_s())
                else:
                    return

    async def prune(self, before: datetime) -> int:
        """See the port."""
        return await prune(self._database, before, kept=self._compacted)

    async def close(self) -> None:
        """See the port: writes what waits to be published, leaves every group. Takes some 10 s at the very worst."""
        await self._commits.close(CLOSE_TIMEOUT_S)
        await asyncio.gather(*(subscription.close() for subscription in self._subscriptions))
        self._subscriptions.clear()

    async def _page(self, positions: dict[Partition, int], ends: Mapping[Partition, int] | None) -> list[Record]:
        """The next records beyond ``positions``, which are moved on; none only at the end."""
        while True:
            async with self._database.read() as connection:
                records, after = await read_records(connection, positions, _PAGE, ends=ends)
            for at, position in after.items():
                del positions[at]
                positions[at] = position
            if records or not after:
                return _by_time(records)


def _by_time(records: Sequence[Record]) -> list[Record]:
    """Merged by time without touching any partition's own order."""
    by_partition: dict[Partition, list[Record]] = {}
    for record in records:
        by_partition.setdefault(record.partition, []).append(record)
    return list(merge(*by_partition.values(), key=lambda record: record.published_at or _NEVER))
