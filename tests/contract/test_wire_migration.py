"""Positions for rows that are older than positions, and for those that an older newswire still writes."""

import pytest
from sqlalchemy import insert, select

from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.tables import articles, changes, feed_events
from newswire.adapters.store.wire import DatabaseWire
from newswire.domain.articles.decide import decide
from newswire.events import stable_id
from support.build import NOW, arrivals, extracted
from support.migrations import opened_before

LATER = NOW.replace(hour=13)


@pytest.fixture
async def old(database_url):
    """Either engine, with the tables as they were before there were positions."""
    async with opened_before(database_url, "0009") as database:
        yield database


async def add_article(connection, name):
    values = dict.fromkeys(["url", "canonical_url", "source", "content_hash", "text_hash"], name)
    times = dict.fromkeys(["first_seen", "fetched_at", "changed_at"], NOW)
    state = {"article_id": stable_id(name), "kind": "published", "revision": 1, "word_count": 1, "body_from": "page"}
    await connection.execute(insert(articles).values(**values, **times, **state, rechecks=0))


async def add_change(connection, name, revision, at):
    """As the last release does it: it knows no column ``position``."""
    values = {"article_id": stable_id(name), "revision": revision, "at": at, "kind": "published", "value": b"{}"}
    ids = {id_: stable_id(id_, name, revision) for id_ in ("change_id", "source_event_id", "entry_id")}
    await connection.execute(insert(changes).values(**values, **ids))


async def add_feed_event(connection, name, at, place=0):
    values = {"event_id": stable_id("event", name), "feed_id": stable_id(name), "kind": "feed-gone", "value": b"{}"}
    await connection.execute(insert(feed_events).values(**values, at=at, place=place))


async def test_old_rows_are_numbered_by_their_time_then_by_article_and_revision(old):
    first, second = sorted(("a", "b"), key=stable_id)
    async with old.write() as connection:
        for name in (first, second):
            await add_article(connection, name)
        await add_change(connection, second, 1, NOW)
        await add_change(connection, first, 2, NOW)
        await add_change(connection, first, 1, NOW)
        await add_change(connection, first, 3, LATER)
        await add_feed_event(connection, "z", NOW.replace(hour=11))
        await add_feed_event(connection, "y", LATER.replace(hour=14))
    await DatabaseSchema(old).migrate()
    wire = DatabaseWire(old)
    events = await wire.events_after(0, 10)
    assert [event.position for event in events] == [1, 2, 3, 4, 5, 6]
    assert [event.event_id for event in events] == [
        stable_id("event", "z"),
        stable_id("change_id", first, 1),
        stable_id("change_id", first, 2),
        stable_id("change_id", second, 1),
        stable_id("change_id", first, 3),
        stable_id("event", "y"),
    ]
    assert (await wire.head()).next == 7
    await DatabaseArticles(old).record(arrivals(extracted()), decide, NOW)
    assert [event.position for event in await wire.events_after(6, 10)] == [7]


async def test_rows_that_an_older_newswire_writes_take_their_place(old):
    await DatabaseSchema(old).migrate()
    await DatabaseArticles(old).record(arrivals(extracted()), decide, NOW)
    async with old.write() as connection:
        await add_article(connection, "a")
        await add_change(connection, "a", 1, NOW)
        await add_feed_event(connection, "z", NOW)
        # An older poller records an event once more, which then is left as it is.
        columns = [column for column in feed_events.c if column.name != "position"]
        again = old.insert(feed_events).from_select(columns, select(*columns).where(feed_events.c.place == 0))
        await connection.execute(again.on_conflict_do_nothing())
        await add_change(connection, "a", 2, NOW)
    events = await DatabaseWire(old).events_after(0, 10)
    assert [event.position for event in events] == [1, 2, 3, 4]
    assert [event.event_id for event in events][1:] == [
        stable_id("change_id", "a", 1),
        stable_id("event", "z"),
        stable_id("change_id", "a", 2),
    ]
    assert (await DatabaseWire(old).head()).next == 5
