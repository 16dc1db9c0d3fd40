"""Where a line's feeds come from: the schedule as time goes on, or what was due at one moment."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Final
from uuid import UUID

from newswire.domain.feeds.state import FeedState
from newswire.errors import Wait
from newswire.ports import Clock, FeedSchedule
from newswire.waiting.outage import Outage
from newswire.waiting.patience import IN_PLACE

REST: Final = timedelta(seconds=0.1)
"""The pause after a claim that left no due feed: the feeds that fall due meanwhile are claimed together."""


class Schedule:
    """The feeds that fall due, for as long as the service runs. It waits for a database that does not answer."""

    def __init__(self, feeds: FeedSchedule, clock: Clock, outage: Outage, *, lease_s: float, tick_s: float) -> None:
        """``tick_s``: the longest time between two looks, for feeds that somebody else adds."""
        self._outage = outage
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
            self._outage.failed(self, error)
            self._look_at = now + timedelta(seconds=next(self._delays))
            return ()
        self._outage.passed(self)
        self._delays = IN_PLACE.delays()
        return found

    def put_off(self, moments: Mapping[UUID, datetime]) -> None:
        """Nothing to remember: the feeds fall due again by themselves."""

    def next_at(self) -> datetime:
        """When to look again. Never None: the service looks for due feeds until it is stopped."""
        return min(self._look_at, self._clock.now() + self._tick)  # the clock may have been set back

    async def _next_look(self, now: datetime) -> datetime:
        """When the next feed is due: after a short pause at the earliest, after a tick at the latest."""
        due = await self._feeds.next_due()
        latest = now + self._tick
        return min(max(due, now + REST), latest) if due is not None else latest


class Backlog:
    """The feeds that are due when it is made, each once."""

    def __init__(self, feeds: FeedSchedule, clock: Clock, *, lease_s: float) -> None:
        """The feeds that are due now: a feed that is polled from here on is due later, and not polled again."""
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
        # Another poller claimed the feeds that are missing, and polls them.
        return await self._feeds.claim(now, limit, self._lease_s, among=again)

    def put_off(self, moments: Mapping[UUID, datetime]) -> None:
        """Remember these feeds by name: feeds that fall due meanwhile do not belong to this backlog."""
        for feed_id, at in moments.items():
            heappush(self._put_off, (at, feed_id))

    def next_at(self) -> datetime | None:
        """At once the first time; then when the next of the feeds that were put off is due."""
        if not self._emptied:
            return self._started
        return self._put_off[0][0] if self._put_off else None
