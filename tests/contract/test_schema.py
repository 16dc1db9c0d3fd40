"""`Schema`: the migrations make exactly the tables of tables.py, on both engines, once."""

import asyncio
import logging
import subprocess
import sys
from contextlib import asynccontextmanager

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.adapters.tables import metadata
from newswire.domain.articles.decide import decide
from newswire.errors import UsageError, Wait
from newswire.ports.schema import SchemaState
from support.build import NOW, arrivals, extracted

OPTIONS = {
    "compare_type": True,
    # Each engine has its own table of words, which SQLAlchemy does not describe.
    "include_name": lambda name, kind, _: kind != "table" or not name.startswith("search_words"),
}


@pytest.fixture
async def empty(database_url):
    """Either engine, without any table."""
    database = Database(database_url)
    yield database
    await database.close()


@asynccontextmanager
async def pools(database_url, number):
    opened = [Database(database_url) for _ in range(number)]
    try:
        yield opened
    finally:
        await asyncio.gather(*(pool.close() for pool in opened))


@pytest.mark.filterwarnings(r"ignore:.*expression-based index.*revisions_feed_idx")  # SQLite shows no expressions
async def test_the_migrated_schema_is_the_one_the_code_uses(empty):
    await DatabaseSchema(empty).migrate()
    async with empty.read() as connection:
        difference = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts=OPTIONS), metadata)
        )
    assert difference == []


async def test_migrating_reports_before_and_after_and_is_done_once(empty):
    schema = DatabaseSchema(empty)
    state = await schema.state()
    assert (state.have, state.fits, state.newer) == (None, False, False)
    assert await schema.migrate() == (None, state.need)
    assert await schema.state() == SchemaState(state.need, state.need)
    assert await schema.migrate() == (state.need, state.need)


async def test_migrating_again_keeps_the_data(empty):
    await DatabaseSchema(empty).migrate()
    await DatabaseArticles(empty).record(arrivals(extracted()), decide, NOW)
    await DatabaseSchema(empty).migrate()
    assert len([article async for article in DatabaseLedger(empty).articles()]) == 1


async def test_processes_that_migrate_at_once_migrate_once(database_url):
    async with pools(database_url, 4) as opened:
        results = await asyncio.gather(*(DatabaseSchema(pool).migrate() for pool in opened))
    needed = results[0][1]
    assert sorted(results, key=str) == sorted([(None, needed)] + [(needed, needed)] * 3, key=str)


async def test_a_migration_that_fails_leaves_nothing_behind(empty):
    async with empty.write() as connection:
        await connection.execute(text("CREATE TABLE changes (in_the_way INTEGER)"))
    schema = DatabaseSchema(empty)
    with pytest.raises(Exception, match="changes"):
        await schema.migrate()
    assert (await schema.state()).have is None
    async with empty.write() as connection:
        await connection.execute(text("DROP TABLE changes"))
    await schema.migrate()
    assert (await schema.state()).fits


async def test_texts_are_compressed_with_lz4_where_postgres_has_it(postgres_url):
    methods = "SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"
    chosen = (
        "SELECT CAST(attrelid AS regclass) || '.' || attname AS place, CAST(attcompression AS text) AS method "
        "FROM pg_attribute WHERE (CAST(CAST(attrelid AS regclass) AS text), CAST(attname AS text)) IN "
        "(('changes', 'value'), ('revisions', 'article'), ('bus_records', 'value'))"
    )
    async with pools(postgres_url, 1) as (database,):
        await DatabaseSchema(database).migrate()
        async with database.read() as connection:
            has_lz4 = (await connection.execute(text(methods))).scalar_one()
            found = {row.place: row.method for row in await connection.execute(text(chosen))}
    method = "l" if has_lz4 else ""
    assert found == {"changes.value": method, "revisions.article": method, "bus_records.value": method}


async def test_a_database_without_a_schema_says_what_to_do(empty):
    with pytest.raises(UsageError, match="newswire migrate"):
        await DatabaseLedger(empty).balance()


async def test_ping_answers(empty):
    await DatabaseSchema(empty).ping()


async def test_ping_says_wait_when_the_database_is_away():
    schema = DatabaseSchema(Database("postgresql://nobody@127.0.0.1:1/none"))
    with pytest.raises(Wait):
        await schema.ping()
    await schema.close()


async def test_migrating_writes_nothing_to_the_log(empty, caplog):
    with caplog.at_level(logging.INFO):
        await DatabaseSchema(empty).migrate()
    assert [record for record in caplog.records if record.name.startswith("alembic")] == []


def test_the_schema_adapter_does_not_load_alembic_before_it_is_needed():
    program = "import sys, newswire.adapters.database.schema; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
