"""What is looked at from outside: the log as another client reads it, the database as SQL shows it."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import asyncpg

Place = tuple[str, int]
"""Topic and partition."""


@dataclass(frozen=True, slots=True)
class Written:
    """One record in the log."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]

    @property
    def place(self) -> Place:
        return self.topic, self.partition

    def header(self, name: str) -> str | None:
        """The first of that name as text."""
        return next((value.decode("utf-8", "replace") for key, value in self.headers if key == name and value), None)


_TERMINATE = """
CREATE FUNCTION pg_temp.terminate_one(db text, within_s float) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    victim record;
    until timestamptz := clock_timestamp() + make_interval(secs => within_s);
BEGIN
    LOOP
        PERFORM pg_stat_clear_snapshot();
        SELECT pid, backend_xid IS NOT NULL AS wrote INTO victim FROM pg_stat_activity
        WHERE datname = db AND application_name LIKE 'newswire%' AND pid <> pg_backend_pid()
        ORDER BY backend_xid IS NOT NULL DESC, xact_start IS NOT NULL DESC, query_start DESC LIMIT 1;
        IF victim.wrote OR clock_timestamp() > until THEN
            IF victim.pid IS NULL THEN RAISE 'nobody is connected'; END IF;
            PERFORM pg_terminate_backend(victim.pid);
            RETURN CASE WHEN victim.wrote THEN 'within a transaction' ELSE 'between transactions' END;
        END IF;
        PERFORM pg_sleep(0.001);
    END LOOP;
END $$
"""


class Log(Protocol):
    """The log, read and written around newswire. Every method raises OSError when it is away."""

    async def committed(self, group: str, topics: Sequence[str]) -> Mapping[Place, int]:
        """The group's offsets; those that it never committed are left out."""
        ...

    async def ends(self, topics: Sequence[str]) -> Mapping[Place, int]:
        """The offset after the last record of every partition."""
        ...

    async def read(self, topic: str) -> Sequence[Written]:
        """Everything there is, in order within each partition."""
        ...

    async def write(self, topic: str, key: bytes | None, value: bytes | None, headers: Iterable[Any]) -> None:
        """One record, durable when this returns."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class Books:
    """The database's tables, read around newswire."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def ids(self) -> tuple[set[UUID], set[UUID]]:
        """The entries with an outcome, and the dead letters that are kept, at one moment."""
        outcomes, letters = await self.fetch(
            "SELECT entry_id FROM outcomes", "SELECT letter_id FROM dead_letters", timeout_s=5
        )
        return {row["entry_id"] for row in outcomes}, {row["letter_id"] for row in letters}

    async def fetch(self, *statements: str, timeout_s: float = 60) -> list[list[asyncpg.Record]]:
        """The rows of each statement, all of one moment. Raises OSError when the database is away."""
        async with (
            self._connected(timeout_s) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            return [await connection.fetch(statement, timeout=timeout_s) for statement in statements]

    async def terminate_one(self, database: str, within_s: float = 3.0) -> str:
        """Terminate a backend in the middle of a transaction that wrote, or else one that is connected."""
        async with self._connected(5) as connection:
            await connection.execute(_TERMINATE)
            return await connection.fetchval("SELECT pg_temp.terminate_one($1, $2)", database, within_s)

    @asynccontextmanager
    async def _connected(self, timeout_s: float) -> AsyncIterator[asyncpg.Connection]:
        try:
            connection = await asyncpg.connect(self._url, timeout=timeout_s)
            try:
                yield connection
            finally:
                await connection.close(timeout=timeout_s)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, TimeoutError) as error:
            raise OSError(f"database: {error}") from error
