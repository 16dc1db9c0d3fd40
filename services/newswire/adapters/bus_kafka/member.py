"""One membership of a group: a client that has joined, and what the group does to it.

aiokafka rebalances in a task of its own, in the old ("eager") way: every member gives everything away and is given
its share anew. Here that task asks for what is assigned to be handed over, and waits until a poll has done so.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import CommitFailedError, KafkaError

from newswire.adapters.bus_kafka import aiokafka_internals
from newswire.adapters.bus_kafka.clients import position, require, start
from newswire.adapters.bus_kafka.errors import translated
from newswire.adapters.bus_kafka.records import to_ours, to_record, to_theirs
from newswire.adapters.bus_kafka.retention import Retention
from newswire.ports import Partition, Record

REBALANCE_TIMEOUT_S: Final = 60.0
"""The group waits so long for a member that still has work to finish: twice `ConsumerLimits.revoke_s`."""
_HANDOVER_S: Final = 50.0
"""The part of it that the work may take; noticing the rebalance and joining again take the rest. A member that is
not polled leaves the group sooner, because it counts as idle (``max_poll_interval_ms``)."""
CLOSE_TIMEOUT_S: Final = 4.0
ASK_TIMEOUT_S: Final = 5.0
_FETCH_WAIT_MS: Final = 200
"""A partition that has been emptied waits for the broker's answer to the others before it is asked for again."""
_FETCH_BYTES: Final = 1_048_576
"""The most that one answer holds of one partition. A larger record comes alone."""
_NO_PARTITION: Final = TopicPartition("", 0)
"""Stands for no partition, because `getmany()` without arguments means all partitions."""


class Member(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """A client in a group, from joining to leaving."""

    def __init__(self, consumer: AIOKafkaConsumer, group: str, wake: Callable[[], None]) -> None:
        """``wake`` is called when a poll has something to see to."""
        self._consumer, self._group = consumer, group
        self._connections = aiokafka_internals.connections_of(consumer)
        self._wake = wake
        self.assigned: frozenset[Partition] | None = None
        """The partitions of this member; None while the group is rebalancing."""
        self.round = 0
        """Counts the assignments."""
        self.handover: asyncio.Event | None = None
        """While the coordinator waits for what was assigned to be finished: set it when that is done."""
        self._commits: set[asyncio.Task[None]] = set()

    # -------------------------------------------------------------------------------------- the group's side
    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Part of aiokafka's protocol: the group does not go on before this returns, or gives us up."""
        self.assigned = None
        self._wake()
        try:
            if revoked and not aiokafka_internals.expelled(self._consumer):
                await self._handed_over()
        finally:
            self._end_commits()

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Part of aiokafka's protocol."""
        self.assigned = frozenset(map(to_ours, assigned))
        self.round += 1
        self._wake()

    async def _handed_over(self) -> None:
        self.handover = asyncio.Event()
        try:
            async with asyncio.timeout(_HANDOVER_S):
                await self.handover.wait()
        except TimeoutError:
            pass  # whatever is not committed is delivered again
        finally:
            self.handover = None

    def _end_commits(self) -> None:
        for commit in self._commits:
            commit.cancel()

    # --------------------------------------------------------------------------------------- the poll's side
    async def join(self, topics: Sequence[str], servers: Sequence[str], arguments: Mapping[str, Any]) -> None:
        """Start the client and have it join, which goes on in the background. Raises `Wait` or `UsageError`."""
        await start(self._consumer, self.leave, servers, arguments)
        try:
            async with asyncio.timeout(2 * ASK_TIMEOUT_S):
                await require(self._consumer.topics, topics)
        except (KafkaError, TimeoutError) as error:
            await self.leave()
            raise translated(error, f"looking for the topics of {self._group}") from error
        except BaseException:
            await self.leave()
            raise
        self._consumer.subscribe(topics, listener=self)

    async def take(self, partitions: Iterable[Partition], count: int) -> tuple[Record, ...]:
        """Up to ``count`` fetched records of these; never suspends, so none are lost to a cancellation.

        Only while `assigned` is known. The others' fetched records are kept.
        """
        wanted = list(map(to_theirs, partitions)) or [_NO_PARTITION]
        found = await self._consumer.getmany(*wanted, timeout_ms=0, max_records=count)
        return tuple(map(to_record, chain.from_iterable(found.values())))

    def check(self) -> None:
        """Raise KafkaError for what has gone wrong in the background."""
        aiokafka_internals.check(self._consumer)

    def polling(self) -> Any:
        """See `aiokafka_internals.polling`."""
        return aiokafka_internals.polling(self._consumer)

    def fetched(self) -> "asyncio.Future[None]":
        """See `aiokafka_internals.fetched`."""
        return aiokafka_internals.fetched(self._consumer, self._wake)

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Raises KafkaError, which is CommitFailedError when the assignment ends meanwhile.

        aiokafka tries a commit again for as long as no broker answers, and each time in the name of the newest
        assignment. One that outlived its own would take a partition back behind the commits of its next owner.
        """
        commit = asyncio.create_task(self._consumer.commit({to_theirs(at): offset for at, offset in offsets.items()}))
        self._commits.add(commit)
        try:
            await asyncio.wait((commit,))
        finally:
            self._commits.discard(commit)
            commit.cancel()
        if commit.cancelled():
            raise CommitFailedError("the assignment ended before a broker answered")
        commit.result()

    def marks(self) -> dict[Partition, int | None]:
        """Something that changes whenever a broker answers for a partition."""
        return {to_ours(at): self._consumer.last_poll_timestamp(at) for at in self._consumer.assignment()}

    async def ask(self) -> None:
        """Return when any broker answers. Raises KafkaError, or TimeoutError."""
        async with asyncio.timeout(ASK_TIMEOUT_S):
            await self._consumer.topics()

    async def behind(self, partitions: Iterable[Partition]) -> list[Partition]:
        """The partitions whose broker has records beyond the client's position, or whose position is unknown.

        Raises KafkaError, or TimeoutError.
        """
        async with asyncio.timeout(ASK_TIMEOUT_S):
            ends = await self._consumer.end_offsets(list(map(to_theirs, partitions)))
            positions = {at: await position(self._consumer, at) for at in ends}
        return [to_ours(at) for at, position in positions.items() if position is None or position < ends[at]]

    async def compare(self, retention: Retention) -> None:
        """Have it said when records were lost to the brokers' retention. Raises KafkaError, or TimeoutError."""
        partitions = list(self._consumer.assignment())
        async with asyncio.timeout(ASK_TIMEOUT_S):
            committed = await aiokafka_internals.committed_offsets(self._consumer, partitions)
            begins = await self._consumer.beginning_offsets(list(committed))
        retention.compare(self._group, committed, begins)

    async def leave(self) -> None:
        """Leave the group and end the client, within a few seconds, also with the broker away."""
        self.assigned = None
        self._end_commits()
        if self.handover is not None:
            self.handover.set()
        await aiokafka_internals.end_consumer(self._consumer, self._connections, CLOSE_TIMEOUT_S)


def new_member(
    group: str,
    servers: Sequence[str],
    arguments: Mapping[str, Any],
    *,
    session_timeout_s: float,
    wake: Callable[[], None],
) -> Member:
    """A member that has not joined yet."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=list(servers),
        client_id="newswire",
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        # By range, partition n of every topic goes to the same member: all of one domain's entries, retries too, are
        # with one worker, which spaces its requests. And one assignor only: aiokafka would join once for each.
        partition_assignment_strategy=[RangePartitionAssignor],
        session_timeout_ms=int(session_timeout_s * 1000),
        heartbeat_interval_ms=int(min(3.0, session_timeout_s / 4) * 1000),
        rebalance_timeout_ms=int(REBALANCE_TIMEOUT_S * 1000),
        max_poll_interval_ms=int(session_timeout_s * 1000),
        request_timeout_ms=int(max(5.0, session_timeout_s / 2) * 1000),
        fetch_max_wait_ms=_FETCH_WAIT_MS,
        max_partition_fetch_bytes=_FETCH_BYTES,
        **arguments,
    )
    return Member(consumer, group, wake)
