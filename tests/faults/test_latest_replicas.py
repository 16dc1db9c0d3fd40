"""Store replicas that publish the latest states of the same articles over Kafka, while they are killed at random."""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from faults.latest_states import REPLICAS
from faults.near_copies import STORIES
from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.assembly.backends import open_backends
from newswire.contracts import decode
from newswire.domain.log.topics import wanted_topics
from newswire.events import LATEST
from newswire.settings import load

TESTS = Path(__file__).parents[1]
KILLS = 2
BOUND_S = 120


@pytest.fixture
def latest_topic(kafka_topics):
    (topic,) = [
        each
        for each in wanted_topics(partitions=4, replication=1, min_insync=1, retention=timedelta(days=1), latest=True)
        if each.name == LATEST
    ]
    kafka_topics.create_topics([LATEST], partitions=topic.partitions, config=topic.config)
    yield
    kafka_topics.delete_topics([LATEST])


async def replica(number, env, folder):
    command = (sys.executable, "-m", "faults.latest_states", str(number), str(KILLS), str(folder))
    process = await asyncio.create_subprocess_exec(*command, env=env)
    assert await process.wait() == 0


@pytest.mark.usefixtures("latest_topic")
async def test_the_newest_state_of_every_article_is_the_stored_one_after_random_kills(cluster, tmp_path):
    mine = {"NEWSWIRE_DATA_DIR": str(tmp_path), "NEWSWIRE_LATEST__PUBLISH": "true", "PYTHONPATH": str(TESTS)}
    env = {**os.environ, **cluster, **mine}
    database = Database(cluster["NEWSWIRE_STORE"])
    await DatabaseSchema(database).migrate()
    await database.close()
    async with asyncio.timeout(BOUND_S):
        await asyncio.gather(*(replica(number, env, tmp_path) for number in range(REPLICAS)))
    env.pop("PYTHONPATH")
    async with open_backends(load(env)) as backends:
        newest = {record.key: record async for record in backends.bus.tail(LATEST)}
        stored = {str(each.article_id): each async for each in backends.ledger.articles()}
    told = {key: decode(record) for key, record in newest.items()}
    assert len(stored) == REPLICAS * STORIES
    assert sum(each.kind == "published" for each in stored.values()) == STORIES
    assert {key: (each.revision, each.state, each.article.title) for key, each in told.items()} == {
        key: (each.revision, each.kind, each.title) for key, each in stored.items()
    }
