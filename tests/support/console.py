"""The console over one database, served on loopback as `newswire serve` does it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from newswire.adapters.clock import SystemClock
from newswire.adapters.database import Database
from newswire.adapters.store.reading.console import DatabaseConsoleReads
from newswire.serve.api.application import application
from newswire.serve.api.gate import GateRules
from newswire.serve.console.console import add_console
from support.read_side import OPEN, Reader, answering, reading_of


@asynccontextmanager
async def console(
    database: Database, *, rules: GateRules = OPEN, clock: Any = None, **more: Any
) -> AsyncIterator[Reader]:
    """A server over the database, and a reader of it that follows no redirect."""
    reading = reading_of(database, clock or SystemClock(), **more)
    app = application(reading, rules)
    add_console(app, reading, DatabaseConsoleReads(database), with_keys=rules.with_keys)
    async with answering(app, reading, cookie_jar=aiohttp.DummyCookieJar()) as reader:
        yield reader
