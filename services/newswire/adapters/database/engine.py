"""One database, SQLite or Postgres, as transactions that read and transactions that write."""

import asyncio
import zlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, nullcontext
from typing import Final

from sqlalchemy import Integer, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database.failures import translated
from newswire.adapters.database.postgres import WAIT_LIMITS, WaitLimits, postgres_engine
from newswire.adapters.database.sqlite import LOOKS, WRITES, sqlite_engine

_POSTGRES_READER: Final = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_POSTGRES_LOOKER: Final = {"isolation_level": "AUTOCOMMIT"}
_LOCKS: Final = 0x6E657773  # "news": this project's advisory locks among those of others in the same database
_LOCK: Final = select(func.pg_advisory_xact_lock(_LOCKS, bindparam("name", type_=Integer)))
_LOCK_SHARED: Final = select(func.pg_advisory_xact_lock_shared(_LOCKS, bindparam("name", type_=Integer)))
UNHURRIED_S: Final = 3600.0


class Database:
    """A pool of connections to ``sqlite:///path`` or ``postgresql://…``.

    On SQLite one writer at a time is admitted here, so that writers of this process queue fairly
    instead of spinning on the file lock; other processes are kept out by ``BEGIN IMMEDIATE``.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 8,
        statement_timeout_s: float = 60,
        application: str = "newswire",
        limits: WaitLimits = WAIT_LIMITS,
    ) -> None:
        """Connects on first use. All but ``url`` is for Postgres, which shows ``application`` in pg_stat_activity."""
        self.is_sqlite = url.startswith("sqlite:")
        self._url = url
        self._application = application
        self._engine = (
            sqlite_engine(url)
            if self.is_sqlite
            else postgres_engine(
                url,
                pool_size=pool_size,
                statement_timeout_s=statement_timeout_s,
                application=application,
                limits=limits,
            )
        )
        # A reader's statements all see the same moment; SQLite gives that to every transaction.
        self._reader = self._engine.execution_options(**({} if self.is_sqlite else _POSTGRES_READER))
        self._looker = self._engine.execution_options(**({LOOKS: True} if self.is_sqlite else _POSTGRES_LOOKER))
        self._writer = self._engine.execution_options(**{WRITES: True})
        self._turn = asyncio.Lock() if self.is_sqlite else None

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """One snapshot to read from. Raises `Wait` when the database is away."""
        with translated():
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def look(self) -> AsyncGenerator[AsyncConnection]:
        """Single statements to read with, each of which sees its own moment: without a transaction around them.

        Raises `Wait` when the database is away.
        """
        with translated():
            async with self._looker.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """One transaction, committed at the end unless an error leaves it.

        Raises `Wait` when the database is away. Should it go away during the commit, nobody can tell whether all of
        the transaction was written, or nothing.
        """
        async with self._turn or nullcontext():
            with translated():
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

    def unhurried(self) -> "Database":
        """For migrations: where statements have a bound, one whose bound is `UNHURRIED_S`, with its own connection."""
        if self.is_sqlite:
            return self
        return Database(self._url, pool_size=1, statement_timeout_s=UNHURRIED_S, application=self._application)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()
