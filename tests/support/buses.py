"""The backends behind the Bus port, as the contract suite and its child processes open them.

An address is all that another process needs: the database's URL, later a broker's.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from newswire.adapters.bus_database import DatabaseBus
from newswire.adapters.clock import SystemClock
from newswire.adapters.database import Database
from newswire.ports import Batch, Bus, Message, Partition, Record, Subscription
from support.waiting import eventually

PARTITIONS = 4
LEASE_S = 2.0  # short, so that a lapse is; long enough for a busy machine to keep it


@dataclass(frozen=True)
class Backend:
    """One backend: where it is, and what it does in its own way."""

    address: str
    prunes: bool = True  # False where the broker's own retention does it
    max_value_bytes: int = 10_000_000

    @asynccontextmanager
    async def open(
        self, *, lease_s: float = LEASE_S, partitions: int = PARTITIONS, poll_interval_s: float = 0.05
    ) -> AsyncIterator[Bus]:
        """A bus with connections of its own, as another process would have."""
        database = Database(self.address)
        bus = DatabaseBus(
            database,
            partitions=partitions,
            poll_interval_s=poll_interval_s,
            lease_s=lease_s,
            clock=SystemClock(),
            max_value_bytes=self.max_value_bytes,
        )
        try:
            yield bus
        finally:
            await bus.close()
            await database.close()


def messages(topic: str, count: int, *, keys: int = 8, prefix: str = "") -> list[Message]:
    """``count`` messages over ``keys`` keys; the values are their numbers."""
    return [Message(topic, f"key-{n % keys}", f"{prefix}{n}".encode()) for n in range(count)]


def values(records: Iterable[Record]) -> list[str]:
    """The values as text, sorted by number."""
    return sorted((record.value.decode() for record in records), key=lambda text: (len(text), text))


def places(records: Iterable[Record]) -> list[tuple[Partition, int]]:
    return [(record.partition, record.offset) for record in records]


async def collect(subscription: Subscription, count: int, *, within_s: float = 30.0) -> list[Record]:
    """Poll until ``count`` records have come (and no longer)."""
    records: list[Record] = []

    async def enough() -> bool:
        records.extend((await subscription.poll(500, 0.1)).records)
        return len(records) >= count

    await eventually(enough, within_s=within_s, what=lambda: f"{count} records, got {len(records)}")
    return records


async def assigned(
    subscription: Subscription, wanted: Callable[[Batch], bool], *, within_s: float = 30.0
) -> tuple[Batch, list[Record]]:
    """Poll until the batch is as ``wanted``; gives it and every record that came meanwhile."""
    seen: list[Record] = []
    last: list[Batch] = []

    async def reached() -> bool:
        last[:] = [await subscription.poll(500, 0.1)]
        seen.extend(last[0].records)
        return wanted(last[0])

    await eventually(reached, within_s=within_s, what=lambda: f"an assignment, have {last}")
    return last[0], seen


async def shared_out(*subscriptions: Subscription, partitions: int = PARTITIONS) -> dict[Subscription, list[Record]]:
    """Poll all until each partition belongs to one and each has its fair share; gives what came meanwhile."""
    seen: dict[Subscription, list[Record]] = {each: [] for each in subscriptions}
    counts: list[int] = []

    async def settled() -> bool:
        owners: list[Partition] = []
        counts.clear()
        for each in subscriptions:
            batch = await each.poll(500, 0)
            seen[each].extend(batch.records)
            owners.extend(batch.assigned)
            counts.append(len(batch.assigned))
        return len(owners) == len(set(owners)) == partitions and max(counts) - min(counts) <= 1

    await eventually(settled, within_s=30.0, what=lambda: f"fair shares of {partitions}, have {counts}")
    return seen
