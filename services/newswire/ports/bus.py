"""The log: what it promises, whatever it is kept in.

**The log.** A topic is a fixed number of partitions; a record's key picks its partition, and within a
partition records keep the order in which they were published. An offset is a record's place in its
partition. Nothing is deleted by being read. Of a compacted topic only the newest record of each key is
sure to be kept, and nothing for its age; its records keep their offsets, so there are gaps between them.

**Groups.** The subscriptions of one group share a topic's partitions: each partition belongs to one
subscription at a time. A group remembers one number per partition, the committed offset: the first
one that it has *not* finished. A subscription that is given a partition starts there.

**Delivery** is at least once. A record is delivered again whenever its partition changes hands (a
crash, a rebalance, a lease that ran out) before an offset beyond it was committed. A commit for a
partition that is no longer one's own raises `StaleAssignment` and changes nothing.

**Durability order.** `Bus.publish` returns when the records will survive a crash of this process and
of the broker's leader; only then may a stage acknowledge what they were made from.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """A message to publish: a value under a key, with CloudEvents attributes in the headers.

    An empty value is a tombstone (Kafka's null): on a compacted topic it deletes the key.
    """

    topic: str
    key: str
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()

    def header(self, name: str) -> str | None:
        """The first header of that name as text."""
        for key, value in self.headers:
            if key == name:
                return value.decode("utf-8", "replace")
        return None


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """One partition of one topic."""

    topic: str
    number: int


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Record:
    """A message with its place in the log. The key may be absent in a log others write to."""

    partition: Partition
    offset: int
    key: str | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()
    published_at: datetime | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name as text."""
        for key, value in self.headers:
            if key == name:
                return value.decode("utf-8", "replace")
        return None


@dataclass(frozen=True, slots=True)
class Batch:
    """The result of one poll. ``assigned`` is every partition that is ours now, by the epoch it was given in.

    An epoch is a number that grows each time a partition is given to somebody; work of an earlier
    epoch is stale. A partition that is missing from ``assigned`` has been taken away.
    """

    records: tuple[Record, ...]
    assigned: Mapping[Partition, int]


class Subscription(Protocol):
    """One consumer of a group.

    `poll` has to go on being called, also with everything paused: it is what keeps the membership.
    """

    async def poll(self, max_records: int, timeout_s: float) -> Batch:
        """Up to ``max_records`` records beyond the last ones polled, in order within each partition.

        Returns as soon as there is something, or empty-handed after ``timeout_s`` seconds.
        Raises `Wait` when the broker is away.
        """
        ...

    def pause(self, partitions: Sequence[Partition]) -> None:
        """Deliver nothing from these until `resume`; others and the membership are unaffected."""
        ...

    def resume(self, partitions: Sequence[Partition]) -> None:
        """Deliver from these again, from where polling stopped."""
        ...

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Remember for the group that everything before these offsets is finished.

        Raises `StaleAssignment` when any of the partitions is no longer ours (the others may or may
        not have been committed), `Wait` when the broker is away.
        """
        ...

    def on_revoke(self, drain: Callable[[Sequence[Partition]], Awaitable[None]]) -> None:
        """Have ``drain`` awaited when partitions are about to be given away in good order: finish, commit."""
        ...

    async def close(self) -> None:
        """Leave the group: its partitions go to the others at once. Commits nothing."""
        ...


class Bus(Protocol):
    """A partitioned log with consumer groups."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """Append; when this returns, all of them are durable. Order is kept per key.

        Raises `Wait` when the broker is away: some of the messages may have been appended all the
        same (the outcome is unknown), so the caller publishes the same ids again. Raises `Reject`
        (``too-large``) for a message over the log's limit, with nothing appended.
        """
        ...

    async def subscribe(self, group: str, topics: Sequence[str]) -> Subscription:
        """Join ``group`` as one more consumer of ``topics``. A new group starts at the oldest record."""
        ...

    async def reach(self, topics: Sequence[str]) -> None:
        """Return when the log answers and these topics are in it; asks of nothing but whether they are there.

        Raises `UsageError` when one is missing that its first use would not create, `Wait` when the broker is away.
        """
        ...

    async def lag(self, group: str, topics: Sequence[str]) -> Mapping[Partition, int]:
        """How many records each partition holds from the group's committed offset on."""
        ...

    def unfinished(self, group: str, topics: Sequence[str]) -> AsyncIterator[Record]:
        """Every record from the group's committed offsets to the present end. Joins nothing, commits nothing."""
        ...

    def tail(self, topic: str, *, since: datetime | None = None, follow: bool = False) -> AsyncIterator[Record]:
        """The topic's records from ``since`` (or the beginning) on; with ``follow``, never ends. Joins no group."""
        ...

    async def prune(self, before: datetime) -> int:
        """Drop records published before ``before`` that every group has finished; returns how many.

        A broker with a retention of its own does nothing and returns 0.
        """
        ...

    async def close(self) -> None:
        """Let go of every connection, within bounded time."""
        ...
