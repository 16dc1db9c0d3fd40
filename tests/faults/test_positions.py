"""Followers of the wire while its writers are killed."""

import asyncio
import os
import sys
from pathlib import Path

from sqlalchemy import select, text

from faults.recording import ARTICLES, BATCHES, event_ids
from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.store.tables import changes, feed_events
from newswire.adapters.store.wire import DatabaseWire

TESTS = Path(__file__).parents[1]
WRITERS = ("amber", "birch", "cedar", "daffodil")
KILLS = 2
BOUND_S = 120
PAGE = 50
PAUSE_S = 0.02
"""Between two looks of a follower at the end of the wire."""


async def by_port(database, last):
    return [(event.position, event.event_id) for event in await DatabaseWire(database).events_after(last, PAGE)]


async def by_view(database, last):
    page = "SELECT position, id FROM api.wire_v1 WHERE position > :last ORDER BY position LIMIT :page"
    async with database.look() as connection:
        rows = (await connection.execute(text(page), {"last": last, "page": PAGE})).all()
    return [(row.position, row.id) for row in rows]


async def follow(read, database, ended):
    """Everything that a reader gets who remembers the last position, to the end of the wire after ``ended``."""
    got = []
    while True:
        last_look = ended.is_set()
        page = await read(database, got[-1][0] if got else 0)
        got += page
        if last_look and not page:
            return got
        await asyncio.sleep(0 if page else PAUSE_S)


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


async def test_followers_by_position_miss_nothing_and_get_nothing_twice_while_writers_are_killed(postgres_url):
    database, ended = Database(postgres_url), asyncio.Event()
    await DatabaseSchema(database).migrate()
    async with asyncio.timeout(BOUND_S):
        async with asyncio.TaskGroup() as group:
            followers = [group.create_task(follow(read, database, ended)) for read in (by_port, by_view)]
            await asyncio.gather(*(write(postgres_url, name) for name in WRITERS))
            ended.set()
    sources, told = await recorded(database)
    total = len(WRITERS) * BATCHES * (ARTICLES + 1)
    assert set(sources.values()) | told == set().union(*map(event_ids, WRITERS))
    for got in (follower.result() for follower in followers):
        assert [position for position, _ in got] == list(range(1, total + 1))
        assert {event_id for _, event_id in got} == set(sources) | told
    assert (await DatabaseWire(database).head()).next == total + 1
    await database.close()
