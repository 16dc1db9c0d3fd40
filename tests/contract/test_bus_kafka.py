"""What the log over Kafka promises beyond the port: that brokers and networks may fail. Against a real broker."""

import asyncio
import os
import random
from collections import Counter, defaultdict
from contextlib import asynccontextmanager

import psutil
import pytest
from aiokafka.partitioner import murmur2
from confluent_kafka import TopicPartition
from structlog.testing import capture_logs

from newswire.adapters.bus_kafka import clients, liveness, member
from newswire.adapters.bus_kafka import subscription as subscription_module
from newswire.domain.log.topics import MAX_BATCH_BYTES
from newswire.errors import StaleAssignment, UsageError, Wait
from newswire.ports import Batch, Message, Partition
from support.buses import KAFKA, LEASE_S, PARTITIONS, KafkaBackend, assigned, collect, messages, shared_out, values
from support.proxy import Proxy
from support.waiting import eventually

BOUND_S = 120.0
"""For what is to be over in bounded time; several times what it takes."""
SEND_S = 3.0


@pytest.fixture
def backend(kafka_bus):
    """A broker that is left alone."""
    return kafka_bus


@pytest.fixture
async def bus(backend):
    async with backend.open() as bus:
        yield bus


@pytest.fixture
def hurt(kafka_server):
    """A broker to kill and to freeze, put right again afterwards."""
    yield kafka_server
    kafka_server.thaw()
    if not kafka_server.running:
        kafka_server.start()


@pytest.fixture
def fragile(hurt, monkeypatch):
    """That broker, as a backend that does not wait for it long."""
    monkeypatch.setattr(clients, "START_TIMEOUT_S", 3.0)
    monkeypatch.setattr(member, "ASK_TIMEOUT_S", 1.0)
    monkeypatch.setattr(liveness, "PATIENCE_S", 1.0)
    monkeypatch.setattr(subscription_module, "COMMIT_TIMEOUT_S", 1.0)
    return KafkaBackend(f"{KAFKA}{hurt.address}", send_timeout_s=SEND_S)


@pytest.fixture
def proxy(kafka_server):
    """The network to a broker; it is the way in for `remote`."""
    with Proxy(kafka_server.proxied_port, kafka_server.behind) as proxy:
        yield proxy


@pytest.fixture
def remote(kafka_server, proxy):
    """The same broker, reached over the proxy."""
    return KafkaBackend(f"{KAFKA}{kafka_server.proxied_address}", send_timeout_s=SEND_S)


def everything(batch):
    return len(batch.assigned) == PARTITIONS


def with_ids(topic, count, prefix=""):
    """Messages with ce_ids of their own."""
    return [
        Message(topic, each.key, each.value, (("ce_id", f"{prefix}{n}".encode()),))
        for n, each in enumerate(messages(topic, count))
    ]


async def publish_as_stages_do(bus, batch, waited=None):
    """The same messages again until it is known that they are there."""
    while True:
        try:
            return await bus.publish(batch)
        except Wait as error:
            if waited is not None:
                waited.append(error)
            await asyncio.sleep(0.1)


async def poll_as_stages_do(subscription, seen):
    """Once: a broker that is away is waited for."""
    try:
        batch = await subscription.poll(100, 0.1)
    except Wait as error:
        await asyncio.sleep(0.1)
        return error
    seen.extend(batch.records)
    return batch


async def polled_all(subscription, seen, count):
    """For `eventually`: poll once; whether all have come."""
    await poll_as_stages_do(subscription, seen)
    return len(seen) >= count


async def happened(condition):
    """For `eventually`: whether it holds, after others had their turn."""
    await asyncio.sleep(0.01)
    return condition()


@asynccontextmanager
async def nothing_left(backend):
    """Afterwards there are no more tasks than before, and no connections to that broker."""
    before, port = asyncio.all_tasks(), int(backend.address.rpartition(":")[2])
    yield

    def left():
        connections = [each for each in psutil.Process().net_connections("tcp") if each.raddr]
        return [*(asyncio.all_tasks() - before), *(each for each in connections if each.raddr.port == port)]

    await eventually(lambda: happened(lambda: not left()), what=lambda: f"nothing left, got {left()}")


# ---------------------------------------------------------------------------------------- a broker that dies
async def test_a_broker_killed_and_restarted_amid_publishing_and_consuming_loses_nothing(fragile, hurt, topic, group):
    waited, away, seen, wanted = [], [], [], set()
    over = asyncio.Event()
    with fragile.topics([topic]):
        async with nothing_left(fragile), fragile.open() as bus:
            subscription = await bus.subscribe(group, [topic])

            async def publisher(name):
                n = 0
                while not over.is_set():
                    batch = with_ids(topic, 8, f"{name}.{n}.")
                    await publish_as_stages_do(bus, batch, waited)
                    wanted.update(message.header("ce_id") for message in batch)
                    n += 1

            async def consumer():
                while not over.is_set() or wanted - {record.header("ce_id") for record in seen}:
                    answer = await poll_as_stages_do(subscription, seen)
                    if isinstance(answer, Wait):
                        away.append(answer)

            async with asyncio.timeout(BOUND_S), asyncio.TaskGroup() as tasks:
                for task in (*map(publisher, "abc"), consumer()):
                    tasks.create_task(task)
                await eventually(lambda: happened(lambda: len(seen) > 100))
                hurt.kill()
                await eventually(lambda: happened(lambda: waited and away), within_s=BOUND_S)
                await asyncio.to_thread(hurt.start)
                await publish_as_stages_do(bus, messages(topic, 1))
                over.set()
            by_key = defaultdict(list)
            async for record in bus.tail(topic):
                if ce_id := record.header("ce_id"):
                    by_key[record.key, ce_id[0]].append([int(part) for part in ce_id.split(".")[1:]])
    for numbers in by_key.values():
        first = list(dict.fromkeys(map(tuple, numbers)))
        assert first == sorted(first)
    assert sum(len({*map(tuple, numbers)}) for numbers in by_key.values()) == len(wanted)


async def test_a_dead_broker_is_waited_for_in_bounded_time_and_closing_is_bounded_too(fragile, hurt, topic, group):
    with fragile.topics([topic]):
        async with asyncio.timeout(BOUND_S), nothing_left(fragile), fragile.open() as bus, fragile.open() as other:
            await bus.publish(messages(topic, 5))
            subscription = await bus.subscribe(group, [topic])
            await collect(subscription, 5)
            hurt.kill()
            for each in (bus, other):  # one that was connected, one that never was
                with pytest.raises(Wait):
                    await each.publish(messages(topic, 1))
                with pytest.raises(Wait):
                    await each.lag(group, [topic])
                with pytest.raises(Wait):
                    await each.reach([topic])
            with pytest.raises(Wait):
                await other.subscribe(group, [topic])
            with pytest.raises(Wait):
                await anext(other.tail(topic))
            with pytest.raises(Wait):
                await subscription.commit({Partition(topic, 0): 1})
        await asyncio.to_thread(hurt.start)


def more_than_sockets_hold(topic):
    """Calls of `publish` that go into one request, only a part of which is on its way when the broker freezes."""
    return [[Message(topic, f"key-{n}", os.urandom(10_000_000))] for n in range(4)]


async def test_a_frozen_broker_is_waited_for_in_bounded_time_and_found_again(fragile, hurt, topic, group):
    seen, ids = [], {str(n) for n in range(20)}
    with fragile.topics([topic]):
        async with asyncio.timeout(BOUND_S), nothing_left(fragile), fragile.open(lease_s=20) as bus:
            await bus.publish(with_ids(topic, 5))
            subscription = await bus.subscribe(group, [topic])
            seen += await collect(subscription, 5)
            hurt.freeze()
            given_up = [bus.publish(call) for call in more_than_sockets_hold(topic)]
            assert {type(each) for each in await asyncio.gather(*given_up, return_exceptions=True)} == {Wait}
            while isinstance(await poll_as_stages_do(subscription, seen), Batch):
                pass
            hurt.thaw()
            await publish_as_stages_do(bus, with_ids(topic, 20))
            while {record.header("ce_id") for record in seen} != ids:
                await poll_as_stages_do(subscription, seen)
            # What was given up was not delivered by itself afterwards, behind the caller's back.
            assert {record.header("ce_id") async for record in bus.tail(topic)} == ids


async def test_closing_with_a_frozen_broker_is_bounded_and_nothing_is_sent_afterwards(fragile, hurt, topic, group):
    with fragile.topics([topic]):
        async with nothing_left(fragile), fragile.open(lease_s=20) as bus:
            await bus.publish(messages(topic, 5))
            subscription = await bus.subscribe(group, [topic])
            await collect(subscription, 5)
            hurt.freeze()
            publishing = [asyncio.create_task(bus.publish(call)) for call in more_than_sockets_hold(topic)]
            async with asyncio.timeout(BOUND_S):
                await asyncio.wait(publishing, timeout=1)
                await bus.close()
            given_up = await asyncio.gather(*publishing, return_exceptions=True)
            assert {type(each) for each in given_up} == {Wait}
        hurt.thaw()
        async with fragile.open() as bus:
            await publish_as_stages_do(bus, messages(topic, 1, prefix="last-"))
            found = [record.value.decode() async for record in bus.tail(topic)]
    assert sorted(found) == [*map(str, range(5)), "last-0"]


# ------------------------------------------------------------------------------------- a network that fails
async def test_a_lost_acknowledgement_is_made_up_for_by_a_copy_with_the_same_id(remote, proxy, kafka_bus, topic):
    with kafka_bus.topics([topic]):
        async with remote.open() as bus:
            await bus.publish(with_ids(topic, 1, "before-"))
            proxy.deafen()
            with pytest.raises(Wait, match="unknown"):
                await bus.publish(with_ids(topic, 1))
            proxy.heal()
            await bus.publish(with_ids(topic, 1))
            ids = Counter([record.header("ce_id") async for record in bus.tail(topic)])
    assert ids == {"before-0": 1, "0": 2}


async def test_an_acknowledgement_that_is_lost_for_a_moment_leaves_no_copy(remote, proxy, kafka_bus, topic):
    with kafka_bus.topics([topic]):
        async with remote.open() as bus, kafka_bus.open() as other:
            await bus.publish(with_ids(topic, 1, "before-"))
            proxy.deafen()
            publishing = asyncio.create_task(bus.publish(with_ids(topic, 1)))

            async def arrived():
                return sum((await other.lag("nobody", [topic])).values()) == 2

            await eventually(arrived)
            proxy.heal()
            await publishing
            ids = Counter([record.header("ce_id") async for record in other.tail(topic)])
    assert ids == {"before-0": 1, "0": 1}


async def test_connections_cut_while_consuming_lose_and_repeat_nothing(remote, proxy, kafka_bus, topic, group):
    seen = []
    with kafka_bus.topics([topic]):
        async with remote.open(lease_s=30) as bus, kafka_bus.open() as other:
            subscription = await bus.subscribe(group, [topic])
            await assigned(subscription, everything)
            for n in range(10):
                await other.publish(messages(topic, 40, prefix=f"{n}-"))
                await eventually(lambda: poll_as_stages_do(subscription, seen), what="a batch")
                assert proxy.cut()
            await eventually(lambda: polled_all(subscription, seen, 400), within_s=BOUND_S, what=lambda: f"{len(seen)}")
    by_partition = defaultdict(list)
    for record in seen:
        by_partition[record.partition].append(record.offset)
    assert all(offsets == list(range(len(offsets))) for offsets in by_partition.values())


async def test_a_member_that_was_cut_off_is_succeeded_and_its_work_is_stale(remote, proxy, kafka_bus, topic, group):
    with kafka_bus.topics([topic]):
        async with remote.open() as there, kafka_bus.open() as here:
            await here.publish(messages(topic, 40))
            lost = await there.subscribe(group, [topic])
            before, _ = await assigned(lost, everything)
            drained = []
            lost.on_revoke(lambda partitions: asyncio.sleep(0, drained.extend(partitions)))
            proxy.freeze()
            heir = await here.subscribe(group, [topic])
            records = await collect(heir, 40, within_s=LEASE_S + 30)
            assert values(records) == [str(n) for n in range(40)]
            proxy.heal()
            with pytest.raises(StaleAssignment):
                await lost.commit(dict.fromkeys(before.assigned, 1))
            assert sum((await here.lag(group, [topic])).values()) == 40
            await heir.close()
            last, seen = [before], []

            async def back():
                answer = await poll_as_stages_do(lost, seen)
                if isinstance(answer, Batch):
                    last.append(answer)
                return everything(last[-1]) and last[-1].assigned != before.assigned

            await eventually(back, within_s=BOUND_S)
            assert all(last[-1].assigned[at] > epoch for at, epoch in before.assigned.items())
            assert not drained  # there was nothing left to be handed over in good order
            await eventually(lambda: polled_all(lost, seen, 40), within_s=BOUND_S)
    assert set(values(seen)) == {str(n) for n in range(40)}


# ------------------------------------------------------------------------------------------------ membership
async def test_a_partitions_number_is_with_one_member_on_every_topic(bus, topic, group):
    topics = [topic, f"{topic}.b"]  # a domain's entries and their retries, which one worker has to space
    one, two = [await bus.subscribe(group, topics) for _ in range(2)]
    await shared_out(one, two, partitions=2 * PARTITIONS)
    for each in (one, two):
        mine = (await each.poll(1, 0)).assigned
        assert len({at.number for at in mine}) == PARTITIONS // 2


async def test_work_that_takes_longer_than_the_session_is_finished_before_its_partitions_change_hands(
    backend, topic, group
):
    async with backend.open() as here, backend.open() as there:
        await here.publish(messages(topic, 40))
        one, two = await here.subscribe(group, [topic]), await there.subscribe(group, [topic])
        records = await collect(one, 40)
        seen, working = [], asyncio.Event()

        async def drain(partitions):
            working.set()
            await asyncio.sleep(2 * LEASE_S)
            assert not seen
            await one.commit({at: sum(record.partition == at for record in records) for at in partitions})

        one.on_revoke(drain)

        async def poll_the_other():
            while not (batch := await two.poll(100, 0.1)).assigned:
                seen.extend(batch.records)

        polling = asyncio.create_task(poll_the_other())
        await assigned(one, lambda batch: batch.assigned and len(batch.assigned) < PARTITIONS)
        await polling
        assert working.is_set()
        assert not seen
        assert sum((await here.lag(group, [topic])).values()) == 0


async def test_a_member_that_leaves_while_the_group_waits_for_another_is_gone_at_once(backend, topic, group):
    async with backend.open(lease_s=40) as bus:
        one, two, three = [await bus.subscribe(group, [topic]) for _ in range(3)]
        await shared_out(one, two)
        waiting, going_on = asyncio.Event(), asyncio.Event()

        async def drain(partitions):
            waiting.set()
            await going_on.wait()

        one.on_revoke(drain)
        await three.poll(1, 0)
        sharing = asyncio.create_task(shared_out(one, three))
        await eventually(lambda: joining(two))
        await waiting.wait()
        await two.close()
        going_on.set()
        await sharing


async def joining(subscription):
    """Poll once; whether it has given everything away, and waits to be given something."""
    return not (await subscription.poll(1, 0.1)).assigned


async def test_a_keys_partition_is_with_one_member_in_every_topic(bus, topic, group):
    topics = [topic, f"{topic}.b"]
    members = [await bus.subscribe(group, topics) for _ in range(3)]

    async def shared():
        batches = [await each.poll(1, 0) for each in members]
        owned = [{(at.topic, at.number) for at in batch.assigned} for batch in batches]
        return sum(map(len, owned)) == 2 * PARTITIONS and all(owned) and owned

    await eventually(shared)
    for owned in await shared():
        assert {number for name, number in owned if name == topics[0]} == {
            number for name, number in owned if name == topics[1]
        }


async def test_a_session_that_the_brokers_do_not_allow_is_a_sentence_about_what_to_do(backend, topic, group):
    async with backend.open(lease_s=0.5) as bus:
        subscription = await bus.subscribe(group, [topic])

        async def assigned_something():
            return (await subscription.poll(1, 0.1)).assigned

        with pytest.raises(UsageError, match="NEWSWIRE_KAFKA__SESSION_TIMEOUT_S"):
            await eventually(assigned_something)


async def test_a_stuck_client_is_noticed_and_replaced(backend, bus, topic, group, monkeypatch):
    monkeypatch.setattr(liveness, "STALL_S", 1.0)
    subscription = await bus.subscribe(group, [topic])
    before, _ = await assigned(subscription, everything)
    consumer = subscription._joined[0]._consumer
    consumer.pause(*consumer.assignment())  # the client fetches nothing any more, and nobody told it to
    await bus.publish(messages(topic, 40))
    seen = []
    with capture_logs() as logs:
        await eventually(lambda: polled_all(subscription, seen, 40), within_s=BOUND_S)
    assert values(seen) == [str(n) for n in range(40)]
    assert [line["partitions"] for line in logs if line["event"] == "kafka.stuck"] == [
        [f"{topic}/{n}" for n in range(PARTITIONS)]
    ]
    assert all(epoch > before.assigned[at] for at, epoch in (await subscription.poll(1, 0)).assigned.items())


async def test_an_idle_topic_is_not_taken_for_a_stuck_client(bus, topic, group, monkeypatch):
    monkeypatch.setattr(liveness, "STALL_S", 0.2)
    monkeypatch.setattr(liveness, "PATIENCE_S", 0.1)
    await bus.publish(messages(topic, 10))
    subscription = await bus.subscribe(group, [topic])
    await collect(subscription, 10)
    before = (await subscription.poll(1, 0)).assigned
    for _ in range(10):
        assert (await subscription.poll(1, 0.1)).assigned == before


async def test_a_client_whose_background_has_died_is_replaced(bus, topic, group):
    await bus.publish(messages(topic, 40))
    subscription = await bus.subscribe(group, [topic])
    await collect(subscription, 40)
    seen = []
    for name in ("_fetcher", "_coordinator"):
        background = getattr(subscription._joined[0]._consumer, name)
        (background._fetch_task if name == "_fetcher" else background._coordination_task).cancel()
        seen.clear()
        await eventually(lambda: polled_all(subscription, seen, 40), within_s=BOUND_S)


# ------------------------------------------------------------------------------------------------ the topics
async def test_a_topic_that_does_not_exist_is_a_sentence_about_what_to_do(bus, group, monkeypatch):
    monkeypatch.setattr(clients, "TOPIC_PATIENCE_S", 0.5)

    async def tail():
        return [record async for record in bus.tail("test.nowhere")]

    found = await asyncio.gather(
        bus.publish(messages("test.nowhere", 1)),
        bus.subscribe(group, ["test.nowhere"]),
        bus.reach(["test.nowhere"]),
        tail(),
        return_exceptions=True,
    )
    assert [type(each) for each in found] == [UsageError] * 4
    assert all("test.nowhere" in str(each) and "newswire topics ensure" in str(each) for each in found)
    assert await bus.lag(group, ["test.nowhere"]) == {}
    assert [record async for record in bus.unfinished(group, ["test.nowhere"])] == []


async def test_a_topic_that_takes_too_little_is_a_sentence_about_what_to_do(bus, kafka_broker):
    name = f"test.{random.randbytes(8).hex()}"
    kafka_broker.create_topics([name], partitions=1)  # a megabyte, by default
    try:
        with pytest.raises(UsageError, match="newswire topics ensure"):
            await bus.publish([Message(name, "a", os.urandom(2_000_000))])
        await bus.publish([Message(name, "a", b"small")])
    finally:
        kafka_broker.delete_topics([name])


async def test_the_largest_values_pass_side_by_side_however_many_they_are(backend, bus, kafka_broker):
    name, partitions = f"test.{random.randbytes(8).hex()}", 11
    keys = {(murmur2(key.encode()) & 0x7FFFFFFF) % partitions: key for key in map(str, range(200))}
    # One to each partition: together they would be more than a broker takes in one request.
    largest = [Message(name, key, os.urandom(backend.max_value_bytes)) for key in keys.values()]
    kafka_broker.create_topics([name], partitions=partitions, config={"max.message.bytes": str(MAX_BATCH_BYTES)})
    try:
        await asyncio.gather(*(bus.publish([message]) for message in largest))
        assert {record.value async for record in bus.tail(name)} == {message.value for message in largest}
    finally:
        kafka_broker.delete_topics([name])


async def test_what_is_published_while_one_reads_is_left_out(bus, topic, group):
    await bus.publish(messages(topic, 40))
    there_is = await bus._reader.unfinished(group, [topic])
    await bus.publish(messages(topic, 40, prefix="late-"))
    assert values([record async for record in bus._reader.read(there_is)]) == [str(n) for n in range(40)]


async def test_closing_ends_what_is_still_being_read(backend, topic):
    async with nothing_left(backend):
        async with backend.open() as bus:
            await bus.publish(messages(topic, 5))
            following = bus.tail(topic, follow=True)
            assert (await anext(following)).offset == 0
        with pytest.raises(Wait):
            [record async for record in following]


async def test_records_lost_to_retention_are_spoken_of(bus, topic, group, kafka_broker):
    await bus.publish(messages(topic, 40))
    subscription = await bus.subscribe(group, [topic])
    records = await collect(subscription, 40)
    count = Counter(record.partition for record in records)
    at = max(count)
    await subscription.commit(dict.fromkeys(count, 1))
    await subscription.close()
    admin = kafka_broker.admin()
    for deleted in admin.delete_records([TopicPartition(at.topic, at.number, count[at])]).values():
        deleted.result(30)

    def told(logs):
        return [(line["partition"], line["records"]) for line in logs if line["event"] == "kafka.records_lost"]

    lost = [(f"{at.topic}/{at.number}", count[at] - 1)]
    with capture_logs() as logs:
        assert (await bus.lag(group, [topic]))[at] == 0
        await bus.lag(group, [topic])
    assert told(logs) == lost
    with capture_logs() as logs:
        again = await collect(await bus.subscribe(group, [topic]), 40 - count[at] - (len(count) - 1))
    assert told(logs) == lost
    assert at not in {record.partition for record in again}
