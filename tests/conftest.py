"""What every test can ask for. Nothing of the caller's environment or network reaches a test."""

import gc
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from structlog.dev import ConsoleRenderer, plain_traceback

from newswire.adapters.database import Database
from newswire.domain.log.topics import wanted_topics
from support import in_memory
from support.fakes import FakeClock
from support.kafka import Broker, Kafka
from support.kafka_jars import NoKafkaError
from support.postgres import NoPostgresError, Postgres
from support.required import missing
from support.templates import Templates

_TESTS = Path(__file__).parent
_COMPUTE = (_TESTS / "corpus", _TESTS / "unit" / "domain", _TESTS / "unit" / "parsing")
_KEPT = ("NEWSWIRE_CORPUS", "NEWSWIRE_TEST_", "NEWSWIRE_REQUIRE_")


def pytest_configure() -> None:
    if folder := in_memory.folder(os.environ):
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    settings.register_profile("newswire", deadline=None)  # no test asserts how fast a machine is
    settings.load_profile("newswire")
    # A logged error costs a second in rich's frames with every local variable, and many tests log on purpose.
    ConsoleRenderer.get_active().exception_formatter = plain_traceback
    for name in [name for name in os.environ if name.startswith("NEWSWIRE_") and not name.startswith(_KEPT)]:
        del os.environ[name]
    gc.disable()  # a collected test lives to the end: see below


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what only computes, and put the files marked `long` first.

    A process that begins a long one last works on alone when the others are done.
    """
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in _COMPUTE):
            item.add_marker("beside")
    long = {item.path for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: item.path not in long)


def pytest_collection_finish() -> None:
    """Leave the collected tests out of every later collection: each would look at half a million objects of theirs."""
    gc.freeze()
    gc.enable()


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still until it is moved."""
    return FakeClock()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One real server for the whole run. Skips where Postgres is not installed; fails where it does not start."""
    try:
        server = Postgres.start_new()
    except NoPostgresError as error:
        missing("Postgres", error)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def kafka_server() -> Iterator[Kafka]:
    """One real broker for the whole run, which a test may hurt. The test that hurts it puts it right again.

    Skips where Java, Maven or Kafka's jars are missing; fails where the broker does not start.
    """
    try:
        server = Kafka.start_new()
    except NoKafkaError as error:
        missing("Kafka", error)
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


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """Databases to copy."""
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture
def sqlite_tables_url(tmp_path: Path, templates: Templates) -> str:
    """A SQLite file with every table and no rows."""
    return templates.sqlite(tmp_path / "newswire.db")


@pytest.fixture
async def postgres_tables_url(postgres_server: Postgres, templates: Templates) -> AsyncIterator[str]:
    """A Postgres database with every table and no rows, gone afterwards."""
    name = await templates.postgres(postgres_server)
    yield postgres_server.url(name)
    await postgres_server.drop_database(name)


@pytest.fixture
async def sqlite_database(sqlite_tables_url: str) -> AsyncIterator[Database]:
    """SQLite with every table and no rows."""
    async with _opened(sqlite_tables_url) as database:
        yield database


@pytest.fixture
async def postgres_database(postgres_tables_url: str) -> AsyncIterator[Database]:
    """Postgres with every table and no rows."""
    async with _opened(postgres_tables_url) as database:
        yield database


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Either engine, with nothing in it."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(params=["sqlite", "postgres"])
def tables_url(request: pytest.FixtureRequest) -> str:
    """Either engine, with every table and no rows."""
    return request.getfixturevalue(f"{request.param}_tables_url")


@pytest.fixture
async def database(tables_url: str) -> AsyncIterator[Database]:
    """Either engine, with every table and no rows."""
    async with _opened(tables_url) as database:
        yield database


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()
