"""A consumer that knows the published contract and none of our code comes to the state that is stored."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from sqlalchemy import select

from newswire.adapters.database import Database
from newswire.adapters.store.tables import articles, revisions
from newswire.assembly.backends import Backends, open_backends, open_fetch_backends
from newswire.assembly.pipeline import Pipeline
from newswire.cli.demo import NEXT_EDITION, LaterClock, demo_settings
from newswire.contracts import BY_KIND
from newswire.demo.newsroom import Newsroom
from newswire.events import ARTICLES
from newswire.operations.subscribe import subscription
from newswire.ports import Message, Record
from newswire.settings import Settings, StoreUrl, load
from support.foreign import Contract, ForeignConsumer, Row
from support.kafka import Broker
from support.line import on
from support.printed_consumer import printed_consumer

DOCUMENT = Path(__file__).parents[2] / "schemas" / "asyncapi.json"
CHANNEL = "newswire.changes.v1"


@pytest.fixture
async def config(cluster: dict[str, str], tmp_path: Path) -> Settings:
    """The demo's settings over Kafka and Postgres, the schema in place."""
    config = demo_settings(load({"NEWSWIRE_DATA_DIR": str(tmp_path)}), tmp_path)
    config = config.model_copy(
        update={"bus": cluster["NEWSWIRE_BUS"], "store": StoreUrl(cluster["NEWSWIRE_STORE"])},
    )
    async with open_backends(config, check_schema=False) as backends:
        await backends.schema.migrate()
    return config


async def stored(config: Settings) -> dict[str, Row]:
    """Every article as the database has it, with its newest text."""
    database = Database(config.store.get_secret_value())
    try:
        async with database.read() as connection:
            texts = await connection.execute(select(revisions).order_by(revisions.c.revision))
            newest = {row.article_id: row.article for row in texts}
            found = await connection.execute(select(articles))
            return {
                str(row.article_id): Row(
                    row.kind,
                    row.revision,
                    str(row.duplicate_of) if row.duplicate_of else None,
                    newest[row.article_id],
                )
                for row in found
            }
    finally:
        await database.close()


def deliver_again(broker: Broker, group: str, topic: str) -> None:
    """Have the group, which nobody is in, begin the topic anew: all of it is delivered again."""
    admin = broker.admin()
    partitions = admin.list_topics(topic).topics[topic].partitions
    anew = ConsumerGroupTopicPartitions(group, [TopicPartition(topic, number, 0) for number in partitions])
    for done in admin.alter_consumer_group_offsets([anew]).values():
        done.result(30)


async def publish_editions(config: Settings, clock: LaterClock, backends: Backends) -> list[Record]:
    """Two editions: new articles, reprints, edits, one article withdrawn. The first one's article events."""
    async with Newsroom(clock.now()) as newsroom, open_fetch_backends(config, clock) as fetch_backends:
        await backends.feeds.add([subscription(url, clock.now()) for url in newsroom.feeds])
        await Pipeline(backends, fetch_backends).run_once()
        first = await on(backends.bus, ARTICLES)
        newsroom.second_edition()
        clock.ahead += NEXT_EDITION
        await Pipeline(backends, fetch_backends).run_once()
        return first


async def recorded(config: Settings) -> set[tuple[str, str]]:
    """Id and type of every event of the wire, those about feeds too, as the store has them."""
    async with open_backends(config) as backends:
        events = await backends.wire.events_after(0, 10_000)
    return {(str(each.event_id), BY_KIND[each.kind].ce_type) for each in events}


async def test_what_it_reads_while_the_stages_run_and_again_comes_to_the_stored_state(
    config: Settings, kafka_topics: Broker, tmp_path: Path
):
    clock = LaterClock()
    consumer = ForeignConsumer(Contract(DOCUMENT, CHANNEL), kafka_topics.address, f"somebody-else-{uuid4()}")
    with consumer.reading(), printed_consumer(tmp_path, kafka_topics.address) as printed:
        async with open_backends(config) as opened:
            backends = replace(opened, clock=clock)  # the log keeps the machine's time
            first = await publish_editions(config, clock, backends)
            deliver_again(kafka_topics, "store", ARTICLES)
            # And once more the first edition's alone, so that the last word on an edited article is an old copy.
            await backends.bus.publish([Message(ARTICLES, each.key or "", each.value, each.headers) for each in first])
            await Pipeline(backends, None).run_once(("store",))
        wanted, told = await recorded(config), set[tuple[str, str]]()
        while told != wanted:
            ce_id, ce_type, _ = printed.line().split(" ", 2)
            told.add((ce_id, ce_type))
            assert told <= wanted, "the consumer of schemas/README.md was told of an event that the store does not have"

    expected = await stored(config)
    assert {row.kind for row in expected.values()} == {"published", "duplicate", "withdrawn"}
    assert max(row.revision for row in expected.values()) > 1
    assert consumer.copies >= len(consumer.seen), "every change was there twice"
    assert consumer.by_id == expected
    assert consumer.by_revision == expected
