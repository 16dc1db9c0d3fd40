"""What every test can ask for. Nothing of the caller's environment or network reaches a test."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from newswire.adapters.database import Database
from newswire.adapters.tables import metadata
from support.fakes import FakeClock
from support.postgres import NoPostgresError, Postgres

_KEPT = ("NEWSWIRE_CORPUS", "NEWSWIRE_TEST_", "NEWSWIRE_REQUIRE_")


def pytest_configure() -> None:
    for name in [name for name in os.environ if name.startswith("NEWSWIRE_") and not name.startswith(_KEPT)]:
        del os.environ[name]


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still until it is moved."""
    return FakeClock()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One real server for the whole run; skips where none can be had (fails with NEWSWIRE_REQUIRE_POSTGRES=1)."""
    try:
        server = Postgres.start_new()
    except NoPostgresError as error:
        if os.environ.get("NEWSWIRE_REQUIRE_POSTGRES") == "1":
            pytest.fail(f"NEWSWIRE_REQUIRE_POSTGRES=1, but there is no Postgres: {error}")
        pytest.skip(f"no Postgres: {error}")
    yield server
    server.stop()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite file with nothing in it."""
    return f"sqlite:///{tmp_path / 'newswire.db'}"


@pytest.fixture
async def postgres_url(postgres_server: Postgres) -> AsyncIterator[str]:
    """A Postgres database with nothing in it, gone afterwards."""
    name = await postgres_server.create_database()
    yield postgres_server.url(name)
    await postgres_server.drop_database(name)


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """SQLite with every table."""
    async for database in _with_tables(sqlite_url):
        yield database


@pytest.fixture
async def postgres_database(postgres_url: str) -> AsyncIterator[Database]:
    """Postgres with every table."""
    async for database in _with_tables(postgres_url):
        yield database


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Either engine, with nothing in it."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Either engine, with every table."""
    async for database in _with_tables(database_url):
        yield database


async def _with_tables(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
    yield database
    await database.close()
