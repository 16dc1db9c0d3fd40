"""The backends of the ports that have more than one."""

import asyncio
import os
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from multiprocessing import forkserver
from pathlib import Path

import pytest

from newswire.adapters.http import HttpWeb
from support.buses import KAFKA, Backend, KafkaBackend
from support.fetching import new_http_web
from support.httpserver import Server
from support.kafka import Broker

TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def own_fork_server() -> Iterator[None]:
    """A fork server for one file. A process has one, and it keeps what it was first told to load."""
    forkserver._forkserver._stop()
    yield
    forkserver._forkserver._stop()


@pytest.fixture(params=["sqlite", "postgres", "kafka"])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each backend of the Bus port, empty."""
    return request.getfixturevalue(f"{request.param}_bus")


@pytest.fixture
def sqlite_bus(sqlite_tables_url: str) -> Backend:
    return Backend(sqlite_tables_url)


@pytest.fixture
def postgres_bus(postgres_tables_url: str) -> Backend:
    return Backend(postgres_tables_url)


@pytest.fixture
def kafka_bus(kafka_broker: Broker) -> Backend:
    return KafkaBackend(f"{KAFKA}{kafka_broker.address}")


@pytest.fixture
def topic(request: pytest.FixtureRequest) -> Iterator[str]:
    """A name of its own, as a broker outlives the test. With ``.b`` behind it, it is the name of another topic."""
    name = f"test.{uuid.uuid4().hex}.v1"
    if "backend" not in request.fixturenames:
        yield name
        return
    with request.getfixturevalue("backend").topics([name, f"{name}.b"]):
        yield name


@pytest.fixture
def group() -> str:
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture
def child(backend: Backend, topic: str, group: str) -> Callable:
    """Another process at the same bus (support/bus_child.py), killed with -9 when the context ends."""

    @asynccontextmanager
    async def run(action: str) -> AsyncIterator[asyncio.StreamReader]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "support.bus_child", backend.address, topic, group, action),
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(TESTS)},
        )
        try:
            yield process.stdout
        finally:
            process.kill()
            await process.wait()
            process._transport.close()

    return run


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A publisher on loopback."""
    async with Server() as running:
        yield running


@pytest.fixture
async def new_web() -> AsyncIterator[Callable[..., HttpWeb]]:
    """Makes fetchers (see `new_http_web`) and closes them at the end."""
    made: list[HttpWeb] = []

    def new(**settings: object) -> HttpWeb:
        made.append(new_http_web(**settings))
        return made[-1]

    yield new
    for web in made:
        await web.close()


@pytest.fixture
def web(new_web: Callable[..., HttpWeb]) -> HttpWeb:
    return new_web(host_concurrency=10)
