"""Reading the log from given positions on, bounded in records and in bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, CompoundSelect, Integer, bindparam, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.bus_database.records import to_record
from newswire.adapters.bus_database.tables import bus_heads, bus_offsets, bus_records
from newswire.ports import Partition, Record

MAX_BYTES: Final = 32_000_000  # of values in one batch, unless the first record alone is larger
_FEW: Final = 4  # records that are read without asking for their sizes first
_MAX_SLICES: Final = 100  # partitions in one batch; SQLite takes at most 500 terms in a UNION

_WHOLE: Final[tuple[ColumnElement[Any], ...]] = tuple(bus_records.c)
_SIZES: Final[tuple[ColumnElement[Any], ...]] = (
    bus_records.c.topic,
    bus_records.c.partition,
    func.length(bus_records.c.value),
)
_TOPICS: Final = bus_heads.c.topic.in_(bindparam("topics", expanding=True))
_HEADS: Final = select(bus_heads.c.topic, bus_heads.c.partition, bus_heads.c.next_offset).where(_TOPICS)
_OLDEST: Final = (
    select(func.min(bus_records.c.offset))
    .where(bus_records.c.topic == bus_heads.c.topic, bus_records.c.partition == bus_heads.c.partition)
    .scalar_subquery()
)
_STANDINGS: Final = (
    select(
        bus_heads.c.topic,
        bus_heads.c.partition,
        bus_heads.c.next_offset,
        func.coalesce(_OLDEST, bus_heads.c.next_offset),
        bus_offsets.c.committed,
    )
    .outerjoin(
        bus_offsets,
        (bus_offsets.c.topic == bus_heads.c.topic)
        & (bus_offsets.c.partition == bus_heads.c.partition)
        & (bus_offsets.c.consumer_group == bindparam("group")),
    )
    .where(_TOPICS)
)


@dataclass(frozen=True, slots=True)
class GroupPosition:
    """Where a group stands in a partition: ``position`` is the first offset it has not finished."""

    position: int
    head: int


async def group_positions(
    connection: AsyncConnection, group: str, topics: Sequence[str]
) -> dict[Partition, GroupPosition]:
    """Every partition of the topics. A group that is new to one stands at its oldest record."""
    rows = await connection.execute(_STANDINGS, {"group": group, "topics": list(topics)})
    return {
        Partition(topic, number): GroupPosition(oldest if committed is None else max(committed, oldest), head)
        for topic, number, head, oldest, committed in rows
    }


async def heads(connection: AsyncConnection, topics: Sequence[str]) -> dict[Partition, int]:
    """The offset after the last record of each partition."""
    rows = await connection.execute(_HEADS, {"topics": list(topics)})
    return {Partition(topic, number): head for topic, number, head in rows}


async def read_records(
    connection: AsyncConnection,
    positions: Mapping[Partition, int],
    limit: int,
    *,
    ends: Mapping[Partition, int] | None = None,
) -> tuple[list[Record], dict[Partition, int]]:
    """Up to ``limit`` records from ``positions`` on, in order within each partition, and the positions after them.

    The positions come without the partitions that had nothing; earlier partitions are served first.
    ``ends`` are offsets to stop before.
    """
    # The heads are read first: whatever lies below them is visible to the queries that follow.
    stop = await heads(connection, sorted({partition.topic for partition in positions})) if ends is None else ends
    ready = {at: stop[at] - position for at, position in positions.items() if stop.get(at, 0) > position}
    shares = allot(ready, limit)
    if sum(shares.values()) > _FEW:
        shares = await _fitting(connection, positions, shares)
    if not shares:
        return [], {}
    rows = await connection.execute(_slices(len(shares), _WHOLE), _parameters(positions, shares))
    records = sorted(
        (record for record in map(to_record, rows) if record.offset < stop[record.partition]),
        key=lambda record: record.offset,
    )
    # A partition may have a head and no record left below it: pruned. Its position moves on all the same.
    after = {at: stop[at] for at in shares}
    after |= {record.partition: record.offset + 1 for record in records}
    return records, after


def allot(ready: Mapping[Partition, int], limit: int) -> dict[Partition, int]:
    """Share ``limit`` records out evenly among the partitions, none getting more than it has; earlier ones first."""
    chosen = list(islice(ready.items(), min(limit, _MAX_SLICES)))
    shares: dict[Partition, int] = {}
    for place, (partition, available) in enumerate(sorted(chosen, key=lambda item: item[1])):
        shares[partition] = min(available, limit // (len(chosen) - place))
        limit -= shares[partition]
    return shares


def fit(lengths: Mapping[Partition, Sequence[int]], max_bytes: int) -> dict[Partition, int]:
    """How many of each partition's next values, given their lengths, fit into ``max_bytes``; the very first always."""
    counts: dict[Partition, int] = {}
    for partition, sizes in lengths.items():
        count = 0
        for size in sizes:
            if size > max_bytes and (counts or count):
                break
            max_bytes -= size
            count += 1
        if count or not sizes:  # one that has nothing left is kept, for its position to move on
            counts[partition] = max(1, count)
    return counts


async def _fitting(
    connection: AsyncConnection, positions: Mapping[Partition, int], shares: Mapping[Partition, int]
) -> dict[Partition, int]:
    rows = await connection.execute(_slices(len(shares), _SIZES), _parameters(positions, shares))
    lengths: dict[Partition, list[int]] = {at: [] for at in positions if at in shares}
    for topic, number, size in rows:
        lengths[Partition(topic, number)].append(size)
    return fit(lengths, MAX_BYTES)


@cache
def _slices(count: int, columns: tuple[ColumnElement[Any], ...]) -> CompoundSelect[Any]:
    """``count`` slices of partitions as one statement; each is a seek in the primary key."""
    slices = (
        select(*columns)
        .where(
            bus_records.c.topic == bindparam(f"topic_{n}"),
            bus_records.c.partition == bindparam(f"partition_{n}"),
            bus_records.c.offset >= bindparam(f"offset_{n}"),
        )
        .order_by(bus_records.c.offset)
        .limit(bindparam(f"limit_{n}", type_=Integer))
        .subquery()
        for n in range(count)
    )
    return union_all(*map(select, slices))


def _parameters(positions: Mapping[Partition, int], shares: Mapping[Partition, int]) -> dict[str, str | int]:
    parameters: dict[str, str | int] = {}
    for n, (at, limit) in enumerate(shares.items()):
        parameters |= {
            f"topic_{n}": at.topic,
            f"partition_{n}": at.number,
            f"offset_{n}": positions[at],
            f"limit_{n}": limit,
        }
    return parameters
