"""Where a line's feeds come from: the schedule as time goes on, or what was due at one moment."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Final
from uuid import UUID

import structlog

from newswire.domain.feeds.state import FeedState
from newswire.errors import Wait
from newswire.ports import Clock, FeedSchedule
from newswire.waiting.patience import IN_PLACE

log = structlog.get_logger()

REST: Final = timedelta(seconds=0.1)
"""Between two claims, the first of which left nothing: what falls due meanwhile is claimed together."""


class Schedule:
    """What falls due, for as long as the service runs. A database that is away is waited for."""

    def __init__(self, feeds: FeedSchedule, clock: Clock, *, lease_s: float, tick_s: float) -> None:
        """``tick_s``: the longest time between two looks, for feeds that somebody else adds."""
        self._feeds = feeds
        self._clock = clock
        self._lease_s = lease_s
        self._tick = timedelta(seconds=tick_s)
        self._look_at = clock.now()
        self._delays = IN_PLACE.delays()

    async def claim(self, limit: int) -> tuple[FeedState, ...]:
        """See `newswire.stages.poll.dispatcher.Source`."""
        now = self._clock.now()
        try:
            found = await self._feeds.claim(now, limit, self._lease_s)
            self._look_at = now if len(found) == limit else now + REST
            if not found:
                self._look_at = await self._next_look(now)
        except Wait as error:
            delay_s = next(self._delays)
            log.warning("poll.waits", error=str(error), retry_in_s=delay_s)
            self._look_at = now + timedelta(seconds=delay_s)
            return ()
        self._delays = IN_PLACE.delays()
        return found

    def put_off(self, moments: Mapping[UUID, datetime]) -> None:
        """They fall due again."""

    def next_at(self) -> datetime:
        """When to look again. Never the end: there is always a later."""
        return min(self._look_at, self._clock.now() + self._tick)  # the clock may have been set back

    async def _next_look(self, now: datetime) -> datetime:
        """When something is due, but in a tick at the latest, and not at once."""
        due = await self._feeds.next_due()
        latest = now + self._tick
        return min(max(due, now + REST), latest) if due is not None else latest


class Backlog:
    """What is due when it is made, each feed once."""

    def __init__(self, feeds: FeedSchedule, clock: Clock, *, lease_s: float) -> None:
        """What is due is judged as of now: whatever is polled from here on is due later."""
        self._feeds = feeds
        self._clock = clock
        self._lease_s = lease_s
        self._started = clock.now()
        self._emptied = False
        self._put_off: list[tuple[datetime, UUID]] = []

    async def claim(self, limit: int) -> tuple[FeedState, ...]:
        """See `newswire.stages.poll.dispatcher.Source`."""
        now = self._clock.now()
        if not self._emptied:
            spent_s = (now - self._started).total_seconds()
            found = await self._feeds.claim(self._started, limit, self._lease_s + spent_s)
            self._emptied = not found
            return found
        again: set[UUID] = set()
        while self._put_off and self._put_off[0][0] <= now and len(again) < limit:
            again.add(heappop(self._put_off)[1])
        # Who is missing was taken, and is polled, by somebody else.
        return await self._feeds.claim(now, limit, self._lease_s, among=again)

    def put_off(self, moments: Mapping[UUID, datetime]) -> None:
        """To be claimed again, by name: others that fall due meanwhile are not of this backlog."""
        for feed_id, at in moments.items():
            heappush(self._put_off, (at, feed_id))

    def next_at(self) -> datetime | None:
        """At once, then when the next of those that were put off is due."""
        if not self._emptied:
            return self._started
        return self._put_off[0][0] if self._put_off else None
