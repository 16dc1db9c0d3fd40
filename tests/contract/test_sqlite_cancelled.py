"""Tasks that are cancelled while their connection to SQLite opens, works or closes: each of them ends."""

import asyncio
import gc
import sqlite3
import threading

import pytest
from sqlalchemy import insert

from newswire.adapters.bus_database.tables import bus_heads
from newswire.adapters.database.sqlite_connection import opened
from support.waiting import eventually

BOUND_S = 120.0


async def test_a_close_that_somebody_gave_up_waiting_for_ends_when_it_is_cancelled(tmp_path):
    connection = await opened(str(tmp_path / "file.db"))
    closing = asyncio.create_task(connection.close())
    await asyncio.sleep(0)
    connection.stop()
    closing.cancel()
    assert await asyncio.wait({closing}, timeout=BOUND_S) == ({closing}, set())
    assert closing.cancelled()
    await eventually(lambda: not connection._thread.is_alive())


async def test_everybody_who_closes_at_the_same_time_comes_back(tmp_path):
    connection = await opened(str(tmp_path / "file.db"))
    closing = {asyncio.create_task(connection.close()) for _ in range(3)}
    _, waiting = await asyncio.wait(closing, timeout=BOUND_S)
    assert not waiting


@pytest.mark.parametrize("times", [1, 2])
async def test_an_opening_that_is_cancelled_comes_back_with_the_connection_closed(tmp_path, times):
    entered, go_on, made = threading.Event(), threading.Event(), []

    def slowly(*arguments, **named):
        entered.set()
        assert go_on.wait(BOUND_S)
        made.append(sqlite3.Connection(*arguments, **named))
        return made[0]

    opening = asyncio.create_task(opened(str(tmp_path / "file.db"), factory=slowly, check_same_thread=False))
    await eventually(entered.is_set)
    for _ in range(times):
        opening.cancel()
        assert await asyncio.wait({opening}, timeout=0.01) == (set(), {opening})
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await opening
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        made[0].execute("SELECT 1")


async def cancelled_at_once(work):
    task = asyncio.create_task(work)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task}, timeout=BOUND_S)
    assert task.cancelled()


async def test_a_file_that_cannot_be_opened_says_so_and_to_who_was_cancelled_that_alone(tmp_path, caplog):
    path = str(tmp_path / "missing" / "file.db")
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        await opened(path)
    await cancelled_at_once(opened(path))
    gc.collect()  # asyncio logs an error that nobody looked at when it is collected
    assert not caplog.records


async def test_a_transaction_that_is_cancelled_twice_within_a_statement_ends_and_locks_nobody_out(sqlite_database):
    writing = asyncio.Event()

    async def write():
        async with sqlite_database.write() as connection:
            writing.set()
            await connection.execute(insert(bus_heads), {"topic": "t", "partition": 0, "next_offset": 0})

    for turns in range(40):
        before = asyncio.all_tasks()
        writing.clear()
        task = asyncio.create_task(write())
        await writing.wait()
        await asyncio.sleep(0)
        task.cancel()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task}, timeout=BOUND_S)
        left = asyncio.all_tasks() - before
        for each in left:  # as asyncio.run does at the end
            each.cancel()
        if left:
            _, left = await asyncio.wait(left, timeout=BOUND_S)
        assert not left, f"after {turns} turns of the event loop"
    async with asyncio.timeout(BOUND_S), sqlite_database.write() as connection:
        await connection.execute(insert(bus_heads), {"topic": "u", "partition": 0, "next_offset": 0})
