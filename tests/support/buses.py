"""The backends behind the Bus port, as the contract suite and its child processes open them.

An address is all that another process needs: the database's URL, or kafka:// and a broker's host:port.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from newswire.adapters.bus_database import DatabaseBus
from newswire.adapters.bus_kafka import KafkaBus
from newswire.adapters.clock import SystemClock
from newswire.adapters.database import Database
from newswire.domain.log.topics import MAX_BATCH_BYTES
from newswire.ports import Batch, Bus, Message, Partition, Record, Subscription
from support.kafka import Broker
from support.waiting import eventually

KAFKA = "kafka://"
PARTITIONS = 4
LEASE_S = 2.0  # short, so that a lapse is; long enough for a busy machine to keep it


@dataclass(frozen=True)
class Backend:
    """One backend over a database: where it is, and what it does in its own way."""

    address: str
    prunes: bool = True  # False where the broker's own retention does it
    eager: bool = False  # True where a rebalance takes everything from everybody, and deals it out anew
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

    @contextmanager
    def topics(self, names: Sequence[str]) -> Iterator[None]:
        """Topics to use: here they come to be by being used."""
        yield


@dataclass(frozen=True)
class KafkaBackend(Backend):
    """A broker, at kafka://host:port. ``lease_s`` is the session timeout; topics are made before they are used."""

    prunes: bool = False
    eager: bool = True
    send_timeout_s: float = 20.0

    @asynccontextmanager
    async def open(self, *, lease_s: float = LEASE_S, **_: object) -> AsyncIterator[Bus]:
        bus = KafkaBus(
            [self.address.removeprefix(KAFKA)],
            send_timeout_s=self.send_timeout_s,
            session_timeout_s=lease_s,
            clock=SystemClock(),
            max_value_bytes=self.max_value_bytes,
        )
        try:
            yield bus
        finally:
            await bus.close()

    @contextmanager
    def topics(self, names: Sequence[str]) -> Iterator[None]:
        broker = Broker(self.address.removeprefix(KAFKA))
        broker.create_topics(names, partitions=PARTITIONS, config={"max.message.bytes": str(MAX_BATCH_BYTES)})
        yield
        broker.delete_topics(names)


def backend_at(address: str) -> Backend:
    """The backend of an address, whatever its kind."""
    return KafkaBackend(address) if address.startswith(KAFKA) else Backend(address)


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
