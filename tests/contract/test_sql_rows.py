"""Many rows in one statement, over both engines: what goes in is what comes out, and nothing is cut to fit."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from newswire.adapters.store.sql import insert_new, insert_returning_new
from newswire.adapters.store.tables import feed_events, feeds
from newswire.events import stable_id

NOON = datetime(2026, 3, 2, 12, 0, 0, 123_456, tzinfo=UTC)
ROWS = [
    {
        "event_id": stable_id("event", number),
        "feed_id": stable_id("feed", 1),
        "kind": "feed-gone",
        "value": number.to_bytes(2) + b"\xff",
        "at": NOON + timedelta(seconds=number),
        "place": -number,
        "told_at": NOON if number % 2 else None,
        "position": number + 1,
    }
    for number in range(700)
]


async def written(database, table=feed_events):
    async with database.read() as connection:
        return [row._asdict() for row in await connection.execute(select(table).order_by(*table.primary_key))]


async def test_rows_come_back_as_they_went_in(database):
    async with database.write() as connection:
        await insert_new(connection, feed_events, ROWS)
    assert await written(database) == sorted(ROWS, key=lambda row: row["event_id"])


async def test_a_row_that_is_there_is_left_as_it_is_and_told_apart_from_new_ones(database):
    old = ROWS[3] | {"kind": "feed-moved"}
    async with database.write() as connection:
        await insert_new(connection, feed_events, [old])
        new = await insert_returning_new(connection, feed_events, ROWS[:5], feed_events.c.event_id)
    assert new == {row["event_id"] for row in ROWS[:5]} - {old["event_id"]}
    assert old in await written(database)


async def test_no_rows_are_no_statement(database):
    async with database.write() as connection:
        await insert_new(connection, feed_events, [])
        assert await insert_returning_new(connection, feed_events, [], feed_events.c.event_id) == set()


async def test_columns_of_json_are_written_too(database):
    row = {"feed_id": stable_id("feed", 1), "url": "u", "tags": ["a", "ü"], "added_at": NOON, "errors": 0}
    rows = [row, row | {"feed_id": stable_id("feed", 2), "url": "v", "tags": []}]
    async with database.write() as connection:
        await insert_new(connection, feeds, rows)
    assert sorted((found["url"], found["tags"]) for found in await written(database, feeds)) == [
        ("u", ["a", "ü"]),
        ("v", []),
    ]


async def test_what_is_too_long_for_its_column_is_refused_and_not_cut(postgres_database):
    with pytest.raises(DBAPIError, match="too long"):
        async with postgres_database.write() as connection:
            await insert_new(connection, feed_events, [ROWS[0], ROWS[1] | {"kind": "k" * 21}])
    assert await written(postgres_database) == []
