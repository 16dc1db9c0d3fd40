"""Compacted topics: of each key the newest record is kept, and readers' offsets stay valid."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from newswire.adapters.bus_database import DatabaseBus
from newswire.adapters.clock import SystemClock
from newswire.adapters.database import Database
from newswire.ports import Bus, Message
from support.buses import PARTITIONS, collect, places


@pytest.fixture(params=["sqlite", "postgres"])
def address(request):
    return request.getfixturevalue(f"{request.param}_bus").address


@asynccontextmanager
async def opened(address: str, topic: str) -> AsyncIterator[Bus]:
    """The embedded log with ``topic`` compacted."""
    database = Database(address)
    bus = DatabaseBus(
        database,
        partitions=PARTITIONS,
        poll_interval_s=0.05,
        lease_s=2.0,
        clock=SystemClock(),
        compacted=[topic],
    )
    try:
        yield bus
    finally:
        await bus.close()
        await database.close()


@pytest.fixture
async def log(address, topic):
    async with opened(address, topic) as bus:
        yield bus


def states(topic, version, keys=6):
    return [Message(topic, f"key-{n}", f"{version}.{n}".encode()) for n in range(keys)]


async def read(bus, topic):
    return [record async for record in bus.tail(topic)]


def by_key(records):
    return {record.key: record.value.decode() for record in records}


async def test_of_each_key_only_the_newest_record_is_kept(log, topic):
    for version in range(5):
        await log.publish(states(topic, version))
    await log.publish([*states(topic, 5, keys=2), *states(topic, 6, keys=2)])
    left = await read(log, topic)
    assert len(left) == 6
    assert by_key(left) == {f"key-{n}": f"{6 if n < 2 else 4}.{n}" for n in range(6)}


async def test_a_tombstone_is_the_newest_record_of_its_key(log, topic):
    await log.publish(states(topic, 0))
    await log.publish([Message(topic, "key-3", b"")])
    assert by_key(await read(log, topic)) == {f"key-{n}": f"0.{n}" if n != 3 else "" for n in range(6)}
    await log.publish(states(topic, 1))
    assert by_key(await read(log, topic))["key-3"] == "1.3"


async def test_another_topic_and_the_same_keys_there_are_left_alone(log, topic):
    other = f"{topic}.b"
    for version in range(3):
        await log.publish([*states(topic, version), *states(other, version)])
    assert len(await read(log, topic)) == 6
    assert len(await read(log, other)) == 18


async def test_records_keep_their_offsets_and_a_reader_goes_on_over_the_gaps(address, topic, group):
    async with opened(address, topic) as bus:
        await bus.publish(states(topic, 0))
        subscription = await bus.subscribe(group, [topic])
        first = await collect(subscription, 6)
        ends = {}
        for record in first[:3]:
            ends[record.partition] = max(ends.get(record.partition, 0), record.offset + 1)
        await subscription.commit(ends)
    async with opened(address, topic) as bus:
        for version in range(1, 4):
            await bus.publish(states(topic, version))
        subscription = await bus.subscribe(group, [topic])
        rest = await collect(subscription, 6)
        assert by_key(rest) == {f"key-{n}": f"3.{n}" for n in range(6)}
        assert not set(places(first)) & set(places(rest))
        assert (await subscription.poll(10, 0)).records == ()
        await subscription.commit({record.partition: record.offset + 1 for record in rest})
        assert sum((await bus.lag(group, [topic])).values()) == 0
        await bus.publish(states(topic, 4, keys=1))
        assert by_key(await collect(subscription, 1)) == {"key-0": "4.0"}


async def test_publishers_on_several_connections_leave_one_record_of_each_key(address, topic):
    async with opened(address, topic) as one, opened(address, topic) as two:
        await asyncio.gather(*(bus.publish(states(topic, version)) for version in range(10) for bus in (one, two)))
        left = await read(one, topic)
        assert len(left) == len(by_key(left)) == 6


async def test_age_deletes_nothing_of_a_compacted_topic(log, topic):
    await log.publish([*states(topic, 0), *states(f"{topic}.b", 0)])
    assert await log.prune(datetime(2100, 1, 1, tzinfo=UTC)) == 6
    assert len(await read(log, topic)) == 6
    assert await read(log, f"{topic}.b") == []
