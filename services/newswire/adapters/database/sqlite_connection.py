"""The driver's connection to SQLite: few hops to its thread, and safe against a task that is cancelled."""

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import aiosqlite

from newswire.adapters.database.sqlite_cursor import ROWS_AT_ONCE, SqliteCursor

_T = TypeVar("_T")


class SqliteConnection(aiosqlite.Connection):
    """A connection with a thread of its own, which is asked once for each statement.

    A hop to that thread and back takes more CPU than a short statement. So a statement's cursor, execution, rows and
    end are one hop (see `SqliteCursor`). A transaction that reads begins in the hop of its first statement, where
    SQLite takes its snapshot in any case (https://www.sqlite.org/lang_transaction.html). Nobody waits for its end.

    The end of the connection is the same for everybody who asks for it. The driver's thread reads its queue up to the
    first request to end, and answers nothing behind it. A close whose task is cancelled makes two of them: one is
    SQLAlchemy's, which does not wait any longer, the other that of the close itself, which waits for its answer. It
    would wait for ever, and so would `asyncio.run`, which lets every task end before it returns.
    """

    _ending = False
    _end: "asyncio.Future[Any] | None" = None
    _reads = _writes = False
    _begins_later = False

    def cursor(self) -> SqliteCursor:  # type: ignore[override]  # the driver makes one in its thread, so it is awaited
        """A cursor for one statement."""
        return SqliteCursor(self._in_thread)

    async def begin(self, *, write: bool) -> None:
        """Begin a transaction. One that writes has the file's lock when this returns."""
        self._reads = self._begins_later = not write
        self._writes = write
        if write:
            await self._in_thread(lambda driver: driver.execute("BEGIN IMMEDIATE"))

    async def commit(self) -> None:
        """Commit the transaction."""
        await super().commit()
        self._writes = False

    async def rollback(self) -> None:
        """Roll back the transaction, if there is one. What is asked of the connection next comes after it in any case.

        Its end is noted here and not looked up: a statement of a task that was cancelled may only just begin it.
        """
        if self._writes:
            await super().rollback()
            self._writes = False
        elif self._reads and not self._begins_later:
            self._tx.put_nowait((None, self._conn.rollback))
        self._reads = self._begins_later = False

    async def _in_thread(self, function: Callable[[sqlite3.Connection], _T]) -> _T:
        """Call the function in the thread, behind the beginning of the transaction if that is still to come."""
        begin, self._begins_later = self._begins_later, False
        answer: _T = await self._execute(self._begun, function, begin=begin)  # type: ignore[no-untyped-call]  # theirs
        return answer

    def _begun(self, function: Callable[[sqlite3.Connection], _T], *, begin: bool) -> _T:
        if begin:
            self._conn.execute("BEGIN")
        return function(self._conn)

    def stop(self) -> "asyncio.Future[Any] | None":
        """Close it and end its thread, after what is queued; the future of that, None outside an event loop."""
        if not self._ending:
            self._ending, self._end = True, super().stop()
        return asyncio.shield(self._end) if self._end is not None else None


async def opened(path: str, **arguments: Any) -> SqliteConnection:
    """An open connection; ``arguments`` are those of `sqlite3.connect`, whose errors are raised.

    Cancelling waits until it is open, some milliseconds, and closes it: its thread would otherwise report to an
    event loop that is closed by then, and write a traceback to stderr.
    """
    connection = SqliteConnection(partial(sqlite3.connect, path, **arguments), ROWS_AT_ONCE)
    connection._thread.daemon = True  # noqa: SLF001  # as SQLAlchemy does for those it makes: it keeps no process alive
    opening = asyncio.ensure_future(connection)
    cancelled: asyncio.CancelledError | None = None
    while not opening.done():
        try:
            await asyncio.wait({opening})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        if not opening.cancelled() and opening.exception() is None:
            await connection.close()
        raise cancelled
    opening.result()
    return connection
