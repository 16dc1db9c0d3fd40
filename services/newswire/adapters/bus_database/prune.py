"""Dropping what everybody has finished and nobody will ask for."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.bus_database.tables import bus_heads, bus_offsets, bus_records
from newswire.adapters.database import Database
from newswire.adapters.database.columns import UtcDateTime

CHUNK: Final = 1_000  # records per transaction: publishers wait no longer than that takes

_PLACE: Final = (bus_records.c.topic == bindparam("of_topic"), bus_records.c.partition == bindparam("of_partition"))
_OLDEST: Final = select(func.min(bus_records.c.offset)).where(*_PLACE)
_FIRST_YOUNG: Final = (
    select(bus_records.c.offset)
    .where(*_PLACE, bus_records.c.published_at >= bindparam("before", type_=UtcDateTime))
    .order_by(bus_records.c.offset)
    .limit(1)
)
_DELETE: Final = delete(bus_records).where(*_PLACE, bus_records.c.offset < bindparam("end"))
# A group's rows begin when it is first given a partition, so one that has finished nothing counts too.
_FINISHED: Final = (
    select(
        bus_heads.c.topic,
        bus_heads.c.partition,
        func.coalesce(func.min(bus_offsets.c.committed), bus_heads.c.next_offset),
    )
    .outerjoin(
        bus_offsets, (bus_offsets.c.topic == bus_heads.c.topic) & (bus_offsets.c.partition == bus_heads.c.partition)
    )
    .group_by(bus_heads.c.topic, bus_heads.c.partition, bus_heads.c.next_offset)
)


async def prune(database: Database, before: datetime, *, kept: Collection[str] = ()) -> int:
    """Drop each partition's oldest records, up to the first one that is too young or that a group has not finished.

    A topic without groups goes by age alone; one that is ``kept`` loses nothing. Gives the number dropped.
    Raises `Wait`.
    """
    async with database.read() as connection:
        partitions = (await connection.execute(_FINISHED)).all()
    dropped = 0
    for topic, number, finished in partitions:
        if topic in kept:
            continue
        place = {"of_topic": topic, "of_partition": number}
        async with database.read() as connection:
            oldest, end = await _span(connection, place, before, finished)
        while oldest < end:
            oldest = min(oldest + CHUNK, end)
            async with database.write() as connection:
                dropped += (await connection.execute(_DELETE, {**place, "end": oldest})).rowcount
    return dropped


async def _span(connection: AsyncConnection, place: dict[str, Any], before: datetime, end: int) -> tuple[int, int]:
    oldest = (await connection.execute(_OLDEST, place)).scalar()
    if oldest is None:
        return end, end
    young = (await connection.execute(_FIRST_YOUNG, {**place, "before": before})).scalar()
    return oldest, end if young is None else min(young, end)
