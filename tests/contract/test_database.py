"""Transactions over both engines, and what their failures are called."""

import asyncio
import threading

import asyncpg
import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError

from newswire.adapters.bus_database.tables import bus_heads
from newswire.adapters.database import Database
from newswire.adapters.store.sql import insert_fresh
from newswire.assembly.backends import open_backends
from newswire.errors import UsageError, Wait
from newswire.settings import load
from support.waiting import PATIENCE_S, eventually

ROW = {"topic": "t", "partition": 0, "next_offset": 0}
COUNT = select(func.count()).select_from(bus_heads)


async def count(database):
    async with database.read() as connection:
        return (await connection.execute(COUNT)).scalar_one()


async def test_a_write_is_there_afterwards_for_everyone(database, tables_url):
    async with database.write() as connection:
        await connection.execute(insert(bus_heads), ROW)
    another = Database(tables_url)
    assert await count(another) == 1
    await another.close()


async def test_an_error_undoes_the_whole_write(database):
    async def write_and_fail():
        async with database.write() as connection:
            await connection.execute(insert(bus_heads), ROW)
            raise KeyError

    with pytest.raises(KeyError):
        await write_and_fail()
    assert await count(database) == 0


async def test_a_cancelled_write_is_undone_and_blocks_nobody(database):
    writing = asyncio.Event()

    async def write_and_hang():
        async with database.write() as connection:
            await connection.execute(insert(bus_heads), ROW)
            writing.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_and_hang())
    await writing.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(PATIENCE_S), database.write() as connection:
        await connection.execute(insert(bus_heads), ROW)
    assert await count(database) == 1


async def test_a_reader_sees_one_moment_only(database):
    async with database.read() as connection:
        before = (await connection.execute(COUNT)).scalar_one()
        async with database.write() as writer:
            await writer.execute(insert(bus_heads), ROW)
        assert (await connection.execute(COUNT)).scalar_one() == before == 0
    assert await count(database) == 1


async def test_a_named_lock_keeps_the_second_writer_out_until_the_first_is_done(database, tables_url):
    another, order = Database(tables_url), []

    async def second():
        async with another.write() as connection:
            await another.lock(connection, "name")
            order.append("second")

    async with database.write() as connection:
        await database.lock(connection, "name")
        waiting = asyncio.create_task(second())
        done, _ = await asyncio.wait({waiting}, timeout=0.3)
        assert not done
        order.append("first")
    await waiting
    await another.close()
    assert order == ["first", "second"]


async def test_shared_locks_let_each_other_in_on_postgres(postgres_database):
    async with postgres_database.write() as one, postgres_database.write() as other:
        await postgres_database.lock(one, "name", shared=True)
        async with asyncio.timeout(PATIENCE_S):
            await postgres_database.lock(other, "name", shared=True)


async def test_many_writers_at_once_all_get_their_turn(database):
    async def write(n):
        async with database.write() as connection:
            await connection.execute(insert(bus_heads), ROW | {"partition": n})

    await asyncio.gather(*(write(n) for n in range(40)))
    assert await count(database) == 40


async def test_a_missing_table_says_to_migrate(database_url):
    database = Database(database_url)
    with pytest.raises(UsageError, match="newswire migrate"):
        await count(database)
    await database.close()


async def test_nobody_listening_is_a_wait():
    database = Database("postgresql://postgres@127.0.0.1:1/none")
    with pytest.raises(Wait):
        await count(database)
    await database.close()


async def test_a_server_that_dies_is_a_wait_and_afterwards_all_is_well(postgres_database, postgres_server):
    assert await count(postgres_database) == 0
    postgres_server.kill()
    try:
        with pytest.raises(Wait):
            await count(postgres_database)
        with pytest.raises(Wait):
            async with postgres_database.write() as connection:
                await connection.execute(insert(bus_heads), ROW)
    finally:
        postgres_server.start()
    assert await count(postgres_database) == 0


async def test_a_connection_cut_within_a_write_is_a_wait(postgres_database):
    async def cut_own_connection():
        async with postgres_database.write() as connection:
            await connection.execute(insert(bus_heads), ROW)
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(Wait):
        await cut_own_connection()
    assert await count(postgres_database) == 0


async def test_a_connection_cut_at_any_moment_of_a_write_is_a_wait(postgres_database, postgres_server):
    administrator = await asyncpg.connect(postgres_server.url())

    async def write_until_cut(after_s):
        async with postgres_database.write() as connection:
            pid = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            cut = asyncio.get_running_loop().call_later(after_s, lambda: cuts.append(asyncio.create_task(end(pid))))
            for partition in range(10_000):
                await insert_fresh(connection, bus_heads, [ROW | {"partition": partition}])
            cut.cancel()

    async def end(pid):
        await administrator.execute(f"SELECT pg_terminate_backend({pid})")

    cuts = []
    try:
        for attempt in range(60):  # some of the steps in which it may come are short
            with pytest.raises(Wait):
                await write_until_cut(attempt % 20 / 2_000)
        await asyncio.gather(*cuts)
    finally:
        await administrator.close()
    assert await count(postgres_database) == 0


async def test_a_programming_error_is_nobodys_wait(database):
    with pytest.raises(Exception, match="syntax") as raised:
        async with database.read() as connection:
            await connection.execute(text("SELEKT 1"))
    assert not isinstance(raised.value, Wait)


async def test_an_error_does_not_show_the_values_of_its_statement(database):
    async def write(topic):
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO bus_heads VALUES (:topic, NULL, NULL)"), {"topic": topic})

    with pytest.raises(IntegrityError, match=r"INSERT INTO bus_heads(?s:.*)parameters hidden"):
        await write("somebody's text")


async def test_the_settings_are_those_of_the_connections(postgres_url, tmp_path):
    settings = load(
        {
            "NEWSWIRE_STORE": postgres_url,
            "NEWSWIRE_DATA_DIR": str(tmp_path),
            "NEWSWIRE_DATABASE__POOL_SIZE": "3",
            "NEWSWIRE_DATABASE__STATEMENT_TIMEOUT_S": "7.5",
        }
    )
    async with open_backends(settings, check_schema=False, application="newswire store") as backends:
        database = backends.ledger._database
        assert database._engine.pool.size() == 3
        async with database.read() as connection:
            assert await shown(connection, "statement_timeout") == "7500ms"
            assert await shown(connection, "application_name") == "newswire store"
            # Not settings: what keeps a replica that is gone from holding the others up.
            assert await shown(connection, "idle_in_transaction_session_timeout") == "30s"
            assert await shown(connection, "tcp_keepalives_idle") == "30"


async def shown(connection, name):
    return (await connection.execute(text(f"SHOW {name}"))).scalar_one()


async def test_a_path_sqlite_cannot_open_is_a_wait_that_names_it(tmp_path):
    threads = threading.active_count()
    database = Database(f"sqlite:///{tmp_path}/missing/newswire.db")
    with pytest.raises(Wait, match="unable to open"):
        await count(database)
    await database.close()
    # aiosqlite leaves the thread of a connection that failed to open to end by itself.
    await eventually(lambda: threading.active_count() <= threads)
