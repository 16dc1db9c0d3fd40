"""Followers of the wire in every way that consumers have, each to the head of the wire after its writers have ended.

Each gives what it was told, as positions and event ids, with nothing dropped and nothing put in order.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import aiohttp
from sqlalchemy import text

from newswire.adapters.clock import SystemClock
from newswire.adapters.database import Database
from newswire.adapters.store.wire import DatabaseWire
from newswire.client import connect
from support.read_side import Reader
from support.waiting import eventually
from support.webhooks import RULES, Receiver, desk_over

Told = list[tuple[int, UUID]]
Ended = asyncio.Event
PAGE = 50
PAUSE_S = 0.02
"""Between two looks of a follower at the end of the wire."""
SENDERS = 2


async def _by_pages(read: Callable[[int], Awaitable[Told]], ended: Ended) -> Told:
    """Everything that a reader gets who remembers the last position."""
    told: Told = []
    while True:
        last_look = ended.is_set()
        page = await read(told[-1][0] if told else 0)
        told += page
        if last_look and not page:
            return told
        await asyncio.sleep(0 if page else PAUSE_S)


async def by_port(database: Database, ended: Ended) -> Told:
    """The port of the wire."""

    async def read(last: int) -> Told:
        return [(event.position, event.event_id) for event in await DatabaseWire(database).events_after(last, PAGE)]

    return await _by_pages(read, ended)


async def by_view(database: Database, ended: Ended) -> Told:
    """The SQL view, as schemas/sql.md shows it."""
    page = "SELECT position, id FROM api.wire_v1 WHERE position > :last ORDER BY position LIMIT :page"

    async def read(last: int) -> Told:
        async with database.look() as connection:
            rows = (await connection.execute(text(page), {"last": last, "page": PAGE})).all()
        return [(row.position, row.id) for row in rows]

    return await _by_pages(read, ended)


async def by_api(reader: Reader, ended: Ended) -> Told:
    """``/v1/changes`` by its cursor."""
    cursor = "start"

    async def read(_: int) -> Told:
        nonlocal cursor
        async with reader.session.get(f"{reader.base}/v1/changes?after={cursor}&limit={PAGE}&wait=0.1") as response:
            found = await response.json()
        cursor = found["next"]
        return [_of(change["data"]) for change in found["changes"]]

    return await _by_pages(read, ended)


async def by_stream(reader: Reader, ended: Ended) -> Told:
    """``/v1/stream``, whose connection breaks after every `PAGE` events; the last id goes with the next request."""
    last_id = ""

    async def read(_: int) -> Told:
        nonlocal last_id
        told: Told = []
        headers = {"Last-Event-ID": last_id} if last_id else {}
        async with reader.session.get(f"{reader.base}/v1/stream?after=start", headers=headers) as response:
            try:
                async with asyncio.timeout(0.5):
                    async for event_id, data in _frames(response):
                        last_id = event_id
                        told.append(_of(data))
                        if len(told) == PAGE:
                            break
            except TimeoutError:
                pass  # nothing more for now
        return told

    return await _by_pages(read, ended)


async def _frames(response: aiohttp.ClientResponse) -> AsyncIterator[tuple[str, dict[str, object]]]:
    """Id and data of each event of a stream (HTML, server-sent events)."""
    last_id, data = "", ""
    async for line in response.content:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name == "id":
            last_id = value
        elif name == "data":
            data = value
        elif not name and data:
            yield last_id, json.loads(data)
            data = ""


async def by_client(reader: Reader, ended: Ended) -> Told:
    """The Python client, which is begun anew from its saved cursor after every batch."""
    cursor: str | None = None

    async def read(_: int) -> Told:
        nonlocal cursor
        async with connect(reader.base) as wire:
            async for batch in wire.batches(after=cursor, follow=False):
                cursor = batch.cursor
                return [(change.data.position or 0, change.data.id) for change in batch.changes]
        return []

    return await _by_pages(read, ended)


async def by_webhook(database: Database, ended: Ended) -> Told:
    """A webhook, for which several senders compete."""
    desk, stop = await desk_over(database, SystemClock()), asyncio.Event()
    receiver = desk.receiver
    hook = await desk.add()
    senders = [asyncio.create_task(desk.sending(rules=RULES).run(stop)) for _ in range(SENDERS)]
    await ended.wait()
    head = (await DatabaseWire(database).head()).next - 1

    async def at_head() -> bool:
        return (await desk.now(hook)).cursor.position == head

    await eventually(at_head, every_s=PAUSE_S, what="a webhook at the head of the wire")
    stop.set()
    await asyncio.gather(*senders)
    return _accepted(receiver)


def _accepted(receiver: Receiver) -> Told:
    return [_of(body["data"]) for _, _, body in receiver.got]


def _of(event: dict[str, object]) -> tuple[int, UUID]:
    return int(str(event["position"])), UUID(str(event["id"]))
