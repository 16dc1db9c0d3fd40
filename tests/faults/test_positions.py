"""Followers of the wire while its writers are killed."""

import asyncio
import os
import sys
from pathlib import Path

from sqlalchemy import select

from faults.followers import by_api, by_client, by_port, by_stream, by_view, by_webhook
from faults.recording import ARTICLES, BATCHES, event_ids
from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.store.tables import changes, feed_events
from newswire.adapters.store.wire import DatabaseWire
from support.read_side import serving

TESTS = Path(__file__).parents[1]
WRITERS = ("amber", "birch", "cedar", "daffodil")
KILLS = 2
BOUND_S = 120
OVER_DATABASE = (by_port, by_view, by_webhook)
OVER_HTTP = (by_api, by_stream, by_client)


async def write(url, name):
    command = (sys.executable, "-m", "faults.recording", url, name, str(KILLS))
    writer = await asyncio.create_subprocess_exec(*command, env={**os.environ, "PYTHONPATH": str(TESTS)})
    assert await writer.wait() == 0


async def recorded(database):
    """The ids of the events that writers recorded: of a change, that of the article event that it was decided from."""
    async with database.read() as connection:
        found = await connection.execute(select(changes.c.change_id, changes.c.source_event_id))
        sources = {row.change_id: row.source_event_id for row in found}
        told = set((await connection.execute(select(feed_events.c.event_id))).scalars())
    return sources, told


async def test_followers_of_every_kind_miss_nothing_and_get_nothing_twice_while_writers_are_killed(postgres_url):
    database, ended = Database(postgres_url), asyncio.Event()
    await DatabaseSchema(database).migrate()
    async with asyncio.timeout(BOUND_S), serving(database) as reader, asyncio.TaskGroup() as group:
        followers = {follow.__name__: group.create_task(follow(database, ended)) for follow in OVER_DATABASE}
        followers |= {follow.__name__: group.create_task(follow(reader, ended)) for follow in OVER_HTTP}
        await asyncio.gather(*(write(postgres_url, name) for name in WRITERS))
        ended.set()
    sources, told = await recorded(database)
    total = len(WRITERS) * BATCHES * (ARTICLES + 1)
    assert set(sources.values()) | told == set().union(*map(event_ids, WRITERS))
    for name, follower in followers.items():
        assert [position for position, _ in follower.result()] == list(range(1, total + 1)), name
        assert {event_id for _, event_id in follower.result()} == set(sources) | told, name
    assert (await DatabaseWire(database).head()).next == total + 1
    await database.close()
