"""/v1/changes, /v1/stream, /v1/export.jsonl: the wire by position."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request, Response

from newswire.domain.wire.cursor import Cursor
from newswire.domain.wire.keys import Caller
from newswire.domain.wire.refusals import NoKey, ReadRefused
from newswire.errors import Wait
from newswire.operations.wire.changes import ChangeQuery, Start, ask_changes, follow_changes, read_changes
from newswire.operations.wire.frames import Frame
from newswire.serve.api.answers import answer
from newswire.serve.api.heads import is_head
from newswire.serve.api.parameter_types import MAX_LIMIT
from newswire.serve.api.parameters import ChangeList, WireList
from newswire.serve.api.reading import Reading, caller_of
from newswire.serve.api.timed import TimedStream

RETRY_MS: Final = 3000
"""The time after which a reader of the stream connects again when the connection was lost."""
_PIECE: Final = 65_536
"""Bytes that are sent at once; an event that is larger is sent alone."""
_UNCACHED: Final = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


def routes(reading: Reading) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["wire"])

    async def ask(
        caller: Caller, asked: WireList, after: str | None, default: Start, *, follow: bool = False
    ) -> ChangeQuery:
        return await ask_changes(
            caller,
            reading.tail,
            asked.wanted,
            fields=frozenset(asked.fields),
            after=after,
            default=default,
            follow=follow,
        )

    @router.get("/v1/changes", operation_id="listChanges", summary="Changes by position, with a long poll")
    async def changes(request: Request, asked: Annotated[ChangeList, Query()]) -> Response:
        query = await ask(caller_of(request), asked, asked.after, "start")
        wait_s = 0 if is_head(request) else asked.wait
        page = await read_changes(reading.tail, query, limit=asked.limit, wait_s=wait_s, clock=reading.clock)
        if wait_s and not await reading.doorkeeper.still_works(caller_of(request)):
            raise NoKey("this key was revoked, or it expired, during the wait")
        epoch = query.cursor.epoch
        rows = b",".join(_row(epoch, frame, query.fields) for frame in page.frames)
        more = b"true" if page.more else b"false"
        body = b'{"changes":[%b],"next":"%b","more":%b}' % (rows, str(page.next).encode(), more)
        return answer(request, body, next_place={"after": str(page.next)})

    @router.get("/v1/export.jsonl", operation_id="exportChanges", summary="All changes up to now, one a line")
    async def export(request: Request, asked: Annotated[WireList, Query()]) -> Response:
        caller = caller_of(request)
        query = await ask(caller, asked, asked.after, "start")
        head = (await reading.tail.range()).end
        return TimedStream(
            request,
            _exported(reading, query, caller, head),
            send_timeout_s=reading.times.send_timeout_s,
            media_type="application/jsonl",
            headers=_UNCACHED,
        )

    @router.get("/v1/stream", operation_id="streamChanges", summary="Changes as server-sent events, for ever")
    async def stream(
        request: Request,
        asked: Annotated[WireList, Query()],
        last_event_id: Annotated[str | None, Header(max_length=80, description="Set by the browser.")] = None,
    ) -> Response:
        caller = caller_of(request)
        query = await ask(caller, asked, last_event_id or asked.after, "now", follow=True)
        return TimedStream(
            request,
            _streamed(reading, query, caller),
            send_timeout_s=reading.times.send_timeout_s,
            media_type="text/event-stream",
            headers=_UNCACHED,
        )

    return router


def _row(epoch: str, frame: Frame, fields: frozenset[str]) -> bytes:
    return b'{"cursor":"%b.%d","data":%b}' % (epoch.encode(), frame.position, frame.json(fields))


async def _exported(reading: Reading, query: ChangeQuery, caller: Caller, head: Cursor) -> AsyncIterator[bytes]:
    """A line for each change, then a line that says that the export is complete."""
    cursor = query.cursor
    while cursor.position < head.position:
        if not await reading.doorkeeper.still_works(caller):
            return
        page = await read_changes(
            reading.tail,
            ChangeQuery(query.wanted, query.fields, cursor),
            limit=MAX_LIMIT,
            wait_s=0,
            clock=reading.clock,
        )
        upto = [frame for frame in page.frames if frame.position <= head.position]
        for piece in _pieces([_row(cursor.epoch, frame, query.fields) + b"\n" for frame in upto]):
            yield piece
        if page.next == cursor:
            return  # the database was restored to an earlier state meanwhile: the export stays without its last line
        cursor = page.next
    yield b'{"end":true,"next":"%b"}\n' % str(head).encode()


async def _streamed(reading: Reading, query: ChangeQuery, caller: Caller) -> AsyncIterator[bytes]:
    """Server-sent events (WHATWG HTML §9.2): the cursor as id, the kind as event, the change as one line of data."""
    epoch = query.cursor.epoch
    yield b"retry: %d\n\n" % RETRY_MS
    try:
        async for step in follow_changes(reading.tail, query, reading.times.idle_s, reading.clock):
            if not await reading.doorkeeper.still_works(caller):
                return
            for piece in _pieces([_event(epoch, frame, query.fields) for frame in step.frames]):
                yield piece
            if not step.frames:
                # An id without data is no event: the reader only remembers where to go on from.
                yield b"id: %b\n\n" % str(step.cursor).encode()
    except (ReadRefused, Wait):
        return  # the reader connects again with its last id, and that answer says why


def _event(epoch: str, frame: Frame, fields: frozenset[str]) -> bytes:
    kind = frame.facets.kind.encode()
    return b"id: %b.%d\nevent: %b\ndata: %b\n\n" % (epoch.encode(), frame.position, kind, frame.json(fields))


def _pieces(rows: Sequence[bytes]) -> list[bytes]:
    pieces: list[bytes] = []
    gathered: list[bytes] = []
    size = 0
    for row in rows:
        gathered.append(row)
        size += len(row)
        if size >= _PIECE:
            pieces.append(b"".join(gathered))
            gathered, size = [], 0
    return [*pieces, b"".join(gathered)] if gathered else pieces
