"""The driver's connection to SQLite, made safe against a task that is cancelled while it opens or closes one."""

import asyncio
import sqlite3
from functools import partial
from typing import Any, Final

import aiosqlite

_ROWS_AT_ONCE: Final = 64  # per hop to the thread, where rows are asked for one by one; the driver's own default


class SqliteConnection(aiosqlite.Connection):
    """A connection with a thread of its own, whose end is the same for everybody who asks for it.

    The driver's thread reads its queue up to the first request to end, and answers nothing behind it. A close whose
    task is cancelled makes two of them: one is SQLAlchemy's, which does not wait any longer, the other that of the
    close itself, which waits for its answer. It would wait for ever, and so would `asyncio.run`, which lets every
    task end before it returns.
    """

    _ending = False
    _end: "asyncio.Future[Any] | None" = None

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
    connection = SqliteConnection(partial(sqlite3.connect, path, **arguments), _ROWS_AT_ONCE)
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
