"""Databases as an earlier version left them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from newswire.adapters.database import Database
from newswire.adapters.database.schema import MIGRATIONS


def migrate_to_before(connection: Connection, revision: str) -> None:
    """Make the tables as they were before the step ``revision``, without the views."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    step = ScriptDirectory.from_config(config).get_revision(revision)
    assert step is not None
    command.upgrade(config, str(step.down_revision))


@asynccontextmanager
async def opened_before(url: str, revision: str) -> AsyncGenerator[Database]:
    """An empty database at ``url``, with the tables as they were before the step ``revision``."""
    database = Database(url)
    async with database.write() as connection:
        await connection.run_sync(migrate_to_before, revision)
    yield database
    await database.close()
