"""Statements on SQLite: how often the connection's thread is asked, and that nothing is lost by asking seldom."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text

from newswire.adapters.bus_database.tables import bus_heads
from newswire.adapters.database.sqlite_cursor import ROWS_AT_ONCE
from newswire.errors import UsageError

COUNT = select(func.count()).select_from(bus_heads)
NUMBERS = select(bus_heads.c.partition).order_by(bus_heads.c.partition)


class CountingQueue:
    """Hands over to a connection's thread, and counts."""

    def __init__(self, queue: Any) -> None:
        self._queue, self.hops = queue, 0

    def put_nowait(self, item: Any) -> None:
        self.hops += 1
        self._queue.put_nowait(item)


@pytest.fixture
def rows() -> Callable[[int], list[dict[str, Any]]]:
    return lambda count: [{"topic": "t", "partition": number, "next_offset": 0} for number in range(count)]


async def counted(connection) -> CountingQueue:
    driver = (await connection.get_raw_connection()).driver_connection
    driver._tx = CountingQueue(driver._tx)
    return driver._tx


async def test_a_statement_with_few_rows_is_one_hop_and_a_read_ends_with_another(sqlite_database, rows):
    async with sqlite_database.write() as connection:
        await connection.execute(insert(bus_heads), rows(ROWS_AT_ONCE - 1))
    async with sqlite_database.read() as connection:
        queue = await counted(connection)
        assert (await connection.execute(NUMBERS)).scalars().all() == list(range(ROWS_AT_ONCE - 1))
        assert queue.hops == 1
        assert (await connection.execute(COUNT)).scalar_one() == ROWS_AT_ONCE - 1
        assert queue.hops == 2
    assert queue.hops == 3


async def test_a_write_is_its_statements_its_beginning_and_its_end(sqlite_database, rows):
    async with sqlite_database.write() as connection:
        queue = await counted(connection)
        await connection.execute(insert(bus_heads), rows(3))
        assert queue.hops == 1
        changed = await connection.execute(text("UPDATE bus_heads SET next_offset = 7 WHERE partition > 0"))
        assert changed.rowcount == 2
        assert queue.hops == 2
    assert queue.hops == 3
    async with sqlite_database.write() as connection:
        assert queue.hops == 4


@pytest.mark.parametrize("count", [ROWS_AT_ONCE - 1, ROWS_AT_ONCE, 3 * ROWS_AT_ONCE + 1])
async def test_every_row_comes_once_and_in_order_at_once_and_in_parts(sqlite_database, rows, count):
    async with sqlite_database.write() as connection:
        await connection.execute(insert(bus_heads), rows(count))
    async with sqlite_database.read() as connection:
        assert (await connection.execute(NUMBERS)).scalars().all() == list(range(count))
        found = await connection.stream(NUMBERS.execution_options(yield_per=5))
        parts = [list(part) async for part in found.scalars().partitions()]
    assert [number for part in parts for number in part] == list(range(count))
    assert max(map(len, parts)) == 5


async def test_a_reader_that_stops_in_the_middle_keeps_no_snapshot(sqlite_database, rows):
    async with sqlite_database.write() as connection:
        await connection.execute(insert(bus_heads), rows(9 * ROWS_AT_ONCE))
    async with sqlite_database.read() as connection:
        found = await connection.stream(NUMBERS.execution_options(yield_per=5))
        await anext(found.partitions())
        await found.close()
    async with sqlite_database.write() as connection:
        await connection.execute(text("DELETE FROM bus_heads"))
    async with sqlite_database.read() as connection:
        assert (await connection.execute(COUNT)).scalar_one() == 0
    async with sqlite_database.look() as connection:
        busy, _, _ = (await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))).one()
    assert busy == 0


async def test_a_read_that_fails_leaves_the_connection_fit_for_the_next(sqlite_database):
    with pytest.raises(UsageError):
        async with sqlite_database.read() as connection:
            await connection.execute(text("SELECT * FROM missing"))
    async with sqlite_database.read() as connection:
        assert (await connection.execute(COUNT)).scalar_one() == 0
    async with sqlite_database.write() as connection:
        await connection.execute(insert(bus_heads), {"topic": "t", "partition": 0, "next_offset": 0})
