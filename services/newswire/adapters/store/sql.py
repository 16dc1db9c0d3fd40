"""The few statements that every store adapter needs, for SQLite and Postgres alike."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Row, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

CHUNK: Final = 500
"""Values per statement and rows per page: far below SQLite's 32,766 variables and asyncpg's 32,767."""

_T = TypeVar("_T")


def insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, which both engines spell alike and SQLAlchemy keeps per dialect."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


async def insert_new(connection: AsyncConnection, table: Table, rows: Collection[dict[str, Any]]) -> None:
    """Insert the rows that do not exist yet; one that does is left as it is."""
    if rows:
        await connection.execute(insert(connection, table).on_conflict_do_nothing(), list(rows))


async def insert_returning_new(
    connection: AsyncConnection, table: Table, rows: Collection[dict[str, Any]], key: ColumnElement[_T]
) -> set[_T]:
    """Like `insert_new`; returns the keys of those that were new."""
    if not rows:
        return set()
    statement = insert(connection, table).on_conflict_do_nothing().returning(key)
    return set((await connection.execute(statement, list(rows))).scalars())


async def select_in(
    connection: AsyncConnection, statement: Select[*tuple[Any, ...]], column: ColumnElement[_T], values: Iterable[_T]
) -> list[Row[*tuple[Any, ...]]]:
    """The rows of ``statement`` whose ``column`` is one of ``values``, asked for in chunks."""
    rows: list[Row[*tuple[Any, ...]]] = []
    for chunk in chunks(dict.fromkeys(values)):
        rows.extend(await connection.execute(statement.where(column.in_(chunk))))
    return rows


def chunks(values: Iterable[_T], size: int = CHUNK) -> Iterator[list[_T]]:
    """``values`` in lists of at most ``size``."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk
