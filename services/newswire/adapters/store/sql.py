"""The few statements that every store adapter needs, for SQLite and Postgres alike."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final, Literal, TypeVar

from sqlalchemy import (
    ARRAY,
    JSON,
    BindParameter,
    Column,
    ColumnElement,
    CursorResult,
    Delete,
    Dialect,
    Insert,
    Row,
    Select,
    String,
    Table,
    Text,
    any_,
    bindparam,
    delete,
    func,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database.columns import as_json
from newswire.ports.time_place import TimePlace

CHUNK: Final = 500
"""Values per statement and rows per page: far below SQLite's 32,766 variables and asyncpg's 32,767."""

_T = TypeVar("_T")


def insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, which both engines spell alike and SQLAlchemy keeps per dialect."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


async def insert_fresh(connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows none of which can be there yet; all have the same columns, in the same order."""
    if rows:
        columns = [table.c[name] for name in rows[0]]
        await insert_tuples(connection, columns, [tuple(row.values()) for row in rows])


async def insert_tuples(
    connection: AsyncConnection, columns: Sequence[Column[Any]], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Like `insert_fresh`, for these columns; on Postgres by COPY, which is the quickest way for long rows."""
    if not rows:
        return
    table, names = columns[0].table, [column.name for column in columns]
    if connection.dialect.name != "postgresql":
        await _execute_tuples(connection, "insert", columns, rows)
        return
    written = [_as_copied(column) for column in columns]
    if any(written):
        rows = [
            tuple(write(value) if write else value for write, value in zip(written, row, strict=True)) for row in rows
        ]
    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.copy_records_to_table(table.name, columns=names, records=rows)


def _as_copied(column: Column[Any]) -> Callable[[Any], str | None] | None:
    """How COPY wants a value of this column; None where it takes the value as it is."""
    if not isinstance(column.type, JSON):
        return None
    return _as_json_or_null if column.type.none_as_null else as_json


def _as_json_or_null(value: Any) -> str | None:
    return None if value is None else as_json(value)


async def update_rows(connection: AsyncConnection, key: Column[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Write the values of each row over those of the row of the table that has the same ``key``.

    All rows have the same columns, ``key`` among them. On Postgres it is one statement, as in `execute_rows`: it locks
    the rows in any order, so who may meet others locks them before.
    """
    if not rows:
        return
    columns = key.table.c
    names = list(rows[0])
    if connection.dialect.name != "postgresql" or any(isinstance(columns[name].type, JSON) for name in names):
        values = {name: bindparam(f"b_{name}", type_=columns[name].type) for name in names if name != key.name}
        statement = update(key.table).where(key == bindparam(f"b_{key.name}")).values(values)
        await connection.execute(statement, [{f"b_{name}": value for name, value in row.items()} for row in rows])
        return
    arrays = [func.unnest(bindparam(f"b_{name}", type_=_array_of(columns[name]))).label(name) for name in names]
    given = select(*arrays).subquery()
    at_once = update(key.table).where(key == given.c[key.name])
    newer = {name: given.c[name] for name in names if name != key.name}
    await connection.execute(at_once.values(newer), {f"b_{name}": [row[name] for row in rows] for name in names})


async def delete_rows(
    connection: AsyncConnection, columns: Sequence[Column[Any]], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Delete the rows of a table that have these values in these columns."""
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        await _execute_tuples(connection, "delete", columns, rows)
        return
    arrays = [
        func.unnest(literal(list(values), _array_of(column))).label(column.name)
        for column, values in zip(columns, zip(*rows, strict=True), strict=True)
    ]
    wanted = select(*arrays).subquery()
    statement = delete(columns[0].table)
    await connection.execute(statement.where(*(column == wanted.c[column.name] for column in columns)))


async def _execute_tuples(
    connection: AsyncConnection,
    kind: Literal["insert", "delete"],
    columns: Sequence[Column[Any]],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Insert or delete each row on SQLite, with the driver's own values: SQLAlchemy spends more on one than SQLite."""
    statement, places = _row_statement(connection.dialect, kind, tuple(columns))
    values = list(zip(*rows, strict=True))
    bound = [map(process, values[place]) if process else values[place] for place, process in places]
    await connection.exec_driver_sql(statement, list(zip(*bound, strict=True)))


@lru_cache(maxsize=256)
def _row_statement(
    dialect: Dialect, kind: Literal["insert", "delete"], columns: tuple[Column[Any], ...]
) -> tuple[str, tuple[tuple[int, Callable[[Any], Any] | None], ...]]:
    """The statement for one row; for each of its parameters, the place of its column and how the driver wants it."""
    table = columns[0].table
    given: dict[str, BindParameter[Any]] = {column.name: bindparam(column.name) for column in columns}
    statement: Insert | Delete = (
        sqlite.insert(table).values(given)
        if kind == "insert"
        else delete(table).where(*(column == given[column.name] for column in columns))
    )
    compiled = statement.compile(dialect=dialect)
    wanted = {
        column.name: (place, column.type.dialect_impl(dialect).bind_processor(dialect))
        for place, column in enumerate(columns)
    }
    return str(compiled), tuple(wanted[name] for name in compiled.positiontup or ())


async def insert_new(connection: AsyncConnection, table: Table, rows: Collection[dict[str, Any]]) -> None:
    """Insert the rows that do not exist yet; one that does is left as it is."""
    if rows:
        await execute_rows(connection, insert(connection, table).on_conflict_do_nothing(), rows)


async def insert_returning_new(
    connection: AsyncConnection, table: Table, rows: Collection[dict[str, Any]], key: ColumnElement[_T]
) -> set[_T]:
    """Like `insert_new`; returns the keys of those that were new."""
    if not rows:
        return set()
    statement = insert(connection, table).on_conflict_do_nothing().returning(key)
    return set((await execute_rows(connection, statement, rows)).scalars())


async def execute_rows(
    connection: AsyncConnection, statement: Insert, rows: Collection[dict[str, Any]]
) -> CursorResult[Any]:
    """Execute an INSERT for rows that all have the same columns, in their order.

    On Postgres they go as an array for each column, in one execution instead of one a row, but where one is JSON.
    """
    names = list(next(iter(rows)))
    columns = [statement.table.c[name] for name in names]
    if connection.dialect.name != "postgresql" or any(isinstance(column.type, JSON) for column in columns):
        return await connection.execute(statement, list(rows))
    arrays = [func.unnest(bindparam(column.name, type_=_array_of(column))) for column in columns]
    every = statement.from_select(columns, select(*arrays))
    return await connection.execute(every, {name: [row[name] for row in rows] for name in names})


def _array_of(column: ColumnElement[Any]) -> ARRAY[Any]:
    # A cast to VARCHAR(n) would cut what is longer, where an insert refuses it.
    return ARRAY(Text() if isinstance(column.type, String) else column.type, dimensions=1)


async def select_in(
    connection: AsyncConnection, statement: Select[*tuple[Any, ...]], key: ColumnElement[_T], values: Iterable[_T]
) -> list[Row[*tuple[Any, ...]]]:
    """The rows of ``statement`` whose ``key`` is one of ``values``."""
    rows: list[Row[*tuple[Any, ...]]] = []
    for among in one_of(connection, key, values):
        rows.extend(await connection.execute(statement.where(among)))
    return rows


def one_of(connection: AsyncConnection, key: ColumnElement[_T], values: Iterable[_T]) -> Iterator[ColumnElement[bool]]:
    """Conditions, each for a part of ``values``: ``key`` is one of them. No value is in two parts."""
    wanted = list(dict.fromkeys(values))
    if connection.dialect.name != "postgresql":
        yield from (key.in_(chunk) for chunk in chunks(wanted))
    elif wanted:
        # One parameter however many values: the same statement every time, prepared and planned once.
        yield key == any_(literal(wanted, ARRAY(key.type, dimensions=1)))


def newest_page(
    statement: Select[Any], at: ColumnElement[Any], row_id: ColumnElement[Any], behind: TimePlace | None, limit: int
) -> Select[Any]:
    """The statement for at most ``limit`` rows, the newest first; ``at`` is their time and ``row_id`` their key."""
    if behind is not None:
        statement = statement.where(tuple_(at, row_id) < tuple_(behind.at, behind.row_id, types=(at.type, row_id.type)))
    return statement.order_by(at.desc(), row_id.desc()).limit(limit)


def chunks(values: Iterable[_T], size: int = CHUNK) -> Iterator[list[_T]]:
    """``values`` in lists of at most ``size``."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk
