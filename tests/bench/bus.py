"""Messages per second through each bus adapter, against plain aiokafka doing the same on the same broker.

    python tests/bench/bus.py [--rounds 5] [--bytes 20000000] [--only kafka]

Entries of about 1 kB and articles of about 10 kB are published by four tasks at once, in calls of 50 and of 200 that
each return when all of theirs are durable, and are then polled, 200 at most, each batch committed before the next is
asked for. Plain aiokafka is set as our adapter sets it (idempotent, acks=all, zstd, the same linger and batch size).
Every round times one after the other, taking turns at who begins, so that the ratio holds where the rates do not.
"""

import argparse
import asyncio
import logging
import random
import statistics
import sys
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from newswire.adapters.bus_kafka import producer as ours
from newswire.adapters.database import Database
from newswire.adapters.tables import metadata
from newswire.contracts import encode, traceparent_for
from newswire.ports import Bus, Message
from support.build import extracted
from support.buses import PARTITIONS, Backend, KafkaBackend
from support.kafka import Broker, Kafka
from support.line import entry
from support.postgres import Postgres
from support.publisher import WORDS

PUBLISHERS: Final = 4
MAX_POLL: Final = 200
WARM: Final = 50
"""Messages that go first, to all partitions."""
LEASE_S: Final = 30.0
PLAIN: Final = "plain aiokafka"


def prose(chance: random.Random, size: int) -> str:
    words = []
    while size > 0:
        words.append(chance.choice(WORDS) + str(chance.randrange(1000)))
        size -= len(words[-1]) + 1
    return " ".join(words)


def entries(count: int, chance: random.Random) -> list[Message]:
    made = (entry(str(n), f"https://n{n % 40}.example/{n}", summary=prose(chance, 400)) for n in range(count))
    return [encode(each, traceparent=traceparent_for(each.id)) for each in made]


def articles(count: int, chance: random.Random) -> list[Message]:
    made = (extracted(f"https://n.example/{n}", text=prose(chance, 9_000)) for n in range(count))
    return [encode(each, traceparent=traceparent_for(each.entry_id)) for each in made]


class Plain:
    """aiokafka and nothing else."""

    def __init__(self, address: str) -> None:
        self._address = address

    @asynccontextmanager
    async def publisher(self) -> AsyncIterator[Callable[[Sequence[Message]], Awaitable[None]]]:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._address,
            enable_idempotence=True,
            acks="all",
            compression_type="zstd",
            linger_ms=ours._LINGER_MS,
            max_batch_size=ours._BATCH_BYTES,
        )
        await producer.start()

        async def publish(messages: Sequence[Message]) -> None:
            waiting = [
                await producer.send(each.topic, each.value, each.key.encode(), headers=list(each.headers))
                for each in messages
            ]
            await asyncio.gather(*waiting)

        yield publish
        await producer.stop()

    async def consume(self, topic: str, count: int) -> float:
        consumer = AIOKafkaConsumer(
            topic,
            bootstrap_servers=self._address,
            group_id=uuid.uuid4().hex,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
        )
        await consumer.start()
        left, began = count, 0.0
        while left > 0:
            found = await consumer.getmany(timeout_ms=1000, max_records=MAX_POLL)
            began = began or time.perf_counter()
            if found:
                await consumer.commit({at: records[-1].offset + 1 for at, records in found.items()})
            left -= sum(map(len, found.values()))
        took = time.perf_counter() - began
        await consumer.stop()
        return took


class Adapter:
    """One of ours, through its port."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    @asynccontextmanager
    async def publisher(self) -> AsyncIterator[Callable[[Sequence[Message]], Awaitable[None]]]:
        async with self._backend.open(lease_s=LEASE_S) as bus:
            yield bus.publish

    async def consume(self, topic: str, count: int) -> float:
        async with self._backend.open(lease_s=LEASE_S) as bus:
            return await _consume(bus, topic, count)


async def _consume(bus: Bus, topic: str, count: int) -> float:
    subscription = await bus.subscribe(uuid.uuid4().hex, [topic])
    left, began = count, 0.0
    while left > 0:
        batch = await subscription.poll(MAX_POLL, 1.0)
        if batch.records:
            began = began or time.perf_counter()
            await subscription.commit({record.partition: record.offset + 1 for record in batch.records})
        left -= len(batch.records)
    return time.perf_counter() - began


async def published(one: Plain | Adapter, messages: list[Message], calls_of: int) -> float:
    """Seconds until all are durable, handed over by several tasks at once in calls of so many."""
    calls = [messages[at : at + calls_of] for at in range(0, len(messages), calls_of)]
    async with one.publisher() as publish:
        await publish([Message(messages[0].topic, str(number), b"warm") for number in range(WARM)])
        waiting = iter(calls)

        async def work() -> None:
            for call in waiting:
                await publish(call)

        began = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(PUBLISHERS)))
        return time.perf_counter() - began


async def compare(kind: str, made: list[Message], adapters: dict[str, Plain | Adapter], broker: Broker) -> None:
    """One round: each adapter publishes and consumes the messages; prints a line each."""
    for calls_of in (50, 200):
        for name, one in adapters.items():
            topic = f"bench.{uuid.uuid4().hex}"
            broker.create_topics([topic], partitions=PARTITIONS)
            messages = [Message(topic, each.key, each.value, each.headers) for each in made]
            note(f"{kind}: publish in calls of {calls_of}", name, len(made) / await published(one, messages, calls_of))
            if calls_of == 200:
                note(f"{kind}: poll and commit", name, len(made) / await one.consume(topic, len(made) + WARM))
            broker.delete_topics([topic])


RATES: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))


def note(what: str, name: str, rate: float) -> None:
    RATES[what][name].append(rate)
    print(f"  {what:45} {name:15} {rate:9,.0f}/s", flush=True)


@asynccontextmanager
async def opened(only: list[str], broker: Broker) -> AsyncIterator[dict[str, Plain | Adapter]]:
    adapters: dict[str, Plain | Adapter] = {PLAIN: Plain(broker.address)}
    if "kafka" in only:
        adapters["kafka"] = Adapter(KafkaBackend(f"kafka://{broker.address}"))
    with tempfile.TemporaryDirectory(prefix="newswire-bench-") as folder:
        if "sqlite" in only:
            adapters["sqlite"] = Adapter(await _with_tables(f"sqlite:///{folder}/log.db"))
        if "postgres" in only:
            server = Postgres.start_new()
            adapters["postgres"] = Adapter(await _with_tables(server.url(await server.create_database())))
        try:
            yield adapters
        finally:
            if "postgres" in only:
                server.stop()


async def _with_tables(url: str) -> Backend:
    database = Database(url)
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    await database.close()
    return Backend(url)


async def measure(broker: Broker, rounds: int, size: int, only: list[str]) -> None:
    chance = random.Random(1)
    kinds = {"1 kB entries": entries(size // 1_000, chance), "10 kB articles": articles(size // 10_000, chance)}
    for kind, made in kinds.items():
        print(f"{kind}: {len(made)} of {statistics.mean(len(each.value) for each in made):,.0f} bytes in the middle")
    async with opened(only, broker) as adapters:
        for number in range(rounds):
            print(f"round {number + 1}")
            in_turn = list(adapters.items())[:: 1 if number % 2 else -1]
            for kind, made in kinds.items():
                await compare(kind, made, dict(in_turn), broker)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--bytes", type=int, default=20_000_000, help="of each kind and round")
    arguments.add_argument("--only", nargs="+", default=["kafka", "sqlite", "postgres"])
    chosen = arguments.parse_args()
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())
    broker = Kafka.start_new()
    try:
        asyncio.run(measure(broker, chosen.rounds, chosen.bytes, chosen.only))
    finally:
        broker.stop()
    for what, rates in RATES.items():
        plain = rates.pop(PLAIN)
        print(f"{what}: {PLAIN} {statistics.median(plain):,.0f}/s")
        for name, mine in rates.items():
            ratio = statistics.median(a / b for a, b in zip(mine, plain, strict=True))
            print(f"  {name:10} {statistics.median(mine):9,.0f}/s, ratio {ratio:.2f} (median of {len(mine)})")


if __name__ == "__main__":
    main()
