"""`Schema` over a database: its history is in migrations/, run by Alembic.

Alembic is imported when it is needed: `newswire --help` does without it.
"""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database import Database
from newswire.errors import UsageError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATING: Final = 0x6E657773_00000002
"""The Postgres advisory lock that admits one migration at a time."""


class DatabaseSchema:
    """`newswire.ports.Schema`. Every method raises `Wait` when the database is away.

    Alembic keeps what it works on in module globals: one process migrates one database at a time.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ping(self) -> None:
        """Return when the database answers."""
        async with self._database.read() as connection:
            await connection.execute(select(1))

    async def migrate(self) -> tuple[str | None, str]:
        """Bring the schema to this version in one transaction, one process at a time.

        Returns the revisions before and after. Raises `UsageError` for a schema newer than this version.
        """
        async with self._database.write() as connection:
            await _alone(connection, is_sqlite=self._database.is_sqlite)
            return await connection.run_sync(_upgrade)

    async def state(self) -> tuple[str | None, str]:
        """The schema's revision (None: there is none yet), and the one that this version needs."""
        async with self._database.read() as connection:
            return await connection.run_sync(_state)

    async def close(self) -> None:
        """Let go of every connection."""
        await self._database.close()


async def _alone(connection: AsyncConnection, *, is_sqlite: bool) -> None:
    if not is_sqlite:  # there BEGIN IMMEDIATE has done it
        await connection.execute(text("SET LOCAL statement_timeout = 0"))  # the one before may have much to do
        await connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))


def _config() -> "Config":
    # It says "Context impl …" at every look; whoever wants that raises the level again.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from alembic.config import Config  # noqa: PLC0415  # slow to import, see the module's docstring

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _state(connection: Connection) -> tuple[str | None, str]:
    config = _config()
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415  # slow to import
    from alembic.script import ScriptDirectory  # noqa: PLC0415  # slow to import

    needed = ScriptDirectory.from_config(config).get_current_head()
    if needed is None:
        raise UsageError("this installation lacks its migrations: reinstall newswire")
    return MigrationContext.configure(connection).get_current_revision(), needed


def _upgrade(connection: Connection) -> tuple[str | None, str]:
    config = _config()
    from alembic import command  # noqa: PLC0415  # slow to import
    from alembic.util import CommandError  # noqa: PLC0415  # slow to import

    before, needed = _state(connection)
    if before != needed:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise UsageError(
                f"the database's schema ({before}) is not one that this newswire ({needed}) knows: "
                "a newer newswire made it; upgrade this one"
            ) from error
    return before, needed
