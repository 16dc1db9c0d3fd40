"""Compacting: of a compacted topic only the newest record of each key is kept.

Records are replaced as they are appended, so each batch deletes at most as many records as it brings. What stays keeps
its offset: a reader passes over the gaps.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.bus_database.tables import bus_keys, bus_records
from newswire.adapters.database import Database

_KNOWN = select(bus_keys.c.key, bus_keys.c.partition, bus_keys.c.offset).where(
    bus_keys.c.topic == bindparam("of_topic"), bus_keys.c.key.in_(bindparam("keys", expanding=True))
)
_DELETE = delete(bus_records).where(
    and_(
        bus_records.c.topic == bindparam("of_topic"),
        bus_records.c.partition == bindparam("of_partition"),
        bus_records.c.offset == bindparam("of_offset"),
    )
)
_CHUNK = 500


def newest(rows: Sequence[dict[str, Any]], compacted: Collection[str]) -> list[dict[str, Any]]:
    """The rows without those that a later row of the same key replaces."""
    last = {(row["topic"], row["key"]): row["offset"] for row in rows if row["topic"] in compacted}
    return [row for row in rows if last.get((row["topic"], row["key"]), row["offset"]) == row["offset"]]


async def replace(database: Database, connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Delete the records that these new ones replace, and remember where the new ones are.

    The heads of their partitions are locked, so nobody else appends to these keys meanwhile.
    """
    for topic in sorted({row["topic"] for row in rows}):
        of_topic = [row for row in rows if row["topic"] == topic]
        for start in range(0, len(of_topic), _CHUNK):
            await _replace(database, connection, topic, of_topic[start : start + _CHUNK])


async def _replace(database: Database, connection: AsyncConnection, topic: str, rows: Sequence[dict[str, Any]]) -> None:
    known = await connection.execute(_KNOWN, {"of_topic": topic, "keys": [row["key"] for row in rows]})
    former = [{"of_topic": topic, "of_partition": row.partition, "of_offset": row.offset} for row in known]
    if former:
        await connection.execute(_DELETE, former)
    statement = database.insert(bus_keys)
    moved = statement.on_conflict_do_update(
        index_elements=[bus_keys.c.topic, bus_keys.c.key],
        set_={"partition": statement.excluded.partition, "offset": statement.excluded.offset},
    )
    named = ("topic", "key", "partition", "offset")
    await connection.execute(moved, [{name: row[name] for name in named} for row in rows])
