"""The views by which the wire is followed, on Postgres and on SQLite."""

import json
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import text

from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.wire import DatabaseWire
from newswire.contracts.wire_views import WIRE
from newswire.domain.articles.decide import decide
from newswire.domain.feeds.state import PollSaved
from newswire.events import Feed, FeedGone, stable_id
from support.build import NOW, arrivals, extracted, feed
from support.stores import poll_store

FEED = feed()


@pytest.fixture
async def migrated(database_url):
    database = Database(database_url)
    await DatabaseSchema(database).migrate()
    yield database
    await database.close()


async def rows(database, query):
    schema = "" if database.is_sqlite else "api."
    async with database.read() as connection:
        return [row._asdict() for row in await connection.execute(text(query.format(schema)))]


def read(row):
    """A row with ids, times and JSON as values: SQLite has text for them."""
    as_id = {name: row[name] and UUID(str(row[name])) for name in ("id", "article_id", "feed_id")}
    at = row["at"] if isinstance(row["at"], datetime) else datetime.fromisoformat(row["at"])
    event = json.loads(row["event"]) if isinstance(row["event"], str) else row["event"]
    return row | as_id | {"at": at, "event": event}


async def test_the_view_has_the_events_of_the_wire_by_position(migrated):
    polls, at = poll_store(migrated, linger_s=0), NOW.replace(microsecond=123456)
    gone = FeedGone(id=stable_id("gone"), feed=Feed(id=FEED.id, url=FEED.url), at=at, status=410, since=NOW)
    await DatabaseArticles(migrated).record(arrivals(extracted()), decide, NOW)
    await polls.entries.save(PollSaved(FEED, events=(gone,)))
    await polls.entries.close()
    seen = await rows(migrated, "SELECT * FROM {}wire_v1 WHERE position > 0 ORDER BY position LIMIT 10")
    assert [read(row) for row in seen] == [
        {
            "position": event.position,
            "id": event.event_id,
            "kind": event.kind,
            "article_id": event.article_id,
            "feed_id": event.feed_id,
            "at": event.at,
            "event": json.loads(event.value),
        }
        for event in await DatabaseWire(migrated).events_after(0, 10)
    ]
    assert [row["kind"] for row in seen] == ["published", "feed-gone"]
    assert list(seen[0]) == [column.name for column in WIRE.columns]


async def test_the_head_is_a_row(migrated):
    wire = DatabaseWire(migrated)
    for _ in range(2):
        head = await wire.head()
        (seen,) = await rows(migrated, "SELECT * FROM {}wire_head_v1")
        assert seen == {"epoch": head.epoch, "next": head.next, "floor": head.floor}
        await DatabaseArticles(migrated).record(arrivals(extracted()), decide, NOW)


async def test_two_databases_have_two_epochs(postgres_url, sqlite_url):
    epochs = set()
    for url in (postgres_url, sqlite_url):
        database = Database(url)
        await DatabaseSchema(database).migrate()
        epochs.add((await DatabaseWire(database).head()).epoch)
        await database.close()
    assert len(epochs) == 2
