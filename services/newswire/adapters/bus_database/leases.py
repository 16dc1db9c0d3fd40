"""A group's membership and leases: the transactions.

A partition belongs to the member its row in ``bus_leases`` names. Each time it is given to somebody its
epoch grows by one, and a commit is accepted only from the holder in the epoch it knows: a member that was
away for too long (stopped, cut off, asleep) changes nothing when it comes back. A lease that ran out is
still its holder's until somebody takes it.

Time is the database's own on Postgres, so that the clocks of machines need not agree; on SQLite it is
this machine's. Transactions of one group that change leases exclude each other, and exclude commits.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.bus_database import process_identity
from newswire.adapters.bus_database.read import group_positions
from newswire.adapters.bus_database.share import Lease, plan
from newswire.adapters.bus_database.tables import bus_leases, bus_members, bus_offsets
from newswire.adapters.database import Database
from newswire.adapters.database.columns import UtcDateTime
from newswire.errors import StaleAssignment
from newswire.ports import Clock, Partition

_NOW: Final = select(func.clock_timestamp(type_=UtcDateTime))
_MEMBERS: Final = select(bus_members).where(bus_members.c.consumer_group == bindparam("group"))
_LEASES: Final = select(bus_leases.c.topic, bus_leases.c.partition, bus_leases.c.member_id, bus_leases.c.epoch).where(
    bus_leases.c.consumer_group == bindparam("group"),
    bus_leases.c.topic.in_(bindparam("topics", expanding=True)),
)
_OUR_LEASES: Final = and_(
    bus_leases.c.consumer_group == bindparam("group"), bus_leases.c.member_id == bindparam("member", type_=Uuid)
)
_PROLONG: Final = update(bus_leases).where(_OUR_LEASES).values(expires_at=bindparam("until"))
_RELEASE_ALL: Final = update(bus_leases).where(_OUR_LEASES).values(member_id=None)
_RELEASE: Final = _RELEASE_ALL.where(
    bus_leases.c.topic == bindparam("of_topic"), bus_leases.c.partition == bindparam("of_partition")
)
_LEAVE: Final = delete(bus_members).where(
    bus_members.c.consumer_group == bindparam("group"), bus_members.c.member_id == bindparam("member", type_=Uuid)
)


@dataclass(frozen=True, slots=True)
class TakenPartition:
    """A partition that is newly ours: its epoch, and the first offset its group has not finished."""

    epoch: int
    position: int


@dataclass(frozen=True, slots=True)
class Beat:
    """The result of a heartbeat. ``give`` is among ``keep``; ``short`` says that more should come soon."""

    keep: frozenset[Partition]
    taken: Mapping[Partition, TakenPartition]
    give: Sequence[Partition]
    short: bool


class Leases:
    """One member's dealings with its group."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        group: str,
        member: UUID,
        topics: Mapping[str, int],
        lease_s: float,
    ) -> None:
        """``topics`` maps those subscribed to, to their numbers of partitions."""
        self._database = database
        self._clock = clock
        self._group = group
        self._member = member
        self._topics = topics
        self._us = {"group": group, "member": member}
        self._process = process_identity.current()
        self._lease = timedelta(seconds=lease_s)

    async def heartbeat(self, held: Mapping[Partition, int]) -> Beat:
        """Prolong the membership and what is kept of ``held`` (by epoch), and take what is due. Raises `Wait`."""
        async with self._database.write() as connection:
            await self._lock(connection)
            now = await self._now(connection)
            await self._join(connection, now)
            members = await self._members(connection, now)
            leases = await self._leases(connection)
            todo = plan(self._member, held, members, leases, self._topics)
            await connection.execute(_PROLONG, {**self._us, "until": now + self._lease})
            epochs = {at: leases[at].epoch + 1 if at in leases else 1 for at in todo.take}
            taken = await self._take(connection, epochs, now) if epochs else {}
        return Beat(todo.keep, taken, todo.give, todo.short)

    async def prolong(self) -> None:
        """Keep the membership and every lease, changing nothing else. Raises `Wait`."""
        async with self._database.write() as connection:
            await self._lock(connection)
            now = await self._now(connection)
            await self._join(connection, now)
            await connection.execute(_PROLONG, {**self._us, "until": now + self._lease})

    async def release(self, partitions: Collection[Partition]) -> None:
        """Release these partitions, so that another member can take them. Raises `Wait`."""
        async with self._database.write() as connection:
            await self._lock(connection)
            await connection.execute(
                _RELEASE, [{**self._us, "of_topic": at.topic, "of_partition": at.number} for at in sorted(partitions)]
            )

    async def leave(self) -> None:
        """Give everything away and be a member no more. Raises `Wait`."""
        async with self._database.write() as connection:
            await self._lock(connection)
            await connection.execute(_RELEASE_ALL, self._us)
            await connection.execute(_LEAVE, self._us)

    async def commit(self, offsets: Mapping[Partition, int], epochs: Mapping[Partition, int]) -> None:
        """Set the group's offsets, all or none; `StaleAssignment` unless every one is ours in the epoch given."""
        async with self._database.write() as connection:
            await self._lock(connection, shared=True)
            leases = await self._leases(connection)
            stale = sorted(at for at in offsets if leases.get(at) != Lease(self._member, epochs.get(at, 0)))
            if stale:
                names = ", ".join(f"{at.topic}/{at.number}" for at in stale)
                raise StaleAssignment(f"{names}: no longer ours in group {self._group!r}, nothing was committed")
            statement = self._database.insert(bus_offsets)
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=list(bus_offsets.primary_key), set_={"committed": statement.excluded.committed}
                ),
                [{**self._key(at), "committed": offset} for at, offset in sorted(offsets.items())],
            )

    def _key(self, at: Partition) -> dict[str, object]:
        return {"consumer_group": self._group, "topic": at.topic, "partition": at.number}

    async def _lock(self, connection: AsyncConnection, *, shared: bool = False) -> None:
        await self._database.lock(connection, f"bus group {self._group}", shared=shared)

    async def _now(self, connection: AsyncConnection) -> datetime:
        return self._clock.now() if self._database.is_sqlite else (await connection.execute(_NOW)).scalar_one()

    async def _join(self, connection: AsyncConnection, now: datetime) -> None:
        statement = self._database.insert(bus_members)
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=list(bus_members.primary_key), set_={"expires_at": statement.excluded.expires_at}
            ),
            {
                "consumer_group": self._group,
                "member_id": self._member,
                "process": self._process,
                "topics": sorted(self._topics),
                "expires_at": now + self._lease,
            },
        )

    async def _members(self, connection: AsyncConnection, now: datetime) -> dict[UUID, frozenset[str]]:
        """The live members. Those that ran out, or whose process has ended, are struck off."""
        rows = (await connection.execute(_MEMBERS, {"group": self._group})).all()
        gone = [row.member_id for row in rows if row.expires_at <= now or process_identity.is_gone(row.process)]
        if gone:
            await connection.execute(
                delete(bus_members).where(
                    bus_members.c.consumer_group == self._group, bus_members.c.member_id.in_(gone)
                )
            )
        return {row.member_id: frozenset(row.topics) for row in rows if row.member_id not in gone}

    async def _leases(self, connection: AsyncConnection) -> dict[Partition, Lease]:
        rows = await connection.execute(_LEASES, {"group": self._group, "topics": list(self._topics)})
        return {Partition(topic, number): Lease(holder, epoch) for topic, number, holder, epoch in rows}

    async def _take(
        self, connection: AsyncConnection, epochs: Mapping[Partition, int], now: datetime
    ) -> dict[Partition, TakenPartition]:
        statement = self._database.insert(bus_leases)
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=list(bus_leases.primary_key),
                set_={name: statement.excluded[name] for name in ("member_id", "epoch", "expires_at")},
            ),
            [
                {**self._key(at), "member_id": self._member, "epoch": epoch, "expires_at": now + self._lease}
                for at, epoch in sorted(epochs.items())
            ],
        )
        stand = await group_positions(connection, self._group, sorted({at.topic for at in epochs}))
        # From here on the group is known to have an interest in these: `prune` keeps what it has not finished.
        await connection.execute(
            self._database.insert(bus_offsets).on_conflict_do_nothing(),
            [{**self._key(at), "committed": stand[at].position} for at in sorted(epochs)],
        )
        return {at: TakenPartition(epoch, stand[at].position) for at, epoch in epochs.items()}
