"""`Wire`: changes and feed events by position, on every database."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import delete, text

from newswire.adapters.database import Database
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.tables import changes, feed_events
from newswire.adapters.store.wire import DatabaseWire
from newswire.adapters.store.wire_head import take_positions
from newswire.domain.articles.decide import decide
from newswire.domain.feeds.state import PollSaved
from newswire.events import Feed, FeedGone, stable_id
from support.build import NOW, arrivals, extracted, feed, gone, text_of
from support.stores import poll_store
from support.waiting import eventually

FEED = feed()
WAITING = """
    SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"""
A, B, C = (f"https://example.org/{name}" for name in "abc")


@pytest.fixture
def store(database):
    return DatabaseArticles(database)


@pytest.fixture
def wire(database):
    return DatabaseWire(database)


@pytest.fixture
async def polls(database):
    polls = poll_store(database, linger_s=0)
    yield polls
    await polls.entries.close()


def feed_event(number):
    said = Feed(id=FEED.id, url=FEED.url)
    return FeedGone(id=stable_id("test-gone", number), feed=said, at=NOW, status=410, since=NOW)


def news(url):
    return extracted(url, text=text_of(url))


async def positions(wire):
    return [event.position for event in await wire.events_after(0, 100)]


@asynccontextmanager
async def taken(database, count):
    """A transaction that has taken positions and is not committed yet."""
    async with database.write() as connection:
        await take_positions(connection, count)
        yield connection


async def test_changes_and_feed_events_share_one_sequence(store, polls, wire):
    await store.record(arrivals(news(A), news(B)), decide, NOW)
    await polls.entries.save(PollSaved(FEED, events=(feed_event(1), feed_event(2))))
    await store.record(arrivals(gone(A)), decide, NOW)
    events = await wire.events_after(0, 100)
    assert [(event.position, event.kind) for event in events] == [
        (1, "published"),
        (2, "published"),
        (3, "feed-gone"),
        (4, "feed-gone"),
        (5, "withdrawn"),
    ]
    assert [event.feed_id for event in events] == [None, None, FEED.id, FEED.id, None]
    assert [event.article_id for event in events][2:] == [None, None, news(A).article.article_id]


async def test_an_event_that_is_published_says_the_position_that_was_recorded_with_it(store, polls, wire):
    told = await store.record(arrivals(news(A), news(B)), decide, NOW)
    await polls.entries.save(PollSaved(FEED, events=(feed_event(1),)))
    untold = await polls.events.untold(10)
    published = [(change.change_id, change.value) for change in told] + [(each.event_id, each.value) for each in untold]
    events = await wire.events_after(0, 100)
    assert [(event.event_id, event.value) for event in events] == published
    assert [json.loads(value)["position"] for _, value in published] == [1, 2, 3]
    assert [each.position for each in (*told, *untold)] == [1, 2, 3]


async def test_what_is_delivered_again_keeps_its_position_and_its_bytes(store, polls, wire):
    first = await store.record(arrivals(news(A), news(B)), decide, NOW)
    again = await store.record(arrivals(news(C), news(B), news(A)), decide, NOW)
    assert [change.position for change in again] == [3, 2, 1]
    assert again[1:] == tuple(reversed(first))
    for _ in range(2):
        await polls.entries.save(PollSaved(FEED, events=(feed_event(1), feed_event(1))))
    await polls.entries.save(PollSaved(FEED, events=(feed_event(1), feed_event(2))))
    assert await positions(wire) == [1, 2, 3, 4, 5]


async def test_a_transaction_that_fails_leaves_no_gap(database, store, polls, wire):
    with pytest.raises(ZeroDivisionError):
        async with taken(database, 5):
            raise ZeroDivisionError
    await store.record(arrivals(news(A)), decide, NOW)
    with pytest.raises(ZeroDivisionError):
        await store.record(arrivals(news(B)), lambda *_: 1 / 0, NOW)
    await polls.entries.save(PollSaved(FEED, events=(feed_event(1),)))
    assert await positions(wire) == [1, 2]


async def test_a_page_begins_after_the_position_and_ends_at_the_limit(store, polls, wire):
    await store.record(arrivals(news(A), news(B)), decide, NOW)
    await polls.entries.save(PollSaved(FEED, events=(feed_event(1),)))
    await store.record(arrivals(news(C)), decide, NOW)
    assert [event.position for event in await wire.events_after(1, 2)] == [2, 3]
    assert [event.position for event in await wire.events_after(3, 2)] == [4]
    assert await wire.events_after(4, 2) == ()
    assert await wire.events_after(2**40, 2) == ()


async def test_who_records_waits_for_the_end_of_whoever_took_positions_before(tables_url, database, polls):
    other = Database(tables_url)
    async with asyncio.TaskGroup() as group:
        async with taken(other, 2):
            change = group.create_task(DatabaseArticles(database).record(arrivals(news(A)), decide, NOW))
            event = group.create_task(polls.entries.save(PollSaved(FEED, events=(feed_event(1),))))
            if not database.is_sqlite:  # there nobody else writes at all

                async def both_wait():
                    async with other.look() as connection:
                        return (await connection.execute(text(WAITING))).scalar() == 2

                await eventually(both_wait)
            assert await DatabaseWire(other).events_after(0, 10) == ()
        assert sorted([(await change)[0].position, await _only_event(event, polls)]) == [3, 4]
    await other.close()


async def _only_event(saved, polls):
    await saved
    (event,) = await polls.events.untold(10)
    return event.position


async def test_the_head_names_the_next_position_and_the_lowest_that_is_kept(database, store, polls, wire):
    assert (await wire.head()).next == (await wire.head()).floor == 1
    await polls.entries.save(PollSaved(FEED, events=(feed_event(1),)))
    await store.record(arrivals(news(A), news(B)), decide, NOW)
    head = await wire.head()
    assert (head.next, head.floor) == (4, 1)
    async with database.write() as connection:
        await connection.execute(delete(feed_events))
        await connection.execute(delete(changes).where(changes.c.position == 2))
    assert (await wire.head()).floor == 3


async def test_a_new_epoch_has_another_name_and_goes_on_with_the_positions(store, wire):
    await store.record(arrivals(news(A)), decide, NOW)
    before = await wire.head()
    begun = await wire.begin_epoch("another")
    assert begun == await wire.head()
    assert (begun.next, begun.floor) == (before.next, before.floor)
    assert begun.epoch != before.epoch
    await store.record(arrivals(news(B)), decide, NOW)
    assert await positions(wire) == [1, 2]
