"""What every test can ask for. Nothing of the caller's environment or network reaches a test."""

import os
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings

from newswire.adapters.database import Database
from newswire.adapters.tables import metadata
from newswire.domain.log.topics import wanted_topics
from support.fakes import FakeClock
from support.kafka import Broker, Kafka, NoKafkaError
from support.postgres import NoPostgresError, Postgres

_KEPT = ("NEWSWIRE_CORPUS", "NEWSWIRE_TEST_", "NEWSWIRE_REQUIRE_")


def pytest_configure() -> None:
    settings.register_profile("newswire", deadline=None)  # no test asserts how fast a machine is
    settings.load_profile("newswire")
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


@pytest.fixture(scope="session")
def kafka_server() -> Iterator[Kafka]:
    """One real broker for the whole run, ours to hurt; whoever does puts it right again.

    Skips where none can be had, or fails with NEWSWIRE_REQUIRE_KAFKA=1.
    """
    try:
        server = Kafka.start_new()
    except NoKafkaError as error:
        if os.environ.get("NEWSWIRE_REQUIRE_KAFKA") == "1":
            pytest.fail(f"NEWSWIRE_REQUIRE_KAFKA=1, but there is no Kafka: {error}")
        pytest.skip(f"no Kafka: {error}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def kafka_broker(request: pytest.FixtureRequest) -> Broker:
    """A real broker to use and not to hurt: the one that NEWSWIRE_TEST_KAFKA names, or else our own."""
    if address := os.environ.get("NEWSWIRE_TEST_KAFKA"):
        return Broker(address)
    return request.getfixturevalue("kafka_server")


@pytest.fixture
def kafka_topics(kafka_broker: Broker) -> Iterator[Broker]:
    """A broker with newswire's topics on it, with nothing in them; gone afterwards."""
    wanted = wanted_topics(partitions=4, replication=1, min_insync=1, retention=timedelta(days=1))
    names = [topic.name for topic in wanted]
    kafka_broker.create_topics(names, partitions=wanted[0].partitions, config=wanted[0].config)  # all are made alike
    yield kafka_broker
    kafka_broker.delete_topics(names)


@pytest.fixture
def cluster(kafka_topics: Broker, postgres_url: str) -> dict[str, str]:
    """The settings of a Kafka and a Postgres with nothing in them."""
    return {"NEWSWIRE_BUS": f"kafka://{kafka_topics.address}", "NEWSWIRE_STORE": postgres_url}


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
