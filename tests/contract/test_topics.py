"""The topics of a real Kafka: found, created, and left alone."""

import asyncio
import os
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiokafka import AIOKafkaConsumer

from newswire.adapters.bus_kafka import KafkaBus
from newswire.adapters.bus_kafka.admin import KafkaTopics
from newswire.adapters.bus_kafka.bus import MAX_VALUE_BYTES
from newswire.adapters.bus_kafka.records import HEADROOM_BYTES
from newswire.domain.log.topic_report import judge
from newswire.domain.log.topics import FoundCluster, wanted_topics
from newswire.errors import UsageError, Wait
from newswire.ports import Message
from support.fakes import FakeClock
from support.kafka import free_ports

PLAINTEXT = {"security_protocol": "PLAINTEXT"}


def wanted(count: int = 2, *, replication: int = 1) -> list:
    """As newswire's, under names of their own, as a broker outlives the test."""
    topics = wanted_topics(partitions=3, replication=replication, min_insync=1, retention=timedelta(days=1))
    return [replace(topic, name=f"test.{uuid.uuid4().hex}.v1") for topic in topics[:count]]


def names(topics) -> list[str]:
    return [topic.name for topic in topics]


@pytest.fixture
async def admin(kafka_broker):
    admin = KafkaTopics([kafka_broker.address], arguments=PLAINTEXT)
    yield admin
    await admin.close()


@pytest.fixture
def topics(kafka_broker):
    """Two topics that are gone afterwards."""
    topics = wanted()
    yield topics
    there = kafka_broker.admin().list_topics(timeout=30).topics
    if made := [name for name in names(topics) if name in there]:
        kafka_broker.delete_topics(made)


async def test_what_is_created_is_found_as_it_was_wanted(admin, topics):
    assert await admin.found(names(topics)) == {}
    await admin.create(topics)
    found = await admin.found([*names(topics), "test.nowhere"])
    assert found.keys() == set(names(topics))
    for topic in topics:
        assert (found[topic.name].partitions, found[topic.name].replication) == (3, 1)
        assert found[topic.name].config.items() >= topic.config.items()
        assert judge(topic, found[topic.name]).differences == ()


async def test_what_is_there_is_left_as_it_is(admin, topics, kafka_broker):
    first, second = topics
    kafka_broker.create_topics([first.name], partitions=1, config={"retention.ms": "1000"})
    await admin.create([first, second])
    found = await admin.found(names(topics))
    assert found[first.name].partitions == 1
    assert found[first.name].config["retention.ms"] == "1000"
    assert judge(second, found[second.name]).state == "ok"


async def test_several_may_create_the_same_topics_at_once(kafka_broker, topics):
    several = [KafkaTopics([kafka_broker.address], arguments=PLAINTEXT) for _ in range(4)]
    await asyncio.gather(*(admin.create(topics) for admin in several))
    for admin in several:
        found = await admin.found(names(topics))
        assert [judge(topic, found.get(topic.name)).differences for topic in topics] == [(), ()]
        await admin.close()


async def test_the_cluster_says_how_many_brokers_it_has_and_how_long_it_keeps_offsets(kafka_server):
    admin = KafkaTopics([kafka_server.address], arguments=PLAINTEXT)
    assert await admin.cluster() == FoundCluster(brokers=1, offsets_retention=timedelta(days=7))
    await admin.close()


async def test_a_topic_that_the_broker_will_not_have_is_refused_with_its_reason(admin):
    (more_copies,) = wanted(1, replication=1000)
    with pytest.raises(UsageError, match=f"creating {more_copies.name}: .*1000"):
        await admin.create([more_copies])
    (unknown,) = wanted(1)
    with pytest.raises(UsageError, match=r"no\.such\.setting"):
        await admin.create([replace(unknown, config={"no.such.setting": "1"})])
    assert await admin.found(names([more_copies, unknown])) == {}


async def test_the_largest_record_fits_a_topic_and_bears_the_brokers_time(admin, topics, kafka_broker):
    await admin.create(topics)
    past = FakeClock(datetime(1999, 1, 1, tzinfo=UTC))
    bus = KafkaBus([kafka_broker.address], arguments=PLAINTEXT, send_timeout_s=60, session_timeout_s=30, clock=past)
    largest = Message(topics[0].name, "k", os.urandom(MAX_VALUE_BYTES), (("h", os.urandom(HEADROOM_BYTES - 2)),))
    before = datetime.now(UTC) - timedelta(minutes=1)
    await bus.publish([largest])
    (record,) = [record async for record in bus.tail(topics[0].name)]
    assert record.value == largest.value
    assert record.published_at > before, "by the time of a publisher whose clock is wrong it would be deleted for age"
    await bus.close()


async def test_the_topic_of_latest_states_is_compacted_and_takes_a_tombstone_as_null(admin, kafka_broker):
    *_, latest = wanted_topics(partitions=1, replication=1, min_insync=1, retention=timedelta(days=1), latest=True)
    topic = replace(latest, name=f"test.{uuid.uuid4().hex}.v1")
    await admin.create([topic])
    assert judge(topic, (await admin.found([topic.name]))[topic.name]).differences == ()
    bus = KafkaBus([kafka_broker.address], send_timeout_s=60, session_timeout_s=30, clock=FakeClock())
    await bus.publish([Message(topic.name, "a", b"1"), Message(topic.name, "b", b"2"), Message(topic.name, "a", b"")])
    assert [(record.key, record.value) async for record in bus.tail(topic.name)] == [
        ("a", b"1"),
        ("b", b"2"),
        ("a", b""),
    ]
    await bus.close()
    consumer = AIOKafkaConsumer(topic.name, bootstrap_servers=kafka_broker.address, auto_offset_reset="earliest")
    await consumer.start()
    read = [(await consumer.getone()).value for _ in range(3)]
    await consumer.stop()
    assert read == [b"1", b"2", None]
    kafka_broker.delete_topics([topic.name])


async def test_a_broker_that_is_away_or_says_nothing_is_waited_for_no_longer_than_agreed(kafka_server, topics):
    away = KafkaTopics([f"127.0.0.1:{free_ports(1)[0]}"], arguments=PLAINTEXT)
    with pytest.raises(Wait, match=r"127\.0\.0\.1"):
        await away.found(names(topics))
    await away.close()
    either = KafkaTopics([f"127.0.0.1:{free_ports(1)[0]}", kafka_server.address], arguments=PLAINTEXT)
    assert await either.found(names(topics)) == {}
    await either.close()
    silent = KafkaTopics([kafka_server.address], arguments=PLAINTEXT, timeout_s=1.5)
    known = KafkaTopics([kafka_server.address], arguments=PLAINTEXT, timeout_s=1.5)
    await known.cluster()
    kafka_server.freeze()
    try:
        for admin in (silent, known):
            with pytest.raises(Wait, match=kafka_server.address):
                await admin.create(topics)
    finally:
        kafka_server.thaw()
    assert (await known.cluster()).brokers == 1
    for admin in (silent, known):
        await admin.close()
