"""`Schema` over a database: its history is in migrations/, run by Alembic.

Alembic is imported when it is needed: `newswire --help` does without it.
"""

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Column, Connection, Table, Text, delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database import Database, sql_contract
from newswire.adapters.database.advisory import AdvisoryLock, lock
from newswire.adapters.database.columns import metadata
from newswire.adapters.database.failures import LOCKED, sqlstate_of
from newswire.adapters.database.moves import marks
from newswire.errors import UsageError, Wait
from newswire.ports.schema import SchemaState

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

MIGRATIONS: Final = Path(__file__).parent / "migrations"

_OLDEST_TRANSACTION: Final = text(
    "SELECT pid, application_name, xact_start FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
    " ORDER BY xact_start LIMIT 1"
)

schema_oldest = Table("schema_oldest", metadata, Column("revision", Text, primary_key=True))
"""One row: the oldest revision whose newswire can run on this schema."""
ARTICLES_APART: Final = "0028"
"""The first revision whose newswire reads changes without their article (``changes.article_apart``)."""


class DatabaseSchema:
    """`newswire.ports.Schema`. Every method raises `Wait` when the database is away.

    Alembic keeps what it works on in module globals: one process migrates one database at a time.
    """

    def __init__(
        self, database: Database, *, migrations: Path = MIGRATIONS, lock_s: float = 2.0, tries: int = 15
    ) -> None:
        """On Postgres a migration waits for the lock of a table, for ``lock_s`` seconds at most, ``tries`` times.

        Others that want the table queue behind the migration. So each wait is short, with a pause before the next.
        """
        self._database = database
        self._migrations = migrations
        self._lock_s = lock_s
        self._tries = tries

    async def ping(self) -> None:
        """Return when the database answers."""
        async with self._database.read() as connection:
            await connection.execute(select(1))

    async def state(self) -> SchemaState:
        """The schema's revision, the one that this version needs, and the oldest that could live with it."""
        async with self._database.read() as connection:
            return await connection.run_sync(_state, self._config())

    async def migrate(self) -> tuple[str | None, str]:
        """Bring the schema to this version in one transaction, one process at a time.

        Returns the revisions before and after; a newer one that this version can live with is left as it is.
        Raises `UsageError` for a newer one that it cannot live with, `Wait` when others never let go of a table.
        """
        state = await self.state()
        if state.newer and not state.fits:
            raise UsageError(
                f"the database's schema ({state.have}) is not one that this newswire ({state.need}) can work on: "
                "a newer newswire made it; upgrade this one"
            )
        if state.have is not None and state.fits:
            return state.have, state.have
        database = self._database.unhurried()
        try:
            return await self._patiently(database)
        finally:
            if database is not self._database:
                await database.close()

    async def finish(self) -> str:
        """Let no newswire that is older than this version start on the database; returns this version's revision.

        Raises `UsageError` where the schema is of another version.
        """
        state = await self.state()
        if state.have != state.need:
            raise UsageError(
                f"the database's schema is {state.have}, this newswire's is {state.need}: run 'newswire migrate', "
                "replace every process by this version, and only then finish"
            )
        async with self._database.write() as connection:
            await connection.execute(update(schema_oldest).values(revision=state.need))
        return state.need

    async def close(self) -> None:
        """Let go of every connection."""
        await self._database.close()

    async def _patiently(self, database: Database) -> tuple[str | None, str]:
        for left in reversed(range(self._tries)):
            try:
                async with database.write() as connection:
                    await self._alone(connection)
                    return await connection.run_sync(_upgrade, self._config())
            except Wait as error:
                if sqlstate_of(error) not in LOCKED:
                    raise
                if not left:
                    raise Wait(await self._in_the_way(database), dependency="database") from error
            await asyncio.sleep(self._lock_s)
        raise AssertionError("there is at least one try")

    async def _alone(self, connection: AsyncConnection) -> None:
        if not self._database.is_sqlite:  # there BEGIN IMMEDIATE has done it
            await lock(connection, AdvisoryLock.MIGRATING)
            await connection.execute(text(f"SET LOCAL lock_timeout = {self._lock_s * 1000:.0f}"))
            # Replicas of `store` touch many tables while they decide side by side: wait until none of them does.
            await lock(connection, AdvisoryLock.RECORDING)

    async def _in_the_way(self, database: Database) -> str:
        async with database.read() as connection:
            found = (await connection.execute(_OLDEST_TRANSACTION)).one_or_none()
        who = f" (the oldest is of pid {found[0]}, {found[1]!r}, since {found[2]:%H:%M:%S %Z})" if found else ""
        return (
            f"the migration changed nothing: other transactions never let go of a table that it needs{who}. "
            "End them (pg_stat_activity shows them) and run 'newswire migrate' again"
        )

    def _config(self) -> "Config":
        # Alembic logs "Context impl …" each time that the schema is looked at.
        logging.getLogger("alembic").setLevel(logging.WARNING)
        from alembic.config import Config  # noqa: PLC0415  # slow to import, see the module's docstring

        config = Config()
        config.set_main_option("script_location", str(self._migrations).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        return config


def _scripts(config: "Config") -> "ScriptDirectory":
    from alembic.script import ScriptDirectory  # noqa: PLC0415  # slow to import

    return ScriptDirectory.from_config(config)


def _state(connection: Connection, config: "Config") -> SchemaState:
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415  # slow to import

    need = _scripts(config).get_current_head()
    if need is None:
        raise UsageError("this installation lacks its migrations: reinstall newswire")
    have = MigrationContext.configure(connection).get_current_revision()
    if have is None or have < need:  # revisions are numbered, with as many digits each
        return SchemaState(have, need)
    oldest = connection.scalar(select(schema_oldest.c.revision))
    fence = next((mark.note for mark in marks(connection).values() if mark.note), None)
    if have > need:
        return SchemaState(have, need, oldest, fence)
    return SchemaState(have, need, fence=fence, unfinished=oldest is None or oldest < ARTICLES_APART)


def _upgrade(connection: Connection, config: "Config") -> tuple[str | None, str]:
    from alembic import command  # noqa: PLC0415  # slow to import

    state = _state(connection, config)
    if state.have != state.need:
        config.attributes["connection"] = connection
        if connection.dialect.name == "sqlite":
            sql_contract.withdraw(connection)
        command.upgrade(config, "head")
        declared = max(script.module.oldest for script in _scripts(config).walk_revisions())
        # No older newswire can be at work on a new database. What was finished once stays so.
        kept = connection.scalar(select(schema_oldest.c.revision)) if state.have else ARTICLES_APART
        oldest = max(declared, kept or "")
        connection.execute(delete(schema_oldest))
        connection.execute(insert(schema_oldest).values(revision=oldest))
        sql_contract.install(connection)
    return state.have, state.need
