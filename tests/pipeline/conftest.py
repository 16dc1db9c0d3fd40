"""A stage's ports: real ones over SQLite, and a scripted web."""

import pytest

from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.ledger import DatabaseLedger
from support.fakes import FakeClock
from support.httpserver import Server
from support.line import log_over
from support.polling import poller as new_poller
from support.stores import poll_store
from support.web import FakeWeb
from support.workers import Inline


@pytest.fixture
def web():
    return FakeWeb()


@pytest.fixture
def workers():
    return Inline()


@pytest.fixture
async def bus(sqlite_database, clock):
    bus = log_over(sqlite_database, clock)
    yield bus
    await bus.close()


@pytest.fixture
def feeds(sqlite_database):
    return poll_store(sqlite_database)


@pytest.fixture
def articles(sqlite_database):
    return DatabaseArticles(sqlite_database)


@pytest.fixture
def ledger(sqlite_database):
    return DatabaseLedger(sqlite_database)


@pytest.fixture
async def server():
    """A publisher on loopback."""
    async with Server() as running:
        yield running


@pytest.fixture
async def poller(sqlite_database):
    """The poll stage over real HTTP; whoever sleeps there lets the time pass."""
    async with new_poller(sqlite_database, FakeClock(auto=True)) as made:
        yield made
