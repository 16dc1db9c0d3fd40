"""Changes for readers: in pages with a long poll, or as an endless stream."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from newswire.domain.wire.cursor import Cursor, Range, parse_cursor
from newswire.domain.wire.documents import ARTICLE_FIELDS
from newswire.domain.wire.filters import WireFilter, impossible
from newswire.domain.wire.keys import Caller
from newswire.domain.wire.refusals import Impossible
from newswire.operations.wire.articles import fields_for
from newswire.operations.wire.frames import Frame
from newswire.operations.wire.tail import WireTail, check_cursor
from newswire.ports import Clock

MAX_SCANNED: Final = 2000
"""The most events that one page examines. Where few pass the filter, the page is not full, but its cursor advances."""
Start = Literal["start", "now"]


@dataclass(frozen=True, slots=True)
class ChangeQuery:
    """The request of a reader of changes, after it was checked."""

    wanted: WireFilter
    fields: frozenset[str]
    cursor: Cursor


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A page of changes."""

    frames: Sequence[Frame]
    next: Cursor
    """The place behind every event that was examined, whether it passed the filter or not."""
    more: bool
    """Whether there may be something behind ``next`` already: ask again at once."""


@dataclass(frozen=True, slots=True)
class Followed:
    """The next events of a stream; none where only time has passed."""

    frames: Sequence[Frame]
    cursor: Cursor
    """The place behind every event that was examined."""


async def ask_changes(
    caller: Caller,
    tail: WireTail,
    wanted: WireFilter,
    *,
    fields: frozenset[str],
    after: str | None,
    default: Start,
    follow: bool = False,
) -> ChangeQuery:
    """Check what a reader asks for. ``default`` is the beginning for a reader that names no cursor.

    ``follow``: the reader wants to stay and get changes as they come, for which a key needs the scope `stream`.

    Raises `Denied`, `Impossible`, `Lost`, `WireMoved`, and `Wait` when the database is away.
    """
    caller.must("read")
    if follow:
        caller.must("stream")
    shown = fields_for(caller, fields, ARTICLE_FIELDS)
    if (conflict := impossible(wanted)) is not None:
        raise Impossible(*conflict)
    cursor = await cursor_of(tail, after or default)
    if follow:
        await tail.check_end(cursor)
    return ChangeQuery(wanted, shown, cursor)


async def cursor_of(tail: WireTail, text: str) -> Cursor:
    """The cursor that ``text`` stands for: `start`, `now`, or a cursor of an earlier answer.

    Raises `Impossible` for another text, `Lost` where it cannot be continued from, and `Wait`.
    """
    there_is = await tail.range()
    cursor = _cursor(text, there_is)
    check_cursor(cursor, there_is)
    return cursor


async def read_changes(tail: WireTail, query: ChangeQuery, *, limit: int, wait_s: float, clock: Clock) -> ChangePage:
    """The next page; where there is nothing yet, after a wait of at most ``wait_s`` seconds.

    Raises `Lost`, `WireMoved` where there is nothing and never will be, and `Wait` when the database is away.
    """
    until = clock.now() + timedelta(seconds=wait_s)
    cursor = query.cursor
    while True:
        page = await _page(tail, query, cursor, limit)
        if not page.frames and not page.more:
            await tail.check_end(page.next)
        left_s = (until - clock.now()).total_seconds()
        if page.frames or page.more or left_s <= 0 or tail.closed.is_set():
            return page
        cursor = page.next
        await tail.news(cursor, left_s)


async def follow_changes(tail: WireTail, query: ChangeQuery, idle_s: float, clock: Clock) -> AsyncIterator[Followed]:
    """The events that pass the filter, for ever; every ``idle_s`` seconds without one, the cursor alone.

    Ends at the end of the process. Raises `Lost` where the reader fell behind what is kept, or the wire was numbered
    anew; `WireMoved` at the end of a wire that was moved away; `Wait` when the database is away.
    """
    cursor, due = query.cursor, clock.now() + timedelta(seconds=idle_s)
    while not tail.closed.is_set():
        frames = await tail.read(cursor, only_ring=True)
        if frames:
            cursor = Cursor(cursor.epoch, frames[-1].position)
        taken = [frame for frame in frames if query.wanted.takes(frame.facets)]
        left_s = (due - clock.now()).total_seconds()
        if taken or left_s <= 0:
            yield Followed(taken, cursor)
            due = clock.now() + timedelta(seconds=idle_s)
        elif not frames:
            await tail.check_end(cursor)
            await tail.news(cursor, left_s)


def _cursor(text: str, there_is: Range) -> Cursor:
    if text == "start":
        return there_is.start
    if text == "now":
        return there_is.end
    cursor = parse_cursor(text)
    if cursor is None:
        raise Impossible("after", "this is not a cursor: take one from an earlier answer, or 'start', or 'now'")
    return cursor


async def _page(tail: WireTail, query: ChangeQuery, cursor: Cursor, limit: int) -> ChangePage:
    taken: list[Frame] = []
    scanned = 0
    while scanned < MAX_SCANNED:
        frames = await tail.read(cursor)
        if not frames:
            return ChangePage(taken, cursor, more=False)
        for frame in frames:
            scanned += 1
            cursor = Cursor(cursor.epoch, frame.position)
            if query.wanted.takes(frame.facets):
                taken.append(frame)
            if len(taken) == limit:
                return ChangePage(taken, cursor, more=True)
    return ChangePage(taken, cursor, more=True)
