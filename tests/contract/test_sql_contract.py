"""The SQL contract on a real Postgres: the views are as documented, say what the changes said, and are all one gets."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest
from pydantic import TypeAdapter
from sqlalchemy import text
from structlog.testing import capture_logs

from newswire.adapters.database import Database, sql_contract
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.adapters.store.recorded_rows import RECORDED, value_of
from newswire.adapters.store.tables import changes
from newswire.adapters.tables import metadata
from newswire.contracts.examples import EXAMPLES
from newswire.contracts.sql_views import VIEWS
from newswire.domain.articles.decide import decide
from newswire.domain.feeds.state import PollSaved
from newswire.domain.ledger import Outcome
from newswire.events import Article, Change
from support.build import NOW, arrivals, extracted, feed, gone, letter, sighting, unchanged
from support.stores import poll_store
from support.waiting import eventually

FULL = EXAMPLES["newswire.article.extracted.v1"]["001-page"]
CHANGE = TypeAdapter(Change)
A, B, COPY = "https://example.org/a", "https://example.org/b", "https://copy.example/a"


@pytest.fixture
async def database(postgres_url):
    database = Database(postgres_url)
    await DatabaseSchema(database).migrate()
    yield database
    await database.close()


@pytest.fixture
async def analyst(database, postgres_url):
    """A connection of somebody who was let in as a reader."""
    async with database.write() as connection:
        await connection.execute(text("CREATE ROLE analyst LOGIN IN ROLE newswire_reader"))
    reader = await asyncpg.connect(postgres_url.replace("postgres@", "analyst@"))
    yield reader
    await reader.close()
    async with database.write() as connection:
        await connection.execute(text("DROP ROLE analyst"))


@pytest.fixture
async def busy(database):
    """A database in which everything happened that can happen to an article or an entry."""
    store, feeds, state = DatabaseArticles(database), poll_store(database), feed()
    batches = [
        arrivals(FULL, extracted(A, entry="a1"), extracted(B, text="short", entry="b1")),
        arrivals(extracted(COPY, entry="copy"), extracted(A, title="New", at=NOW.replace(hour=13), entry="a2")),
        arrivals(unchanged(A, at=NOW.replace(hour=14)), gone(B, at=NOW.replace(hour=14))),
    ]
    for number, batch in enumerate(batches):
        await store.record(batch, decide, NOW.replace(minute=number))
    entries = [
        sighting(name, feed_id=state.id, title=name) for name in ("a1", "a2", "b1", "copy", "dead", "on its way")
    ]
    followers = [
        sighting(f"follows {name}", feed_id=state.id, follows=sighting(name).entry_id)
        for name in ("a1", "dead", "on its way")
    ]
    unusable = sighting("unusable", feed_id=state.id, outcome=Outcome("rejected", NOW, "no-url"))
    await feeds.entries.save(PollSaved(state, (*entries, *followers, unusable)))
    await store.record_dead([letter("dead"), letter(None)])
    await DatabaseLedger(database).mark_retried(letter("dead").id, NOW)
    return database


async def rows(database, query):
    async with database.read() as connection:
        return [row._asdict() for row in await connection.execute(text(query))]


async def told(database):
    """Every change as it was published, by article, newest last."""
    by_article = {}
    async with database.read() as connection:
        values = [value_of(row) for row in await connection.execute(RECORDED.order_by(changes.c.revision))]
    for value in values:
        change = CHANGE.validate_json(value)
        by_article.setdefault(change.article_id, []).append(change)
    return by_article


def as_columns(article):
    """An article's fields as the views call them: every one of them, so that a new field has to find its column."""
    columns = {}
    for name in Article.model_fields:
        value = getattr(article, name)
        if name in {"published", "modified"}:
            columns[name] = value and value.value
            columns[f"{name}_source"] = value and value.source
            columns[f"{name}_precision"] = value and value.precision
        elif name == "feed":
            columns |= {f"feed_{part}": value and getattr(value, part) for part in ("id", "url", "title")}
        elif name in {"extraction", "rights", "http"}:
            columns[name] = value and value.model_dump(mode="json")
        else:
            columns[name] = list(value) if isinstance(value, tuple) else value
    return columns


async def test_the_views_have_the_columns_types_and_comments_that_are_published(database):
    query = """
        SELECT c.relname AS view, obj_description(c.oid) AS meaning, a.attname AS name,
               a.atttypid::regtype::text AS type, col_description(c.oid, a.attnum) AS says
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'api'::regnamespace ORDER BY c.relname, a.attnum"""
    types = {"timestamptz": "timestamp with time zone", "float8": "double precision"}
    published = [
        (view.name, view.meaning, column.name, types.get(column.type, column.type), column.meaning)
        for view in sorted(VIEWS, key=lambda view: view.name)
        for column in view.columns
    ]
    assert [tuple(row.values()) for row in await rows(database, query)] == published


async def test_an_article_is_in_the_view_as_its_newest_change_left_it(busy):
    changes = await told(busy)
    seen = await rows(busy, "SELECT * FROM api.articles_v1")
    assert {row["article_id"] for row in seen} == set(changes)
    assert {row["kind"] for row in seen} == {"published", "duplicate", "withdrawn"}
    for row in seen:
        *_, newest = changes[row["article_id"]]
        *_, brought = [change for change in changes[row["article_id"]] if change.kind != "withdrawn"]
        duplicate_of = newest.duplicate_of.article_id if newest.kind == "duplicate" else None
        assert row == as_columns(brought.article) | {
            "kind": "published" if newest.kind == "revised" else newest.kind,
            "revision": newest.revision,
            "duplicate_of": duplicate_of,
            "first_seen": changes[row["article_id"]][0].at,
            "changed_at": newest.at,
            "withdrawn_by": newest.by if newest.kind == "withdrawn" else None,
            "purged_at": None,
        }


async def test_every_text_an_article_had_is_in_the_view(busy):
    seen = {(row["article_id"], row["revision"]): row for row in await rows(busy, "SELECT * FROM api.revisions_v1")}
    brought = [change for each in (await told(busy)).values() for change in each if change.kind != "withdrawn"]
    assert seen == {
        (change.article_id, change.revision): as_columns(change.article)
        | {"revision": change.revision, "at": change.at, "text_dropped_at": None}
        for change in brought
    }


async def test_a_change_is_in_the_view_as_it_was_published(busy):
    seen = {row["id"]: row for row in await rows(busy, "SELECT * FROM api.changes_v1")}
    published = [change for each in (await told(busy)).values() for change in each]
    assert {change.kind for change in published} == {"published", "revised", "duplicate", "withdrawn"}
    assert len(seen) == len(published)
    for change in published:
        row = seen[change.id]
        gone = change if change.kind == "withdrawn" else None
        assert row.pop("withdrawn_by") == (gone and gone.by)
        assert row.pop("withdrawal_reason") == (gone and gone.reason)
        assert row.pop("purged") == (gone and gone.purged)
        assert row.pop("difference") == change.model_dump(mode="json").get("difference")
        assert row.pop("event") == change.model_dump(mode="json")
        assert row.pop("duplicate_of") == (change.duplicate_of.article_id if change.kind == "duplicate" else None)
        assert row.pop("changed") == list(getattr(change, "changed", ()))
        assert row == {name: getattr(change, name, None) for name in row}


async def test_the_entries_add_up_to_the_audit(busy):
    balance = await DatabaseLedger(busy).balance()
    seen = await rows(busy, "SELECT coalesce(outcome, 'pending') AS outcome, count(*) FROM api.entries_v1 GROUP BY 1")
    counted = {kind: count for kind, count in balance.outcomes.items() if count} | {"pending": balance.pending}
    assert {row["outcome"]: row["count"] for row in seen} == counted
    assert len(counted) == 6
    reasons = "SELECT outcome_reason AS reason, count(*) FROM api.entries_v1 WHERE outcome = 'rejected' GROUP BY 1"
    assert {row["reason"]: row["count"] for row in await rows(busy, reasons)} == balance.reasons


async def test_a_dead_letter_is_in_the_view_as_it_was_published(busy):
    seen = {row["id"]: row for row in await rows(busy, "SELECT * FROM api.dead_v1")}
    assert {row.pop("retried_at") for row in seen.values()} == {NOW, None}
    for dead in (letter("dead"), letter(None)):
        assert seen[dead.id] == dead.model_dump(include=set(seen[dead.id]))
        assert set(type(dead).model_fields) - set(seen[dead.id]) == {"value_base64", "headers"}


async def test_a_reader_may_read_the_views(busy, analyst):
    for view in VIEWS:
        assert await analyst.fetchval(f"SELECT count(*) FROM api.{view.name}") > 0


async def test_a_reader_may_do_nothing_else(database, analyst):
    query = """
        SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'v', 'm', 'S') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
          AND ({})"""
    reads = await analyst.fetch(query.format("has_table_privilege(c.oid, 'SELECT')"))
    assert {row[0] for row in reads} == {f"api.{view.name}" for view in VIEWS}
    assert await analyst.fetch(query.format("has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')")) == []
    for statement in (
        "SELECT * FROM articles",
        "DELETE FROM api.dead_v1",
        "UPDATE api.revisions_v1 SET revision = 2",
        "CREATE TABLE api.mine ()",
        "CREATE OR REPLACE VIEW api.dead_v1 AS SELECT 1",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await analyst.execute(statement)


async def test_an_older_view_is_given_its_new_columns_and_its_readers_keep_it(database, analyst):
    articles = VIEWS[0]
    grown = replace(articles, columns=(*articles.columns, replace(articles.columns[0], name="newest")))
    await make(database, grown)
    assert await analyst.fetch("SELECT newest FROM api.articles_v1") == []


@pytest.mark.parametrize("change", ["dropped", "renamed", "retyped", "moved"])
async def test_any_other_change_of_a_view_is_refused(database, change):
    articles = VIEWS[0]
    first, second, *others = articles.columns
    columns = {
        "dropped": (first, *others),
        "renamed": (replace(first, name="id"), second, *others),
        "retyped": (replace(first, type="text"), second, *others),
        "moved": (second, first, *others),
    }[change]
    with pytest.raises(Exception, match=r"cannot (change|drop)"):
        await make(database, replace(articles, columns=columns))


async def make(database, view):
    async with database.write() as connection:
        for statement in view.statements():
            await connection.exec_driver_sql(statement)


async def test_databases_of_one_server_that_migrate_at_once_share_the_reader(database, postgres_server):
    await without_reader(database)
    name = await postgres_server.create_database()
    other = Database(postgres_server.url(name))
    async with other.write() as connection:
        await connection.run_sync(metadata.create_all)

    async def install_there():
        async with other.write() as connection:
            await connection.run_sync(sql_contract.install)

    async def is_waiting():
        return await rows(other, "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'ROLE'")

    async with asyncio.TaskGroup() as group, database.write() as connection:
        await connection.run_sync(sql_contract.install)
        group.create_task(install_there())
        await eventually(is_waiting)
    for each in (database, other):
        assert await rows(each, "SELECT 1 WHERE has_table_privilege('newswire_reader', 'api.dead_v1', 'SELECT')")
    await other.close()
    await postgres_server.drop_database(name)


async def test_who_may_create_no_role_is_told_what_an_administrator_has_to_do(database, postgres_server):
    await without_reader(database)
    name = await postgres_server.create_database()
    async with database.write() as connection:
        await connection.execute(text("CREATE ROLE plain LOGIN"))
        await connection.execute(text(f'ALTER DATABASE "{name}" OWNER TO plain'))
    own = Database(postgres_server.url(name).replace("postgres@", "plain@"))
    with capture_logs() as logs:
        await DatabaseSchema(own).migrate()
    assert await rows(own, "SELECT * FROM api.articles_v1") == []
    (advice,) = [line["advice"] for line in logs if line["event"] == "schema.no-reader"]
    administrator = await asyncpg.connect(postgres_server.url(name))
    await administrator.execute(advice.partition(": ")[2])
    assert await administrator.fetchval("SELECT has_table_privilege('newswire_reader', 'api.dead_v1', 'SELECT')")
    await administrator.close()
    await own.close()
    await postgres_server.drop_database(name)
    async with database.write() as connection:
        await connection.execute(text("DROP ROLE plain"))


async def without_reader(database):
    """As on a server that newswire has never been at."""
    async with database.write() as connection:
        for statement in ("DROP SCHEMA api CASCADE", "DROP ROLE newswire_reader"):
            await connection.execute(text(statement))
