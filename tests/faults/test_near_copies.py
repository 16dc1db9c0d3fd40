"""Store workers that meet the same stories at the same moment, while they are killed."""

import asyncio
import json
import os
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from sqlalchemy import select

from faults.near_copies import STORIES, copies_of
from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.store.tables import articles, changes

TESTS = Path(__file__).parents[1]
KILLS = 2
BOUND_S = 120


async def write(url, number):
    command = (sys.executable, "-m", "faults.near_copies", url, str(number), str(KILLS))
    writer = await asyncio.create_subprocess_exec(*command, env={**os.environ, "PYTHONPATH": str(TESTS)})
    assert await writer.wait() == 0


@pytest.mark.parametrize("writers", [2, 4])
async def test_every_story_has_one_original_the_earliest_published_and_the_wire_says_the_same(postgres_url, writers):
    database = Database(postgres_url)
    await DatabaseSchema(database).migrate()
    async with asyncio.timeout(BOUND_S):
        await asyncio.gather(*(write(postgres_url, number) for number in range(writers)))
    expected = {}
    for copies in zip(*map(copies_of, range(writers)), strict=True):
        first = min(copies, key=lambda event: (event.article.found_at, str(event.article.article_id)))
        expected |= {event.article.article_id: first.article.article_id for event in copies}
    async with database.read() as connection:
        rows = (await connection.execute(select(articles))).all()
        told = (await connection.execute(select(changes).order_by(changes.c.position))).all()
    await database.close()
    assert len(expected) == writers * STORIES
    assert {row.article_id: row.duplicate_of or row.article_id for row in rows} == expected
    followed, revisions = {}, defaultdict(list)
    for row in told:
        change = json.loads(row.value)
        followed[row.article_id] = change.get("duplicate_of", {}).get("article_id", str(row.article_id))
        revisions[row.article_id].append(row.revision)
    assert followed == {each: str(root) for each, root in expected.items()}
    assert all(each == list(range(1, len(each) + 1)) for each in revisions.values())
