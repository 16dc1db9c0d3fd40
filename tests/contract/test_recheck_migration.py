"""Re-checks that the release before `rechecks` schedules in `articles`; it may run beside this one for a while."""

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, func, insert, select, update

from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.store.recheck_table import rechecks
from newswire.adapters.store.tables import articles
from newswire.events import PageValidators, stable_id
from support.build import NOW
from support.migrations import opened_before
from support.stores import poll_store, recheck_of

HOUR = timedelta(hours=1)
OF = bindparam("of", type_=articles.c.article_id.type)


@pytest.fixture
async def old(database_url):
    """Either engine, with the tables as they were before `rechecks`."""
    async with opened_before(database_url, "0032") as database:
        yield database


def as_the_last_release_inserts(name, recheck_at, looks=0, revision=1):
    values = dict.fromkeys(["url", "canonical_url", "source", "content_hash", "text_hash"], name)
    times = dict.fromkeys(["first_seen", "fetched_at", "changed_at"], NOW)
    state = {"article_id": stable_id(name), "kind": "published", "word_count": 1, "body_from": "page"}
    schedule = {"etag": f'"{name}"', "recheck_at": recheck_at, "rechecks": looks, "revision": revision}
    return values | times | state | schedule


async def write(database, statement, *rows):
    async with database.write() as connection:
        await connection.execute(statement, list(rows) or None)


async def due_in_articles(database):
    """How many articles a poller of the last release would find."""
    async with database.read() as connection:
        counted = select(func.count()).where(articles.c.recheck_at.is_not(None))
        return (await connection.execute(counted)).scalar_one()


async def claimed(database, at):
    return {
        check.url: (check.number, check.validators) for check in await poll_store(database).rechecks.claim(at, 9, 60)
    }


def validators(name):
    return PageValidators(etag=f'"{name}"')


async def test_each_look_that_was_scheduled_is_made_once_under_its_number(old):
    rows = [as_the_last_release_inserts(name, at, 3) for name, at in (("a", NOW), ("b", NOW + HOUR), ("c", None))]
    await write(old, insert(articles), *rows)
    await DatabaseSchema(old).migrate()
    assert await due_in_articles(old) == 0
    assert await poll_store(old).schedule.next_due() == NOW
    assert await claimed(old, NOW) == {"a": (4, validators("a"))}
    assert await claimed(old, NOW + HOUR) == {"a": (4, validators("a")), "b": (4, validators("b"))}


async def test_what_the_last_release_schedules_meanwhile_is_looked_at_by_this_one_alone(old):
    await DatabaseSchema(old).migrate()
    await write(old, insert(articles), as_the_last_release_inserts("a", NOW))
    assert await due_in_articles(old) == 0
    assert await claimed(old, NOW) == {"a": (1, validators("a"))}
    moved = update(articles).where(articles.c.article_id == OF)
    later = NOW + 5 * HOUR
    # A poller that had claimed the article before the migration books its look; a store records what came of it.
    booked = moved.values(rechecks=articles.c.rechecks + 1, recheck_at=NOW + 2 * HOUR)
    await write(old, booked, {"of": stable_id("a")})
    await write(old, moved.values(etag='"new"', recheck_at=later, fetched_at=NOW + HOUR), {"of": stable_id("a")})
    assert await due_in_articles(old) == 0
    assert await claimed(old, later - HOUR) == {}
    row = await recheck_of(old, stable_id("a"))
    assert (row.number, row.fetched_at) == (1, NOW + HOUR)
    assert await claimed(old, later) == {"a": (2, PageValidators(etag='"new"'))}


async def test_a_revision_by_the_last_release_moves_the_look_and_counts_on(old):
    await DatabaseSchema(old).migrate()
    await write(old, insert(articles), as_the_last_release_inserts("a", NOW, 3))
    revised = as_the_last_release_inserts("a", NOW + HOUR, revision=2)
    upsert = old.insert(articles)
    newer = {name: upsert.excluded[name] for name in revised if name not in {"article_id", "first_seen", "rechecks"}}
    await write(old, upsert.on_conflict_do_update(index_elements=["article_id"], set_=newer), revised)
    assert await claimed(old, NOW) == {}
    assert await claimed(old, NOW + HOUR) == {"a": (4, validators("a"))}


async def test_what_the_last_release_writes_drops_the_digest_and_keeps_the_number_of_looks(old):
    await DatabaseSchema(old).migrate()
    await write(old, insert(articles), as_the_last_release_inserts("a", NOW))
    await write(old, update(rechecks).values(body_sha256="aa", number=5))
    await write(old, update(articles).values(recheck_at=NOW + HOUR))
    assert await claimed(old, NOW + HOUR) == {"a": (6, validators("a"))}


async def test_an_article_that_the_last_release_ends_is_ended(postgres_url):
    database = Database(postgres_url)
    try:
        await DatabaseSchema(database).migrate()
        await write(database, insert(articles), as_the_last_release_inserts("a", NOW, 3))
        await write(database, update(articles).values(kind="withdrawn", recheck_at=None))
        assert await recheck_of(database, stable_id("a")) is None
        async with database.read() as connection:
            assert (await connection.execute(select(articles.c.rechecks))).scalar_one() == 3
    finally:
        await database.close()
