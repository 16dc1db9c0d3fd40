"""A cursor over SQLite that asks the connection's thread once for a statement."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final, Self

ROWS_AT_ONCE: Final = 64
"""Rows that come with the statement itself; further ones take another hop, and are not in memory before."""


class SqliteCursor:
    """Implements what SQLAlchemy uses of `aiosqlite.Cursor`, for one statement.

    The statement, its first `ROWS_AT_ONCE` rows and, if these are all, its end are one hop to the thread. The driver's
    own cursor takes one for each of these, and one to be made.
    """

    def __init__(self, in_thread: Callable[[Callable[[sqlite3.Connection], Any]], Awaitable[Any]]) -> None:
        """``in_thread`` calls a function with the driver's connection in the thread, and waits for its result."""
        self._in_thread = in_thread
        self._cursor: sqlite3.Cursor | None = None
        self._rows: list[Any] = []
        self._open = False

    async def __aenter__(self) -> Self:
        """Nothing is opened before there is a statement."""
        return self

    @property
    def description(self) -> Any:
        """The columns of the result, see `sqlite3.Cursor`; None where the statement has none."""
        return self._cursor.description if self._cursor else None

    @property
    def rowcount(self) -> int:
        """How many rows the statement changed, see `sqlite3.Cursor`."""
        return self._cursor.rowcount if self._cursor else -1

    @property
    def lastrowid(self) -> int | None:
        """The row that the statement inserted last, see `sqlite3.Cursor`."""
        return self._cursor.lastrowid if self._cursor else None

    async def execute(self, statement: str, parameters: Any = ()) -> None:
        """Execute the statement; raises the driver's errors."""
        await self._in_thread(partial(self._execute, statement, parameters))

    async def executemany(self, statement: str, parameters: Iterable[Any]) -> None:
        """Execute the statement for each of the parameters; raises the driver's errors."""
        await self._in_thread(partial(self._executemany, statement, parameters))

    async def fetchmany(self, size: int = ROWS_AT_ONCE) -> Sequence[Any]:
        """The next rows; none at the end."""
        missing = size - len(self._rows)
        if self._open and missing > 0:
            self._rows += await self._in_thread(lambda _: self._next(missing))
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    async def fetchall(self) -> Sequence[Any]:
        """All rows that are left."""
        if self._open:
            self._rows += await self._in_thread(lambda _: self._next(None))
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """End the statement, where rows of it are left."""
        self._rows = []
        if self._open and (cursor := self._cursor):
            await self._in_thread(lambda _: cursor.close())
            self._open = False

    # What follows runs in the thread.

    def _execute(self, statement: str, parameters: Any, driver: sqlite3.Connection) -> None:
        self._cursor = driver.execute(statement, parameters)
        self._open = True
        self._rows = self._next(ROWS_AT_ONCE)

    def _executemany(self, statement: str, parameters: Iterable[Any], driver: sqlite3.Connection) -> None:
        self._cursor = driver.executemany(statement, parameters)
        self._cursor.close()

    def _next(self, most: int | None) -> list[Any]:
        if self._cursor is None:
            raise sqlite3.ProgrammingError("no statement was executed")
        rows = self._cursor.fetchall() if most is None else self._cursor.fetchmany(most)
        if most is None or len(rows) < most:
            self._cursor.close()
            self._open = False
        return rows
