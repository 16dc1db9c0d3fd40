"""The read side over one database, served on loopback as `newswire serve` does it, and asked over HTTP."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from fastapi import FastAPI

from newswire.adapters.bus_database import DatabaseBus
from newswire.adapters.clock import SystemClock
from newswire.adapters.database import Database
from newswire.adapters.search import DatabaseSearches
from newswire.adapters.store.api_keys import DatabaseApiKeys
from newswire.adapters.store.feeds import DatabaseFeeds
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.adapters.store.reading.articles import DatabaseArticleReads
from newswire.adapters.store.reading.feeds import DatabaseFeedReads
from newswire.adapters.store.webhooks import DatabaseWebhooks
from newswire.adapters.store.wire import DatabaseWire
from newswire.domain.wire.request_limit import RequestQuota
from newswire.operations.api_keys import Doorkeeper
from newswire.operations.webhooks.manage import WebhookDesk
from newswire.operations.wire.tail import WireTail
from newswire.serve.api.application import application
from newswire.serve.api.gate import GateRules
from newswire.serve.api.reading import Reading, StreamTimes
from newswire.serve.listener import ConnectionLimits, listening
from support.openapi_checks import check_answer

HOST = "127.0.0.1"
OPEN = GateRules(with_keys=False, quota=RequestQuota(10_000), origins=frozenset())
TIMES = StreamTimes()
LIMITS = ConnectionLimits(connections=200, seconds=10, answers_last=True)


@dataclass(frozen=True)
class Got:
    """One answer."""

    status: int
    headers: Any
    body: bytes
    json: Any = None
    """Checked against the OpenAPI document."""


@dataclass(frozen=True)
class Reader:
    """Asks one server."""

    base: str
    session: aiohttp.ClientSession
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **headers: str) -> Got:
        """GET; a header's name is written with underscores."""
        return await self.ask("GET", path, **headers)

    async def ask(self, method: str, path: str, *, sent: Any = None, data: Any = None, **headers: str) -> Got:
        """Any method, with ``sent`` as JSON or ``data`` as it is."""
        named = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.request(method, f"{self.base}{path}", headers=named, json=sent, data=data) as response:
            body = await response.read()
            value = json.loads(body) if response.content_type.endswith("json") and body else None
        if value is not None:
            check_answer(path, response.status, value, method.lower())
        return Got(response.status, response.headers, body, value)


def reading_of(
    database: Database, clock: Any, *, times: StreamTimes = TIMES, sender: Any = None, **more: Any
) -> Reading:
    """The ports over a database whose log is in it too; ``sender`` is the way to the receivers of webhooks."""
    articles = DatabaseArticleReads(database)
    tail = WireTail(DatabaseWire(database), articles, clock, look_s=0.02)
    return Reading(
        articles=articles,
        feeds=DatabaseFeeds(database),
        feed_reads=DatabaseFeedReads(database),
        ledger=DatabaseLedger(database),
        bus=DatabaseBus(database, partitions=2, poll_interval_s=0.05, lease_s=15, clock=clock),
        clock=clock,
        searches=DatabaseSearches(database),
        tail=tail,
        doorkeeper=Doorkeeper(DatabaseApiKeys(database), clock),
        times=times,
        webhooks=WebhookDesk(DatabaseWebhooks(database), tail, sender, clock, secrets.token_bytes),
        **more,
    )


@asynccontextmanager
async def serving(
    database: Database,
    *,
    rules: GateRules = OPEN,
    clock: Any = None,
    times: StreamTimes = TIMES,
    sender: Any = None,
    **more: Any,
) -> AsyncIterator[Reader]:
    """A server over the database, and a reader of it."""
    reading = reading_of(database, clock or SystemClock(), times=times, sender=sender)
    async with answering(application(reading, rules, **more), reading) as reader:
        yield reader


@asynccontextmanager
async def answering(app: FastAPI, reading: Reading, **session_options: Any) -> AsyncIterator[Reader]:
    """The application at a port of this machine, and a reader of it."""
    stop = asyncio.Event()
    async with (
        aiohttp.ClientSession(**session_options) as session,
        listening(app, host=HOST, port=0, name="serve", limits=LIMITS) as port,
    ):
        following = asyncio.create_task(reading.tail.run(stop))
        try:
            yield Reader(f"http://{HOST}:{port}", session)
        finally:
            stop.set()
            await following
