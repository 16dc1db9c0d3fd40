"""`MovableStore` over a database."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import JSON, Connection, LargeBinary, Table, delete, func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database import Database
from newswire.adapters.database.columns import metadata
from newswire.adapters.database.failures import LOCKED, driver_error
from newswire.adapters.database.moves import marks, moves, write_mark
from newswire.adapters.moving.fence import fenced_tables, put_up, take_down
from newswire.adapters.moving.tables import SEEDED, WORDS, carried_tables, every_table
from newswire.adapters.search.tables import search_state
from newswire.adapters.store.sql import insert_tuples
from newswire.adapters.store.tables import wire_head
from newswire.domain.moving.mark import MoveMark, MoveRole
from newswire.errors import UsageError
from newswire.ports import TableRows

_FEW: Final = 100
"""Rows that are read at once where a row holds a text or a record."""
_MANY: Final = 2_000
_LOCK_S: Final = 2.0
_TRIES: Final = 15
_WRITERS_WAIT: Final = "SHARE ROW EXCLUSIVE"
_ALL_WAIT: Final = "ACCESS EXCLUSIVE"
_ANY: Final = "SELECT 1 FROM {} LIMIT 1"


class DatabaseMovable:
    """`newswire.ports.MovableStore`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def mark(self, role: MoveRole) -> MoveMark | None:
        """The mark of the move that this store is, or was last, the source or the target of."""
        async with self._database.look() as connection:
            return (await connection.run_sync(marks)).get(role)

    async def fence(self, mark: MoveMark) -> None:
        """Keep every writer out, with the mark's note as the reason; return when the last of them has ended."""
        async with self._alone(_WRITERS_WAIT) as connection:
            await connection.run_sync(_follow, mark)
            await connection.run_sync(put_up, mark.note)

    async def lift(self, mark: MoveMark) -> None:
        """Let writers go on."""
        async with self._alone() as connection:
            await connection.run_sync(_follow, mark)
            await connection.run_sync(take_down)

    def tables(self, *, with_log: bool) -> tuple[str, ...]:
        """The tables that a move carries, in an order in which they can be filled."""
        return tuple(table.name for table in carried_tables(with_log=with_log))

    async def counts(self, *, with_log: bool) -> Mapping[str, int]:
        """How many rows each of these tables has."""
        async with self._unhurried() as database, database.read() as connection:
            return {
                table.name: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
                for table in carried_tables(with_log=with_log)
            }

    async def filled_tables(self) -> tuple[str, ...]:
        """The tables that have rows, but for those that have some before anybody works on the database."""
        async with self._database.read() as connection:
            return await _filled(connection)

    async def rows(self, table: str) -> TableRows:
        """All rows of a table, some at a time, in any order."""
        wanted = metadata.tables[table]
        async with self._database.read() as connection:
            found = await connection.stream(select(wanted).execution_options(yield_per=_at_once(wanted)))
            async for part in found.partitions():
                yield [tuple(row) for row in part]

    async def fill(self, tables: Sequence[str], rows_of: Callable[[str], TableRows], mark: MoveMark) -> None:
        """Take in the rows of these tables in one transaction, which ends with a fence. For Postgres alone.

        Raises `UsageError` where others have written.
        """
        async with self._alone() as connection:
            if await connection.run_sync(_follow, mark):
                await _empty(connection)
            if filled := await _filled(connection):
                raise UsageError(f"the target was written to meanwhile ({', '.join(filled)}): stop what works on it")
            await connection.execute(delete(wire_head))
            for name in tables:
                columns = list(metadata.tables[name].c)
                async for rows in rows_of(name):
                    await insert_tuples(connection, columns, rows)
                await connection.exec_driver_sql(f"ANALYZE {name}")
            await connection.run_sync(put_up, mark.note)

    async def empty(self) -> None:
        """Take back what a move has filled in. For Postgres alone."""
        async with self._alone() as connection:
            await _empty(connection)
            await connection.execute(delete(moves).where(moves.c.role == "target"))

    @asynccontextmanager
    async def _alone(self, mode: str = _ALL_WAIT) -> AsyncGenerator[AsyncConnection]:
        """A transaction of any length, in which nobody else writes."""
        async with self._unhurried() as database, database.write() as connection:
            if not database.is_sqlite:
                await _lock(connection, mode)
            yield connection

    @asynccontextmanager
    async def _unhurried(self) -> AsyncGenerator[Database]:
        database = self._database.unhurried()
        try:
            yield database
        finally:
            if database is not self._database:
                await database.close()


async def _lock(connection: AsyncConnection, mode: str) -> None:
    """Lock every table. Others wait for us no longer than `_LOCK_S` before we let them pass, and try again."""
    names = ", ".join(await connection.run_sync(fenced_tables))
    await connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_LOCK_S * 1000:.0f}")
    for left in reversed(range(_TRIES)):
        try:
            async with connection.begin_nested():
                await connection.exec_driver_sql(f"LOCK TABLE {names} IN {mode} MODE")
        except DBAPIError as error:
            if getattr(driver_error(error), "sqlstate", None) not in LOCKED or not left:
                raise
            await asyncio.sleep(_LOCK_S)
        else:
            return


def _follow(connection: Connection, mark: MoveMark) -> MoveMark | None:
    """Write the mark over the one that it follows; returns that one. Raises `UsageError` where it may not follow."""
    before = marks(connection).get(mark.role)
    if not mark.may_follow(before):
        state = f"{before.state} (move {before.move_id})" if before else "without a mark"
        raise UsageError(
            f"another 'newswire move' was at work meanwhile: the {mark.role} is {state}. Run the command again: "
            "it goes on from there"
        )
    write_mark(connection, mark)
    return before


async def _filled(connection: AsyncConnection) -> tuple[str, ...]:
    names = [table.name for table in every_table() if table.name not in SEEDED]
    return tuple([name for name in names if (await connection.exec_driver_sql(_ANY.format(name))).first()])


async def _empty(connection: AsyncConnection) -> None:
    """Bring the tables into the state in which the migrations left them."""
    await connection.run_sync(take_down)
    kept = {moves.name, "schema_oldest"}
    names = ", ".join(table.name for table in every_table() if table.name not in kept)
    await connection.exec_driver_sql(f"TRUNCATE {names}, {WORDS}")
    await connection.execute(insert(wire_head).values(epoch=secrets.token_hex(4), next=1))
    await connection.execute(insert(search_state).values(version="", position=0))


def _at_once(table: Table) -> int:
    """How many rows of a table may be in memory at one time."""
    return _FEW if any(isinstance(column.type, JSON | LargeBinary) for column in table.c) else _MANY
