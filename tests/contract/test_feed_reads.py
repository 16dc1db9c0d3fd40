"""`FeedReads` over both engines: one feed, pages by condition, and open gaps."""

from uuid import UUID

import pytest
from sqlalchemy import update

from newswire.adapters.store import tables
from newswire.adapters.store.feeds import DatabaseFeeds
from newswire.adapters.store.reading.feeds import DatabaseFeedReads
from newswire.domain.feeds.memory import WELL, FeedMemory, Gap
from newswire.events import stable_id
from support.build import NOW, feed

GAP = Gap(stable_id("gap"), NOW, NOW)


def in_condition(condition):
    return FeedMemory(condition=condition)


@pytest.fixture
async def feeds(database):
    """Feeds that are well and others; the memory of one is NULL, as before its first poll in earlier releases."""
    memories = [FeedMemory(), FeedMemory(), FeedMemory(gap=GAP), *map(in_condition, ("silent", "failing"))]
    made = [feed(f"https://example.org/{number}", memory=memory) for number, memory in enumerate(memories)]
    await DatabaseFeeds(database).add(made)
    async with database.write() as connection:
        await connection.execute(update(tables.feeds).where(tables.feeds.c.url == made[0].url).values(memory=None))
    return await DatabaseFeeds(database).all()


@pytest.fixture
def reads(database):
    return DatabaseFeedReads(database)


async def test_a_feed_is_found_by_its_id(reads, feeds):
    assert [await reads.feed(each.id) for each in feeds] == list(feeds)
    assert await reads.feed(UUID(int=1)) is None


async def test_pages_by_id_have_every_feed_once(reads, feeds):
    found, behind = [], None
    while page := await reads.listed(None, behind, 2):
        found += page
        behind = page[-1].id
    assert found == sorted(feeds, key=lambda each: each.id)


async def test_a_condition_picks_its_feeds_and_well_is_no_condition(reads, feeds):
    for condition in (WELL, "silent", "failing", "not-a-feed"):
        expected = [each for each in feeds if (each.memory.condition or WELL) == condition]
        assert await reads.listed(condition, None, 9) == tuple(sorted(expected, key=lambda each: each.id))
    assert len(await reads.listed(WELL, None, 9)) == 3


async def test_the_feeds_with_a_gap_are_those_whose_memory_has_one(reads, feeds):
    assert await reads.with_gap() == tuple(each for each in feeds if each.memory.gap is not None)
    assert len(await reads.with_gap()) == 1
