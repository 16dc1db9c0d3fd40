"""The end of the wire, followed once for all readers of a process; history comes by the same way from the database."""

import asyncio
from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import Final

import structlog

from newswire.domain.wire.cursor import Cursor, Range, is_over, lost
from newswire.domain.wire.refusals import Lost, WireMoved
from newswire.errors import Wait
from newswire.operations.wire.frames import Frame, frames_of
from newswire.ports import ArticleReads, Clock
from newswire.ports.wire import Wire, WireEvent, WireHead
from newswire.waiting.bounded import pause

log = structlog.get_logger()

LOOK_S: Final = 0.5
"""Between two looks for new events."""
PAGE: Final = 100
"""The most events that one read gives."""
_RING_EVENTS: Final = 1000
_RING_BYTES: Final = 16 << 20
_AGAIN_S: Final = 2.0
"""Before the next look when the database is away."""


class WireTail:
    """Reads the newest events into a ring, and wakes the waiting readers.

    Positions have no gaps, so every read is checked: a reader that asks for the events behind a position gets the next
    one, or is refused. The ring and the database give the same answer.
    """

    def __init__(self, wire: Wire, articles: ArticleReads, clock: Clock, *, look_s: float = LOOK_S) -> None:
        self._wire, self._articles, self._clock, self._look_s = wire, articles, clock, look_s
        self._ring: deque[Frame] = deque()
        self._ring_bytes = 0
        self._range: Range | None = None
        self._news = asyncio.Event()
        self.closed = asyncio.Event()
        """Set at the end of the process: waiting readers are to end."""

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the wire until ``stop`` is set; then wake all waiting readers."""
        try:
            while not stop.is_set():
                try:
                    found = await self._look()
                except Wait as error:
                    log.warning("serve.waiting", dependency=error.dependency, error=str(error))
                    await pause(_AGAIN_S, stop, self._clock)
                else:
                    if not found:
                        await pause(self._look_s, stop, self._clock)
        finally:
            self.closed.set()
            self._wake()

    async def range(self) -> Range:
        """What can be read now. Raises `Wait` when the database is away."""
        return _range(await self._wire.head())

    async def read(self, after: Cursor, *, only_ring: bool = False) -> tuple[Frame, ...]:
        """The next events behind a cursor, at most `PAGE`; none at the head.

        With ``only_ring``, a reader at the head is not worth a look into the database: the tail has just looked.
        Raises `Lost` where an event between is not there any more or the wire was numbered anew, and `Wait`.
        """
        followed = self._range
        if followed is not None and followed.epoch == after.epoch:
            if self._ring and self._ring[0].position <= after.position + 1 <= self._ring[-1].position:
                first = after.position + 1 - self._ring[0].position
                return tuple(islice(self._ring, first, first + PAGE))
            if only_ring and after.position == followed.head:
                return ()
        if followed is None or followed.epoch != after.epoch or after.position > followed.head:
            # The database is ahead of the tail, or it is another one than when this cursor was given.
            await self.check(after)
        events = await self._wire.events_after(after.position, PAGE)
        next_ones = _without_gap(events, after.position)
        if events and not next_ones:
            await self.check(after)
            raise Lost(after, "below-floor", await self.range())
        return await frames_of(next_ones, self._articles)

    async def check(self, cursor: Cursor) -> None:
        """Raise `Lost` unless a reader can go on from this cursor; `Wait` when the database is away."""
        check_cursor(cursor, await self.range())

    async def check_end(self, cursor: Cursor) -> None:
        """Raise `WireMoved` where the change behind this cursor is in another database, and `Wait`."""
        there_is = self._range or await self.range()
        if is_over(cursor, there_is):
            raise WireMoved(there_is)

    async def news(self, after: Cursor, seconds: float) -> None:
        """Return when there may be an event behind ``after``, at the end of the process, or after ``seconds``."""
        event = self._news
        if self.closed.is_set() or (self._range is not None and self._range.head > after.position):
            return
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return

    async def _look(self) -> bool:
        """Read the new events; whether there were any."""
        there_is, followed = await self.range(), self._range
        if followed is None or followed.epoch != there_is.epoch or there_is.head < followed.head:
            # Begun, numbered anew or restored: readers elsewhere are refused when they read on.
            self._begin(there_is)
            return False
        found = await self._wire.events_after(followed.head, PAGE)
        events = _without_gap(found, followed.head)
        if found and not events:
            # The tail itself fell below the floor; readers are refused when they read on.
            self._begin(there_is)
            return False
        for frame in await frames_of(events, self._articles):
            if frame.erases:
                self._empty()  # it holds words that are erased from the database
            self._ring.append(frame)
            self._ring_bytes += len(frame.value)
        while self._ring and (len(self._ring) > _RING_EVENTS or self._ring_bytes > _RING_BYTES):
            self._ring_bytes -= len(self._ring.popleft().value)
        head = events[-1].position if events else followed.head
        self._range = Range(there_is.epoch, there_is.floor, head, there_is.moved_at)
        if events or there_is.moved_at != followed.moved_at:
            self._wake()
        return bool(events)

    def _begin(self, there_is: Range) -> None:
        """Follow from the head on, with an empty ring."""
        self._empty()
        self._range = there_is
        self._wake()

    def _empty(self) -> None:
        self._ring.clear()
        self._ring_bytes = 0

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


def check_cursor(cursor: Cursor, there_is: Range) -> None:
    """Raise `Lost` unless a reader can go on from this cursor, where ``there_is`` can be read now."""
    if (why := lost(cursor, there_is)) is not None:
        raise Lost(cursor, why, there_is)


def _without_gap(events: Sequence[WireEvent], after: int) -> Sequence[WireEvent]:
    """Those that follow ``after`` one by one, up to the first position that is missing."""
    return [event for place, event in enumerate(events, start=after + 1) if event.position == place]


def _range(head: WireHead) -> Range:
    return Range(head.epoch, head.floor - 1, head.next - 1, head.moved_at)
