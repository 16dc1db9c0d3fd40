"""Databases with every table: made once for a run, then copied for each test that asks for one."""

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

from sqlalchemy import insert, text

from newswire.adapters.database import Database
from newswire.adapters.database.schema import ARTICLES_APART, schema_oldest
from newswire.adapters.tables import books, metadata
from support.postgres import Postgres

VERSIONS = "newswire.adapters.database.migrations.versions"
SEARCH = (f"{VERSIONS}.0017_search", f"{VERSIONS}.0030_search_recent")


async def create_tables(url: str) -> None:
    """Create every table in the database at ``url``, with the rows that the migrations insert."""
    database = Database(url)
    try:
        async with database.write() as connection:
            await connection.run_sync(metadata.create_all)
            await connection.execute(insert(books.wire_head).values(epoch="tests", next=1))
            await connection.execute(insert(schema_oldest).values(revision=ARTICLES_APART))
            for step in SEARCH:
                for statement in import_module(step).more(connection.dialect.name):
                    await connection.execute(text(statement))
    finally:
        await database.close()


class Templates:
    """One database of each engine, each made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "template.db"
        self._of_server: dict[int, str] = {}

    def sqlite(self, path: Path) -> str:
        """Copy the SQLite file to ``path``; gives its URL."""
        if not self._file.exists():
            _run(create_tables(f"sqlite:///{self._file}"))
            assert not self._file.with_name("template.db-wal").exists(), "its tables would not be in the file"
        shutil.copyfile(self._file, path)
        return f"sqlite:///{path}"

    async def postgres(self, server: Postgres) -> str:
        """Copy the database of ``server``; gives the copy's name."""
        if server.port not in self._of_server:
            template = await server.create_database()
            await create_tables(server.url(template))
            self._of_server[server.port] = template
        return await server.create_database(template=self._of_server[server.port])


def _run(work: object) -> None:
    """Run a coroutine to its end in a loop of its own, also where the caller's thread has one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
