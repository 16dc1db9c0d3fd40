"""How many partitions each topic has: settled at its first use, for good.

A topic's keys would change partition, and so lose their order, if that number changed.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.bus_database.tables import bus_heads
from newswire.adapters.database import Database

_COUNTS = (
    select(bus_heads.c.topic, func.count())
    .where(bus_heads.c.topic.in_(bindparam("topics", expanding=True)))
    .group_by(bus_heads.c.topic)
)


class Topics:
    """The partition counts, remembered once read."""

    def __init__(self, database: Database, partitions: int) -> None:
        """``partitions`` is for topics that do not exist yet; the others keep theirs."""
        if partitions < 1:
            raise ValueError(f"{partitions} partitions: a topic has at least one")
        self._database = database
        self._partitions = partitions
        self._counts: dict[str, int] = {}

    async def ensure(self, topics: Iterable[str]) -> Mapping[str, int]:
        """The number of partitions of each, created where missing. Raises `Wait`."""
        wanted = sorted(set(topics))
        if missing := [topic for topic in wanted if topic not in self._counts]:
            async with self._database.read() as connection:
                self._counts |= await _counts(connection, missing)
            if missing := [topic for topic in missing if topic not in self._counts]:
                self._counts |= await self._create(missing)
        return {topic: self._counts[topic] for topic in wanted}

    async def _create(self, topics: list[str]) -> dict[str, int]:
        async with self._database.write() as connection:
            await self._database.lock(connection, "bus topics")  # or two processes' counts would mix
            found = await _counts(connection, topics)
            rows = [
                {"topic": topic, "partition": number, "next_offset": 0}
                for topic in topics
                if topic not in found
                for number in range(self._partitions)
            ]
            if rows:
                await connection.execute(insert(bus_heads), rows)
        return dict.fromkeys(topics, self._partitions) | found


async def _counts(connection: AsyncConnection, topics: list[str]) -> dict[str, int]:
    rows = await connection.execute(_COUNTS, {"topics": topics})
    return dict(tuple(row) for row in rows)
