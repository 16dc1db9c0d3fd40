"""The console over one database, served on loopback as `newswire serve` does it."""

import asyncio
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
from newswire.serve.listener import listening
from support.read_side import HOST, LIMITS, OPEN, Reader, reading_of


@asynccontextmanager
async def console(database: Database, *, rules: GateRules = OPEN, clock: Any = None) -> AsyncIterator[Reader]:
    """A server over the database, and a reader of it that follows no redirect."""
    reading = reading_of(database, clock or SystemClock())
    app = application(reading, rules)
    add_console(app, reading, DatabaseConsoleReads(database), with_keys=rules.with_keys)
    stop = asyncio.Event()
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
        listening(app, host=HOST, port=0, name="serve", limits=LIMITS) as port,
    ):
        following = asyncio.create_task(reading.tail.run(stop))
        try:
            yield Reader(f"http://{HOST}:{port}", session)
        finally:
            stop.set()
            await following
