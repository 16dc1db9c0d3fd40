"""Appending: one transaction for everybody who is waiting to publish."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import func, insert, null

from newswire.adapters.bus_database.compact import newest, replace
from newswire.adapters.bus_database.records import encode_headers, partition_of
from newswire.adapters.bus_database.tables import bus_heads, bus_records
from newswire.adapters.bus_database.topics import Topics
from newswire.adapters.bus_database.wakeups import Wakeups
from newswire.adapters.database import Database
from newswire.ports import Clock, Message, Partition

MAX_BATCH_MESSAGES: Final = 1_000
MAX_BATCH_BYTES: Final = 16_000_000


def share(messages: Sequence[Message]) -> float:
    """The share of one transaction that these messages take."""
    return max(len(messages) / MAX_BATCH_MESSAGES, sum(len(message.value) for message in messages) / MAX_BATCH_BYTES)


class Appender:
    """The transaction that gives messages their offsets and keeps them."""

    def __init__(
        self, database: Database, topics: Topics, wakeups: Wakeups, clock: Clock, *, compacted: Collection[str] = ()
    ) -> None:
        """Postgres stamps records with its own time, so that one clock orders those of many machines.

        Of the topics that are ``compacted`` only the newest record of each key is kept.
        """
        self._compacted = frozenset(compacted)
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

    async def append(self, calls: Sequence[Sequence[Message]]) -> None:
        """The messages of all calls, or none.

        A head row stays locked from here to the commit, so offsets become visible in order and
        without gaps; the rows are locked in sorted order, so that two writers cannot deadlock.
        """
        messages = [message for call in calls for message in call]
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
            rows = newest(rows, self._compacted)
            await replace(self._database, connection, [row for row in rows if row["topic"] in self._compacted])
            await connection.execute(insert(bus_records), rows)
        self._wakeups.notify(counts)
