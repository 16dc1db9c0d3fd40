"""One database, SQLite or Postgres, as transactions that read and transactions that write."""

import asyncio
import sqlite3
import zlib
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from typing import Any, Final

import asyncpg
from sqlalchemy import URL, Connection, Integer, Table, bindparam, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from newswire.errors import UsageError, Wait

_SQLITE_PRAGMAS: Final = (
    "PRAGMA busy_timeout = 30000",
    "PRAGMA synchronous = FULL",  # a commit that returned survives a power cut, not only a crash
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -16000",
)
_WAL_TRIES: Final = 250
_WAL_PAUSE_S: Final = 0.02
_POSTGRES_READER: Final = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_LOCKS: Final = 0x6E657773  # "news": this project's advisory locks among those of others in the same database
_LOCK: Final = select(func.pg_advisory_xact_lock(_LOCKS, bindparam("name", type_=Integer)))
_LOCK_SHARED: Final = select(func.pg_advisory_xact_lock_shared(_LOCKS, bindparam("name", type_=Integer)))
_SQLITE_NO_TABLE: Final = ("no such table", "no such column")
_POSTGRES_NO_TABLE: Final = ("42P01", "42703")  # undefined table, undefined column
# Class 08: connection lost; 53: out of resources; 57P: shut down or starting; 40: deadlock, serialisation.
_POSTGRES_AWAY: Final = ("08", "53", "57P", "40")


class Database:
    """A pool of connections to ``sqlite:///path`` or ``postgresql://…``.

    On SQLite one writer at a time is admitted here, so that writers of this process queue fairly
    instead of spinning on the file lock; other processes are kept out by ``BEGIN IMMEDIATE``.
    """

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        """Connects on first use."""
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._engine = _sqlite(parsed) if self.is_sqlite else _postgres(parsed, pool_size)
        # A reader's statements all see the same moment; SQLite gives that to every transaction.
        self._reader = self._engine.execution_options(**({} if self.is_sqlite else _POSTGRES_READER))
        self._writer = self._engine.execution_options(newswire_writes=True)
        self._turn = asyncio.Lock() if self.is_sqlite else None

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """One snapshot to read from. Raises `Wait` when the database is away."""
        with _translated():
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """One transaction, committed at the end unless an error leaves it. Raises `Wait` when the database is away."""
        async with self._turn or nullcontext():
            with _translated():
                async with self._writer.begin() as connection:
                    yield connection

    async def lock(self, connection: AsyncConnection, name: str, *, shared: bool = False) -> None:
        """Until the end of this writing transaction, keep out every other that asks for the same name.

        ``shared`` locks keep out only those that are not. Within SQLite, where one writes at a time, nothing is left
        to do; on Postgres it is an advisory lock.
        """
        if not self.is_sqlite:
            await connection.execute(_LOCK_SHARED if shared else _LOCK, {"name": zlib.crc32(name.encode()) - 2**31})

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insert with ``on_conflict_do_update`` and ``…_nothing``, which both engines have."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the driver's errors into what to do about them.

    `Wait` for a database that is away, busy or full, `UsageError` for tables that are not there. A mistake in a
    statement stays what it is: waiting would not mend it.
    """
    try:
        yield
    except (DBAPIError, sqlite3.OperationalError, OSError, PoolTimeout, asyncpg.PostgresError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if _lacks_table(cause):
            raise UsageError(
                "the database has no newswire schema, or an older one: run 'newswire migrate' first"
            ) from error
        if _is_away(cause) or (isinstance(error, DBAPIError) and error.connection_invalidated):
            raise Wait(f"database: {type(cause).__name__}: {cause}") from error
        raise


def _lacks_table(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        return any(sign in str(error) for sign in _SQLITE_NO_TABLE)
    return getattr(error, "sqlstate", None) in _POSTGRES_NO_TABLE


def _is_away(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        # SQLITE_ERROR is a mistake in the statement; all others say busy, full, read-only, cannot open …
        return getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR
    if isinstance(error, OSError | PoolTimeout):
        return True
    return (getattr(error, "sqlstate", None) or "").startswith(_POSTGRES_AWAY)


def _sqlite(url: URL) -> AsyncEngine:
    engine = create_async_engine(url.set(drivername="sqlite+aiosqlite"), connect_args={"timeout": 30})

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        try:
            connection.isolation_level = None  # transactions are begun below, not guessed by the driver
            cursor = connection.cursor()
            for pragma in _SQLITE_PRAGMAS:
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
        writes = connection.get_execution_options().get("newswire_writes")
        statement = "BEGIN IMMEDIATE" if writes else "BEGIN"
        # One hop to the driver's thread instead of the three of exec_driver_sql.
        adapted: Any = connection.connection.dbapi_connection
        adapted.run_async(lambda driver: driver.execute_fetchall(statement))

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


def _postgres(url: URL, pool_size: int) -> AsyncEngine:
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        pool_pre_ping=True,
        connect_args={
            "timeout": 10,
            "command_timeout": 60,
            "server_settings": {"application_name": "newswire", "statement_timeout": "60000"},
        },
    )
