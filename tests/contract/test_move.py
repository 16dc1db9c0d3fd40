"""Moving to a Postgres, from either engine: the fence, the copy, the proof, and going on after an interruption."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import insert, update

from newswire.adapters.bus_database.tables import bus_heads
from newswire.adapters.database import Database
from newswire.adapters.database.schema import DatabaseSchema
from newswire.adapters.moving import DatabaseMovable
from newswire.adapters.moving.tables import carried_tables
from newswire.adapters.store.api_keys import DatabaseApiKeys
from newswire.adapters.store.tables import feeds, wire_head
from newswire.assembly.backends import open_backends
from newswire.assembly.moving import open_ends
from newswire.domain.log.topology import EXTRACT, STORE
from newswire.domain.moving.mark import MoveMark
from newswire.domain.wire.request_limit import RequestQuota
from newswire.errors import Stop, UsageError, Wait
from newswire.events import ARTICLES, ENTRIES, LATEST
from newswire.operations.api_keys import Chance, create_key
from newswire.operations.moving.ends import MoveEnds
from newswire.operations.moving.hand_over import hand_over
from newswire.operations.moving.move import abort, move
from newswire.operations.moving.preflight import plan_move
from newswire.ports import Message, MovableStore
from newswire.serve.api.gate import GateRules
from newswire.settings import Settings, load
from support.every_table import fill_every_table
from support.postgres import Postgres
from support.read_side import serving
from support.templates import Templates
from support.waiting import PATIENCE_S
from support.webhooks import Receiver


def tell_nobody(_: str) -> None:
    pass


def settings(url: str, bus: str = "database") -> Settings:
    return load({"HOME": "/nowhere", "NEWSWIRE_STORE": url, "NEWSWIRE_BUS": bus})


async def made(url: str) -> Settings:
    """The settings of a copied template, which says now that the migrations made it."""
    config = settings(url)
    async with databases(config) as (database,):
        head = (await DatabaseSchema(database).state()).need
        async with database.write() as connection:
            await connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
            await connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{head}')")
    return config


async def filled(url: str) -> Settings:
    """A store with rows in every table, and a log of which half is finished."""
    config = await made(url)
    async with open_backends(config) as backends:
        await backends.bus.publish([Message(ENTRIES, f"k{n}", b"%d" % n, (("ce", b"\xff"),)) for n in range(8)])
        await backends.bus.publish([Message(LATEST, "article", b"state")])
        subscription = await backends.bus.subscribe(EXTRACT.group, EXTRACT.reads)
        batch = await subscription.poll(100, PATIENCE_S)
        finished = {record.partition: record.offset + 1 for record in batch.records if record.value < b"4"}
        await subscription.commit(finished)
        await subscription.close()
    async with databases(config) as (database,):
        await fill_every_table(database)
    return config


@pytest.fixture
async def here(tables_url: str) -> Settings:
    """A store to move, of either engine."""
    return await filled(tables_url)


@pytest.fixture
async def embedded(sqlite_tables_url: str) -> Settings:
    """A store to move in a file."""
    return await filled(sqlite_tables_url)


@pytest.fixture
async def there(postgres_server: Postgres, templates: Templates) -> AsyncIterator[Settings]:
    """A Postgres with the tables and nothing in them."""
    name = await templates.postgres(postgres_server)
    yield await made(postgres_server.url(name))
    await postgres_server.drop_database(name)


@asynccontextmanager
async def databases(*configs: Settings) -> AsyncIterator[tuple[Database, ...]]:
    async with AsyncExitStack() as stack:
        opened = tuple(Database(config.store.get_secret_value()) for config in configs)
        for each in opened:
            stack.push_async_callback(each.close)
        yield opened


async def moved(here: Settings, there: Settings):
    async with open_ends(here, there) as ends:
        return await move(ends, uuid4, tell_nobody)


async def write(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(update(feeds).values(title="written"))


async def everything(ends: MoveEnds) -> tuple[dict[str, list[tuple]], ...]:
    """The rows of every table that is carried, at both ends."""
    found = []
    for end in (ends.source, ends.target):
        rows = {}
        for table in carried_tables(with_log=True):
            places = [list(table.c).index(column) for column in table.primary_key]
            read = [row async for part in end.movable.rows(table.name) for row in part]
            rows[table.name] = sorted(read, key=lambda row, key=places: [str(row[at]) for at in key])
        found.append(rows)
    return tuple(found)


class DiedError(Exception):
    """Stands for the end of the process."""


class DyingStore:
    """A store whose process dies at the ``nth`` call of ``method``: before its work is done, or after."""

    def __init__(self, store: MovableStore, method: str, nth: int, *, after: bool) -> None:
        self._store, self._method, self._left, self._after = store, method, nth, after

    def __getattr__(self, name: str):
        real = getattr(self._store, name)
        if name != self._method:
            return real
        self._left -= 1
        if self._left:
            return real
        return self._last_rows if name == "rows" else partial(self._last, real)

    async def _last(self, real, *arguments) -> None:
        if self._after:
            await real(*arguments)
        raise DiedError

    async def _last_rows(self, table: str):
        async for rows in self._store.rows(table):
            yield rows
            raise DiedError


class AbortedStore:
    """A store whose move somebody takes back while it goes on, just before it would be made."""

    def __init__(self, store: MovableStore) -> None:
        self._store = store

    def __getattr__(self, name: str):
        return getattr(self._store, name)

    async def fence(self, mark: MoveMark) -> None:
        if mark.state == "moved":
            await abort(self._store, None, mark.at)
        await self._store.fence(mark)


class LosingStore:
    """A store that lacks one row of its outcomes."""

    def __init__(self, store: MovableStore) -> None:
        self._store = store

    def __getattr__(self, name: str):
        return getattr(self._store, name)

    async def rows(self, table: str):
        async for rows in self._store.rows(table):
            yield rows[1:] if table == "outcomes" else rows


def dying(ends: MoveEnds, end: str, method: str, nth: int, *, after: bool) -> MoveEnds:
    which = getattr(ends, end)
    return replace(ends, **{end: replace(which, movable=DyingStore(which.movable, method, nth, after=after))})


async def test_every_row_every_offset_and_every_position_is_the_same_afterwards(here, there):
    result = await moved(here, there)
    async with open_ends(here, there) as ends:
        source, target = await everything(ends)
        assert source == target
        assert all(source.values()), "a table without rows proves nothing"
        assert result.rows == sum(map(len, source.values()))
        assert await _nulls(here) == await _nulls(there) == 1, "SQL's NULL became JSON's"
        lags = [await end.bus.lag(EXTRACT.group, EXTRACT.reads) for end in (ends.source, ends.target)]
        assert lags[0] == lags[1]
        assert sum(lags[0].values()) == 4
        assert await ends.target.movable.mark("target") is not None
    async with open_backends(here) as old, open_backends(there) as new:
        before = await old.wire.head()
        assert before.moved_at is not None
        assert replace(before, moved_at=None) == await new.wire.head()
        assert await old.wire.events_after(0, 100) == await new.wire.events_after(0, 100)


async def _nulls(config: Settings) -> int:
    async with databases(config) as (database,), database.read() as connection:
        found = await connection.exec_driver_sql("SELECT count(*) FROM feeds WHERE memory IS NULL")
        return found.scalar_one()


async def test_a_moved_store_can_be_read_and_refuses_every_write_and_the_new_one_takes_them(here, there):
    async with databases(here, there) as (old, new):
        await write(old)  # a connection that was at work before the move
        await moved(here, there)
        with pytest.raises(Stop, match=r"moved on .*NEWSWIRE_STORE=postgresql://"):
            await write(old)
        await write(new)
        async with new.write() as connection:
            await connection.execute(update(wire_head).values(next=wire_head.c.next + 1))
    async with open_backends(here) as backends:
        assert (await backends.schema.state()).fence
    async with open_backends(there) as backends:
        assert not (await backends.schema.state()).fence


async def test_no_table_takes_any_write_behind_the_fence(here, there):
    await moved(here, there)
    async with databases(here) as (old,):
        for table in (*(table.name for table in carried_tables(with_log=True)), "alembic_version"):
            for statement in (f"DELETE FROM {table}", f"INSERT INTO {table} SELECT * FROM {table}"):
                with pytest.raises(Stop):
                    await _run(old, statement)


async def _run(database: Database, statement: str) -> None:
    async with database.write() as connection:
        await connection.exec_driver_sql(statement)


async def test_the_fence_waits_for_the_writer_that_is_at_work_and_keeps_what_it_wrote(here, there):
    async with open_ends(here, there) as ends, databases(here, there) as (old, new):
        async with old.write() as connection:
            await connection.execute(update(feeds).values(title="at the last moment"))
            moving = asyncio.create_task(move(ends, uuid4, tell_nobody))
            done, _ = await asyncio.wait({moving}, timeout=0.3)
            assert not done, "it did not wait"
        await moving
        async with new.read() as connection:
            titles = set((await connection.execute(feeds.select().with_only_columns(feeds.c.title))).scalars())
        assert titles == {"at the last moment"}


DEATHS = {
    "fenced": ("source", "fence", 1, True),
    "while copying": ("source", "rows", 20, True),
    "copied": ("target", "fill", 1, True),
    "proved": ("source", "fence", 2, False),
    "moved": ("target", "lift", 1, False),
}
"""The end, its method, the number of the call, and whether the call was still made."""


@pytest.mark.parametrize("death", DEATHS)
async def test_a_move_that_dies_at_any_step_is_finished_by_the_same_command(embedded, there, death):
    end, method, nth, after = DEATHS[death]
    async with open_ends(embedded, there) as ends, databases(embedded, there) as (old, new):
        with pytest.raises(DiedError):
            await move(dying(ends, end, method, nth, after=after), uuid4, tell_nobody)
        with pytest.raises(Stop):
            await write(old)
        if death in {"copied", "proved", "moved"}:
            with pytest.raises(Stop, match="takes no writes yet"):
                await write(new)
        await move(ends, uuid4, tell_nobody)
        source, target = await everything(ends)
        assert source == target
        with pytest.raises(UsageError, match="made already"):
            await move(ends, uuid4, tell_nobody)
        await write(new)
        with pytest.raises(Stop):
            await write(old)


async def test_an_aborted_move_lets_writers_go_on_and_leaves_nothing_and_can_be_made_again(embedded, there):
    async with open_ends(embedded, there) as ends, databases(embedded, there) as (old, new):
        with pytest.raises(DiedError):
            await move(dying(ends, "source", "fence", 2, after=False), uuid4, tell_nobody)
        with pytest.raises(Stop, match="newswire move --abort"):
            await write(old)
        await abort(ends.source.movable, ends.target.movable, ends.clock.now())
        await write(old)
        assert await ends.target.movable.filled_tables() == ()
        await write(new)
        with pytest.raises(UsageError, match="nothing to abort"):
            await abort(ends.source.movable, None, ends.clock.now())
        await move(ends, uuid4, tell_nobody)
        with pytest.raises(UsageError, match="cannot be aborted"):
            await abort(ends.source.movable, ends.target.movable, ends.clock.now())
        source, target = await everything(ends)
        assert source == target


async def test_what_was_written_after_an_abort_moves_too_although_the_copy_was_left(embedded, there):
    async with open_ends(embedded, there) as ends, databases(embedded) as (old,):
        with pytest.raises(DiedError):
            await move(dying(ends, "source", "fence", 2, after=False), uuid4, tell_nobody)
        await abort(ends.source.movable, None, ends.clock.now())
        await write(old)
        await move(ends, uuid4, tell_nobody)
        source, target = await everything(ends)
        assert source == target
        assert "written" in repr(source["feeds"])


async def test_an_abort_while_the_move_is_at_work_keeps_the_move_from_being_made(embedded, there):
    async with open_ends(embedded, there) as ends, databases(embedded, there) as (old, new):
        source = replace(ends.source, movable=AbortedStore(ends.source.movable))
        with pytest.raises(UsageError, match="at work meanwhile"):
            await move(replace(ends, source=source), uuid4, tell_nobody)
        await write(old)
        with pytest.raises(Stop):
            await write(new)


async def test_a_copy_that_differs_is_not_opened_and_the_store_stays_fenced(embedded, there):
    async with open_ends(embedded, there) as ends, databases(embedded, there) as (old, new):
        target = replace(ends.target, movable=LosingStore(ends.target.movable))
        with pytest.raises(Stop, match="outcomes has 4 rows here and 3 there"):
            await move(replace(ends, target=target), uuid4, tell_nobody)
        for each in (old, new):
            with pytest.raises(Stop):
                await write(each)


async def test_a_fenced_store_answers_its_readers_and_says_that_nothing_can_be_changed(sqlite_tables_url):
    async with databases(await made(sqlite_tables_url)) as (old,):
        keys = DatabaseApiKeys(old)
        chance = Chance(secrets.choice, secrets.token_urlsafe)
        key = await create_key(keys, chance, datetime.now(UTC), name="ana", scopes=["read", "webhooks"])
        await DatabaseMovable(old).fence(MoveMark(uuid4(), "fenced", "postgresql://db", "database", datetime.now(UTC)))
        rules = GateRules(with_keys=True, quota=RequestQuota(100), origins=frozenset())
        async with serving(old, rules=rules, sender=Receiver()) as reader:
            authorization = f"Bearer {key.text}"
            assert (await reader.get("/v1/changes", authorization=authorization)).status == 200
            asked = {"url": "https://reader.example/hook"}
            refused = await reader.ask("POST", "/v1/webhooks", sent=asked, authorization=authorization)
            assert (refused.status, refused.json["title"]) == (503, "Nothing can be changed here now")


async def test_what_no_stage_has_finished_is_handed_to_another_log_as_it_was(embedded, there):
    async with open_ends(embedded, there) as ends:
        await ends.source.bus.publish([Message(ARTICLES, "article", b"%d" % n) for n in range(3)])
        assert await hand_over(ends.source.bus, ends.target.bus) == 7
        for topic in (ENTRIES, ARTICLES, LATEST):
            group = (EXTRACT if topic == ENTRIES else STORE).group
            left, handed = [
                sorted([(r.key, r.value, r.headers) async for r in end.bus.unfinished(group, [topic])])
                for end in (ends.source, ends.target)
            ]
            assert handed == ([] if topic == LATEST else left)
            assert left, "a log without records proves nothing"
        assert [r.value async for r in ends.target.bus.tail(ARTICLES)] == [b"0", b"1", b"2"]


async def test_a_target_with_rows_of_its_own_is_refused_and_nothing_is_fenced(embedded, there):
    async with databases(embedded, there) as (old, new), open_ends(embedded, there) as ends:
        async with new.write() as connection:
            await connection.execute(insert(bus_heads).values(topic="t", partition=0, next_offset=0))
        with pytest.raises(UsageError, match=r"not empty \(bus_heads\)"):
            await move(ends, uuid4, tell_nobody)
        await write(old)


async def test_a_target_without_tables_or_without_a_server_is_refused_with_what_to_do(embedded, postgres_url):
    async with open_ends(embedded, settings(postgres_url)) as ends:
        with pytest.raises(UsageError, match="'newswire migrate'"):
            await move(ends, uuid4, tell_nobody)
    async with open_ends(embedded, settings("postgresql://127.0.0.1:1/nobody")) as ends:
        with pytest.raises(Wait, match="the place to move to does not answer"):
            await move(ends, uuid4, tell_nobody)


async def test_a_plan_counts_and_changes_nothing(embedded, there):
    async with open_ends(embedded, there) as ends, databases(embedded, there) as (old, new):
        plan = await plan_move(ends)
        assert (plan.step, plan.rows["feeds"], plan.rows["bus_records"], plan.records) == ("fence", 4, 9, 0)
        await write(old)
        await write(new)
        assert await ends.source.movable.mark("source") is None
