"""What the log over a database promises beyond the port, on both engines."""

import asyncio
import random

import pytest

from newswire.adapters.bus_database import DatabaseBus
from newswire.adapters.bus_database.read import MAX_BYTES
from newswire.adapters.clock import SystemClock
from newswire.adapters.database import Database
from newswire.errors import Reject, UsageError, Wait
from newswire.ports import Message
from support.buses import PARTITIONS, assigned, collect, messages, places, values
from support.waiting import PATIENCE_S, eventually


@pytest.fixture(params=["sqlite", "postgres"])
def backend(request):
    return request.getfixturevalue(f"{request.param}_bus")


@pytest.fixture
async def bus(backend):
    async with backend.open() as bus:
        yield bus


async def test_one_subscription_alone_gets_every_partition_and_record_at_its_first_poll(bus, topic, group):
    await bus.publish(messages(topic, 20))
    batch = await (await bus.subscribe(group, [topic])).poll(100, 0)
    assert len(batch.assigned) == PARTITIONS
    assert len(batch.records) == 20


async def test_a_waiting_poll_wakes_at_once_when_its_own_process_publishes(backend, topic, group):
    async with backend.open(poll_interval_s=600, lease_s=6000) as bus:
        subscription = await bus.subscribe(group, [topic])
        assert (await subscription.poll(1, 0)).records == ()
        subscription._gathered, subscription._beat_due = 0.0, float("inf")  # nothing else is to wake it
        waiting = asyncio.create_task(subscription.poll(10, 600))
        done, _ = await asyncio.wait({waiting}, timeout=0.2)
        assert not done
        await bus.publish(messages(topic, 1))
        async with asyncio.timeout(PATIENCE_S):
            assert values((await waiting).records) == ["0"]


async def test_between_two_looks_only_what_this_process_publishes_is_read_however_often_a_consumer_polls(
    backend, topic, group
):
    async with backend.open(poll_interval_s=600, lease_s=6000) as bus, backend.open() as another:
        subscription = await bus.subscribe(group, [topic])
        assert (await subscription.poll(10, 0)).records == ()
        await another.publish(messages(topic, 1))
        assert [(await subscription.poll(10, 0)).records for _ in range(3)] == [(), (), ()]
        await bus.publish(messages(topic, 1))
        subscription._gathered = 0.0
        assert len((await subscription.poll(10, 0)).records) == 2


async def test_a_killed_process_is_succeeded_long_before_its_lease_runs_out(backend, topic, group, child):
    async with backend.open(lease_s=600) as bus:
        await bus.publish(messages(topic, 20))
        async with child("consume") as output:
            assert await output.readline() == b"20\n"
            heir = await bus.subscribe(group, [topic])
            assert not (await heir.poll(100, 0)).assigned
        batch, seen = await assigned(heir, lambda batch: len(batch.assigned) == PARTITIONS, within_s=PATIENCE_S)
        assert values(seen) == [str(n) for n in range(20)]
        assert set(batch.assigned.values()) == {2}


async def test_a_lease_that_ran_out_but_that_nobody_took_is_kept(backend, topic, group):
    async with backend.open(lease_s=0.05) as bus:
        await bus.publish(messages(topic, 20))
        subscription = await bus.subscribe(group, [topic])
        before = (await subscription.poll(100, 0)).assigned
        await asyncio.sleep(0.1)
        await subscription.commit(dict.fromkeys(before, 1))
        assert (await subscription.poll(100, 0)).assigned == before


async def test_a_topic_keeps_the_number_of_partitions_it_was_created_with(backend, topic):
    async with backend.open(partitions=3) as first:
        await first.publish(messages(topic, 1))
    async with backend.open(partitions=9) as second:
        await second.publish(messages(topic, 50, keys=50))
        assert {record.partition.number async for record in second.tail(topic)} == {0, 1, 2}


async def test_two_processes_creating_a_topic_agree_on_its_partitions(backend, topic, group):
    async with backend.open(partitions=2) as one, backend.open(partitions=6) as other:
        await asyncio.gather(*(bus.publish(messages(topic, 30, keys=30)) for bus in (one, other)))
        lags = await one.lag(group, [topic])
        assert len(lags) in {2, 6}
        assert sum(lags.values()) == 60
        subscriptions = [await each.subscribe(group, [topic]) for each in (one, other)]
        assert len((await subscriptions[0].poll(1, 0)).assigned) == len(lags)


async def test_waiting_publishers_share_a_transaction(backend, topic, monkeypatch):
    transactions = []
    write = Database.write
    monkeypatch.setattr(Database, "write", lambda self: transactions.append(self) or write(self))
    async with backend.open() as bus:
        await bus.publish(messages(topic, 1))
        transactions.clear()
        await asyncio.gather(*(bus.publish([each]) for each in messages(topic, 100)))
    assert len(transactions) <= 3


async def test_an_error_reaches_every_publisher_it_concerns_and_only_those(backend, topic, monkeypatch):
    async with backend.open() as bus:
        await bus.publish(messages(topic, 1))
        with monkeypatch.context() as patch:
            patch.setattr(Database, "write", _away)
            results = await asyncio.gather(*(bus.publish([m]) for m in messages(topic, 10)), return_exceptions=True)
        assert [type(each) for each in results] == [Wait] * 10
        assert len(set(map(id, results))) == 10
        await bus.publish(messages(topic, 5))
        assert len([record async for record in bus.tail(topic)]) == 6


def _away(_database):
    raise Wait("away")


@pytest.mark.parametrize("key", ["a\0b", "\ud800"])
async def test_a_key_no_database_can_hold_is_rejected(bus, topic, key):
    with pytest.raises(Reject) as rejected:
        await bus.publish([Message(topic, "fine", b""), Message(topic, key, b"")])
    assert rejected.value.reason == "invalid-key"
    assert [record async for record in bus.tail(topic)] == []


async def test_one_poll_brings_no_more_bytes_than_fit_and_the_next_the_rest(bus, topic, group):
    size = MAX_BYTES // 4
    for n in range(7):
        await bus.publish([Message(topic, f"key-{n}", bytes([n]) * size)])
    subscription = await bus.subscribe(group, [topic])
    polls = [await subscription.poll(100, 0) for _ in range(3)]
    assert [len(batch.records) for batch in polls] == [4, 3, 0]
    assert len({record.value[0] for batch in polls for record in batch.records}) == 7


async def test_cancelled_polls_and_commits_skip_nothing_and_leave_no_connection_behind(backend, topic, group):
    chance = random.Random(7)
    async with backend.open() as bus:
        await bus.publish(messages(topic, 300))
        subscription = await bus.subscribe(group, [topic])
        await assigned(subscription, lambda batch: len(batch.assigned) == PARTITIONS)
        other = await bus.subscribe(f"{group}-2", [topic])
        seen = []
        for _ in range(60):
            subscription._beat_due = 0.0  # have the membership's transaction cancelled as well
            tasks = [
                asyncio.create_task(other.poll(2, 0)),
                asyncio.create_task(subscription.poll(2, 0)),
                asyncio.create_task(subscription.commit(dict.fromkeys(subscription._held, 0))),
            ]
            for _ in range(chance.randrange(60)):
                await asyncio.sleep(0)
            await asyncio.sleep(chance.random() * 0.004)
            for task in tasks[1:]:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            assert all(not isinstance(each, Exception) for each in results), results
            seen += [] if isinstance(results[0], BaseException) else results[0].records
        rest = await collect(other, 300 - len(seen))
        assert len(set(places([*seen, *rest]))) == 300


async def test_closing_writes_what_is_waiting_and_then_refuses(backend, topic):
    async with backend.open() as bus:
        publishing = [asyncio.create_task(bus.publish([each])) for each in messages(topic, 20)]
        await asyncio.sleep(0)
        await bus.close()
        await asyncio.gather(*publishing)
        with pytest.raises(Wait):
            await bus.publish(messages(topic, 1))
    async with backend.open() as bus:
        assert len([record async for record in bus.tail(topic)]) == 20


async def test_a_database_without_tables_says_what_to_do(database_url, topic):
    database = Database(database_url)
    bus = DatabaseBus(database, partitions=1, poll_interval_s=0.1, lease_s=5, clock=SystemClock())
    with pytest.raises(UsageError, match="newswire migrate"):
        await bus.publish(messages(topic, 1))
    await bus.close()
    await database.close()


async def test_a_postgres_that_goes_away_is_waited_for_and_nothing_is_lost(postgres_bus, postgres_server, topic, group):
    async with postgres_bus.open() as bus:
        await bus.publish(messages(topic, 10))
        subscription = await bus.subscribe(group, [topic])
        batch = await subscription.poll(5, 0)
        postgres_server.kill()
        try:
            for failing in (
                bus.publish(messages(topic, 1)),
                subscription.poll(5, 0),
                subscription.commit(dict.fromkeys(batch.assigned, 1)),
                bus.lag(group, [topic]),
            ):
                with pytest.raises(Wait):
                    await failing
        finally:
            postgres_server.start()
        seen = list(batch.records)

        async def all_there():
            seen.extend((await subscription.poll(5, 0.1)).records)
            return len(seen) >= 10

        await eventually(all_there)
        assert len(set(places(seen))) == 10
        await bus.publish(messages(topic, 1, prefix="after-"))
        assert values(await collect(subscription, 1)) == ["after-0"]


async def test_cut_connections_cost_at_most_a_wait(postgres_bus, postgres_server, postgres_tables_url, topic, group):
    name = postgres_tables_url.rpartition("/")[2]
    async with postgres_bus.open() as bus:
        subscription = await bus.subscribe(group, [topic])
        published, waits, seen = 0, 0, []
        for n in range(30):
            if n % 5 == 0:
                cutting = asyncio.create_task(postgres_server.terminate_backends(name))
            try:
                await bus.publish([Message(topic, f"key-{n}", str(n).encode())])
                published += 1
                seen += (await subscription.poll(100, 0)).records
            except Wait:
                waits += 1
            await cutting
        assert published + waits >= 30
        await eventually(lambda: _drained(bus, subscription, seen, topic))
        assert len(set(places(seen))) == len(seen)


async def _drained(bus, subscription, seen, topic):
    seen.extend((await subscription.poll(100, 0.1)).records)
    return len(seen) == len([record async for record in bus.tail(topic)])


async def test_merely_to_read_makes_no_topic(backend, topic):
    async with backend.open() as bus, backend.open(partitions=1) as another:
        assert [record async for record in bus.tail(topic)] == []
        await another.publish(messages(topic, 20))
        assert {record.partition.number async for record in another.tail(topic)} == {0}
