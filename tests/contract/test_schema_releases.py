"""A release while others run: old replicas on a newer schema, and migrations among busy replicas."""

import asyncio
import shutil
from collections import Counter
from contextlib import asynccontextmanager, suppress

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex

from newswire.adapters.database import Database
from newswire.adapters.database.schema import MIGRATIONS, DatabaseSchema
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.adapters.tables import metadata
from newswire.assembly.backends import open_backends
from newswire.domain.articles.decide import decide
from newswire.errors import UsageError, Wait
from newswire.settings import load
from support.build import NOW, arrivals, extracted, text_of
from support.migrations import migrate_to_before
from support.waiting import PATIENCE_S, eventually

STEP = """
from alembic import op
revision, down_revision, oldest = {revision!r}, {before!r}, {oldest!r}
def upgrade():
    for statement in {statements!r}:
        op.execute(statement)
"""
HEAD = ScriptDirectory(MIGRATIONS).get_current_head()


@pytest.fixture
def later(tmp_path):
    """The migrations of a later version: ours, and steps of (revision, oldest, statements…)."""

    def write(*steps):
        folder, before = tmp_path / "migrations", HEAD
        shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        for revision, oldest, *statements in steps:
            step = STEP.format(revision=revision, before=before, oldest=oldest, statements=statements)
            (folder / "versions" / f"{revision}_test.py").write_text(step)
            before = revision
        return folder

    return write


@pytest.fixture
async def empty(database_url):
    async with opened(database_url) as database:
        yield database


@pytest.fixture
async def migrated(postgres_url):
    async with opened(postgres_url) as database:
        await DatabaseSchema(database).migrate()
        yield database


@asynccontextmanager
async def opened(url):
    database = Database(url)
    yield database
    await database.close()


def more(table):
    """The statement of a step that every version before it can live with."""
    return f"ALTER TABLE {table} ADD COLUMN more TEXT"


def settings(url, tmp_path):
    return load({"NEWSWIRE_STORE": url, "NEWSWIRE_DATA_DIR": str(tmp_path)})


async def test_an_old_replica_works_on_a_newer_schema_that_it_can_live_with(empty, database_url, later, tmp_path):
    newer = later(("0099", HEAD, more("articles")))
    await DatabaseSchema(empty, migrations=newer).migrate()
    assert await DatabaseSchema(empty).migrate() == ("0099", "0099")
    async with open_backends(settings(database_url, tmp_path)) as backends:
        await backends.articles.record(arrivals(extracted()), decide, NOW)
        assert len([article async for article in backends.ledger.articles()]) == 1


async def test_an_old_replica_refuses_a_newer_schema_that_it_cannot_live_with(empty, database_url, later, tmp_path):
    await DatabaseSchema(empty, migrations=later(("0099", "0099"))).migrate()
    state = await DatabaseSchema(empty).state()
    assert (state.newer, state.fits, state.oldest) == (True, False, "0099")
    with pytest.raises(UsageError, match=r"0099.*upgrade this one"):
        await DatabaseSchema(empty).migrate()
    with pytest.raises(UsageError, match=r"0099.*upgrade this one"):
        async with open_backends(settings(database_url, tmp_path)):
            pass


async def test_of_several_steps_the_strictest_says_who_can_live_with_them(empty, later):
    await DatabaseSchema(empty, migrations=later(("0098", "0098"), ("0099", HEAD))).migrate()
    assert (await DatabaseSchema(empty).state()).oldest == "0098"


async def test_what_was_finished_stays_so_after_a_later_migration(empty, later):
    await DatabaseSchema(empty).migrate()
    await DatabaseSchema(empty).finish()
    await DatabaseSchema(empty, migrations=later(("0099", "0001"))).migrate()
    assert (await DatabaseSchema(empty).state()).oldest == HEAD


async def test_an_older_postgres_is_not_migrated_by_who_merely_starts(migrated, postgres_url, tmp_path):
    async with migrated.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    with pytest.raises(UsageError, match="run 'newswire migrate'"):
        async with open_backends(settings(postgres_url, tmp_path)):
            pass


def test_every_step_says_who_can_live_with_it():
    steps = list(ScriptDirectory(MIGRATIONS).walk_revisions())
    assert steps
    assert all(step.module.oldest <= step.revision for step in steps)


async def test_an_index_that_an_operator_built_before_the_migration_stays(empty):
    async with empty.write() as connection:
        await connection.run_sync(migrate_to_before, "0020")
        await connection.execute(text("ALTER TABLE sightings ADD COLUMN folded_into TEXT"))
        await connection.execute(text("ALTER TABLE outcomes ADD COLUMN folded_as TEXT"))
        await connection.run_sync(build_indexes)
    before, after = await DatabaseSchema(empty).migrate()
    assert (before, after) == ("0019", HEAD)


def build_indexes(sync):
    """Build the indexes of tables and columns that there are, as a later version wants them."""
    there = inspect(sync).get_table_names()
    for table in metadata.sorted_tables:
        for index in table.indexes if table.name in there else ():
            with suppress(DBAPIError), sync.begin_nested():  # some are of a column that a later step adds
                sync.execute(CreateIndex(index, if_not_exists=True))


async def test_busy_replicas_wait_for_a_migration_at_most_and_lose_nothing(migrated, postgres_url, later):
    newer = later(
        ("0099", HEAD, "ALTER TABLE changes ADD COLUMN more TEXT", "ALTER TABLE articles ADD COLUMN more TEXT")
    )
    written, enough = Counter(), asyncio.Event()

    async def replica(name):
        async with opened(postgres_url) as database:
            while not enough.is_set():
                event = extracted(
                    f"https://example.org/{name}/{written[name]}", text=text_of(f"{name}{written[name]}x")
                )
                with suppress(Wait):
                    await DatabaseArticles(database).record(arrivals(event), decide, NOW)
                    written[name] += 1

    async def all_have_written(number):
        await eventually(lambda: all(written[name] >= number for name in "abc"), what=lambda: written)

    async with asyncio.TaskGroup() as group:
        for name in "abc":
            group.create_task(replica(name))
        await all_have_written(1)
        await DatabaseSchema(migrated, migrations=newer).migrate()
        await all_have_written(max(written.values()) + 1)
        enough.set()
    assert len([article async for article in DatabaseLedger(migrated).articles()]) == written.total()


async def test_a_migration_and_a_replica_that_lock_each_other_out_both_get_through(migrated, later):
    newer = later(
        ("0099", HEAD, "ALTER TABLE outcomes ADD COLUMN more TEXT", "ALTER TABLE articles ADD COLUMN more TEXT")
    )
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'")

    async def is_blocked():
        async with migrated.read() as connection:
            return await connection.scalar(waiting)

    async with asyncio.TaskGroup() as group:
        with suppress(Wait):
            async with migrated.write() as connection:
                await connection.execute(text("LOCK TABLE articles IN ROW EXCLUSIVE MODE"))
                group.create_task(DatabaseSchema(migrated, migrations=newer).migrate())
                await eventually(is_blocked)
                await connection.execute(text("SELECT count(*) FROM outcomes"))
    assert (await DatabaseSchema(migrated).state()).have == "0099"
    await DatabaseArticles(migrated).record(arrivals(extracted()), decide, NOW)


async def test_a_migration_that_cannot_have_its_lock_holds_nobody_up_and_says_who_is_in_the_way(migrated, later):
    newer = later(("0099", HEAD, more("articles")))
    schema = DatabaseSchema(migrated, migrations=newer, lock_s=0.3, tries=3)
    async with migrated.write() as connection:
        await connection.execute(text("SET application_name = 'somebody''s report'"))
        await connection.execute(text("SELECT count(*) FROM articles"))
        migrating = asyncio.create_task(schema.migrate())
        while not migrating.done():
            async with asyncio.timeout(PATIENCE_S):
                await DatabaseArticles(migrated).record(arrivals(extracted()), decide, NOW)
        with pytest.raises(Wait, match="somebody's report"):
            await migrating
        assert (await schema.state()).have == HEAD
    await schema.migrate()
    assert (await schema.state()).have == "0099"


async def test_a_statement_prepared_before_a_migration_is_prepared_anew_after_it(migrated, postgres_url, later):
    store = DatabaseArticles(migrated)
    await store.record(arrivals(extracted()), decide, NOW)
    retyped = ("DROP SCHEMA api CASCADE", "ALTER TABLE articles ALTER COLUMN kind TYPE VARCHAR(30)")
    async with opened(postgres_url) as other:
        await DatabaseSchema(other, migrations=later(("0099", HEAD, *retyped))).migrate()
    with pytest.raises(Wait):
        await store.record(arrivals(extracted(title="Another")), decide, NOW)
    (change,) = await store.record(arrivals(extracted(title="Another")), decide, NOW)
    assert change.kind == "revised"
