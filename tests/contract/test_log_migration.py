"""The migration that gives SQLite's log row ids: a log that is not long gets them and keeps all; a long one stays."""

import pytest
from sqlalchemy import text

from newswire.adapters.database.schema import DatabaseSchema
from support.migrations import opened_before

# One at the end of the log and one at its beginning, so that the order of the rows is not that of the key.
_FILL = text("""
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :most)
INSERT INTO bus_records
SELECT 'newswire.entries.v1', n % 2, :most - n, 'k' || n, CAST('v' || n AS BLOB), '[["a", "' || n || '"]]',
       '2026-11-27 00:00:00'
FROM numbers
""")
_ALL = text('SELECT * FROM bus_records ORDER BY topic, partition, "offset"')
_MADE_AS = text("SELECT sql FROM sqlite_master WHERE name = 'bus_records'")


@pytest.fixture
async def before(sqlite_url):
    """SQLite as the version before left it."""
    async with opened_before(sqlite_url, "0034") as database:
        yield database


async def test_a_log_gets_row_ids_and_keeps_its_records(before):
    async with before.write() as connection:
        await connection.execute(_FILL, {"most": 100})
        there = (await connection.execute(_ALL)).all()
    await DatabaseSchema(before).migrate()
    async with before.read() as connection:
        assert "WITHOUT ROWID" not in (await connection.execute(_MADE_AS)).scalar_one()
        assert (await connection.execute(_ALL)).all() == there
    assert len(there) == 100


async def test_a_long_log_stays_as_it_is(before):
    async with before.write() as connection:
        await connection.execute(_FILL, {"most": 100_001})
    await DatabaseSchema(before).migrate()
    async with before.read() as connection:
        assert "WITHOUT ROWID" in (await connection.execute(_MADE_AS)).scalar_one()
        assert (await connection.execute(text("SELECT count(*) FROM bus_records"))).scalar_one() == 100_001
