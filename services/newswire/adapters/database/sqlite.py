"""Connections to SQLite."""

import asyncio
import sqlite3
from contextlib import suppress
from typing import Any, Final

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from newswire.adapters.database.columns import as_json
from newswire.adapters.database.sqlite_connection import opened

WRITES: Final = "newswire_writes"
"""The execution option of a connection whose transactions write."""

LOOKS: Final = "newswire_looks"
"""The execution option of a connection that reads without transactions."""

_PRAGMAS: Final = (
    "PRAGMA busy_timeout = 30000",
    "PRAGMA synchronous = FULL",  # a commit that returned survives a power cut, not only a crash
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -16000",
)
_WAL_TRIES: Final = 250
_WAL_PAUSE_S: Final = 0.02


def sqlite_engine(url: str) -> AsyncEngine:
    """A pool of connections to a ``sqlite:///path``."""
    engine = create_async_engine(
        url.replace("sqlite:", "sqlite+aiosqlite:", 1),
        json_serializer=as_json,
        hide_parameters=True,
        connect_args={"timeout": 30, "async_creator_fn": opened},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        try:
            connection.isolation_level = None  # transactions are begun below, not guessed by the driver
            cursor = connection.cursor()
            for pragma in _PRAGMAS:
                cursor.execute(pragma)
            _write_ahead(connection, cursor)
            cursor.close()
        except BaseException:  # a cancelled task's too: the pool forgets the connection, its thread would stay
            connection.terminate()
            raise

    @event.listens_for(engine.sync_engine, "invalidate")
    def undo(connection: Any, _record: object, _error: BaseException | None) -> None:
        # A connection whose task was cancelled within a statement is closed. SQLite would keep its transaction, and
        # the lock on the file, until that statement's cursor is collected together with the error's traceback.
        with suppress(Exception):
            connection.rollback()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get(LOOKS):
            return
        adapted: Any = connection.connection.dbapi_connection
        adapted.run_async(lambda driver: driver.begin(write=bool(options.get(WRITES))))

    return engine


def _write_ahead(connection: Any, cursor: Any) -> None:
    """Switch to the write-ahead log. Of several that switch a new file at once SQLite refuses all but one, unwaited."""
    for _ in range(_WAL_TRIES):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            refused = error
            connection.run_async(lambda _driver: asyncio.sleep(_WAL_PAUSE_S))
        else:
            return
    raise refused
