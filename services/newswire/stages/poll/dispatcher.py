"""Claims due feeds and starts their polls: as many at once as there are slots, within the limits of each host.

Claims go on while polls are under way: a server that takes half a minute to answer costs one slot for as long, and
nothing else. What is claimed is what can be started soon; the rest goes back to the schedule, at its host's pace.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import structlog

from newswire.domain.feeds.state import FeedState
from newswire.domain.urls.canonical import registrable_domain
from newswire.errors import NewswireError
from newswire.ports import Clock, FeedSchedule
from newswire.stages.poll.host_queues import HostLimits, HostQueues
from newswire.waiting.alarm import Alarm

log = structlog.get_logger()


class FeedSource(Protocol):
    """Where the dispatcher claims feeds."""

    async def claim(self, limit: int) -> tuple[FeedState, ...]:
        """Up to ``limit`` feeds that are due, leased. An error ends the dispatcher after the running polls."""
        ...

    def put_off(self, moments: Mapping[UUID, datetime]) -> None:
        """These were claimed, and given back until then."""
        ...

    def next_at(self) -> datetime | None:
        """When to claim again; None when nothing is left to be claimed."""
        ...


class PollDispatcher:
    """Polls the feeds of a source, as many at once as there are slots."""

    def __init__(
        self,
        schedule: FeedSchedule,
        clock: Clock,
        poll: Callable[[FeedState, asyncio.Event], Awaitable[object]],
        *,
        limits: HostLimits,
        slots: int,
        batch: int,
        lease_s: float,
    ) -> None:
        """``batch``: feeds claimed at once, and as many are in hand beside those that are being polled."""
        self._schedule = schedule
        self._clock = clock
        self._poll = poll
        self._slots = slots
        self._batch = batch
        self._lease = timedelta(seconds=lease_s)
        self._queues = HostQueues(limits, hold=slots)
        self._running = 0
        self._started = 0
        self._in_hand: set[UUID] = set()

    async def run(self, source: FeedSource, stop: asyncio.Event) -> int:
        """Poll until nothing is left, or ``stop`` is set; returns how many polls that were.

        What was claimed and not begun is due again at once when it ends. Raises what the source raised.
        """
        trouble: Exception | None = None
        async with Alarm(self._clock, stop) as alarm, asyncio.TaskGroup() as group:
            while not stop.is_set():
                self._start(group, source, stop, alarm)
                room, claim_at = self._room(), source.next_at()
                if room and claim_at is not None and claim_at <= self._clock.now():
                    try:
                        await self._claim(source, room)
                    except Exception as error:  # noqa: BLE001  # raised below: what is under way is not lost for it
                        trouble = error
                        break
                    continue
                if claim_at is None and not self._running and not self._queues.waiting:
                    break
                # Without room for another claim a poll that ends is what there is to be waited for.
                moments = (claim_at if room else None, self._queues.next_at())
                await alarm.wait(min((at for at in moments if at is not None), default=None))
            await self._give_back()
        if trouble is not None:
            raise trouble
        return self._started

    def _room(self) -> int:
        """How many feeds are worth claiming now: enough that what is being polled never wants for a next one."""
        room = self._slots - self._running + self._batch - self._queues.ready(self._clock.now())
        return min(room, self._batch) if room >= max(1, self._batch // 2) else 0

    async def _claim(self, source: FeedSource, limit: int) -> None:
        feeds = await source.claim(limit)
        now = self._clock.now()
        put_off: dict[UUID, datetime] = {}
        for feed in feeds:
            if feed.id in self._in_hand:
                continue  # it was made due at once, and is being polled; saving that poll sees the mark
            if (at := self._queues.offer(_host(feed), feed, now)) is None:
                self._in_hand.add(feed.id)
            else:
                put_off[feed.id] = at
        if put_off:
            await self._put_off(put_off, feeds[0])
            source.put_off(put_off)

    def _start(self, group: asyncio.TaskGroup, source: FeedSource, stop: asyncio.Event, alarm: Alarm) -> None:
        now = self._clock.now()
        while self._running < self._slots and (turn := self._queues.start(now)) is not None:
            self._running += 1
            group.create_task(self._one(*turn, source, stop, alarm))

    async def _one(self, host: str, feed: FeedState, source: FeedSource, stop: asyncio.Event, alarm: Alarm) -> None:
        began = self._clock.now()
        try:
            if feed.next_poll_at is not None and began + self._lease / 2 > feed.next_poll_at:
                # It waited for too long: before it is saved, another poller may have been given it.
                source.put_off({feed.id: feed.next_poll_at})
                return
            self._started += 1
            await self._poll(feed, stop)
        finally:
            now = self._clock.now()
            self._running -= 1
            self._in_hand.discard(feed.id)
            self._queues.finish(host, (now - began).total_seconds(), now)
            alarm.ring()

    async def _put_off(self, moments: Mapping[UUID, datetime], claimed: FeedState) -> None:
        if claimed.next_poll_at is not None:
            await self._schedule.put_off(moments, claimed.next_poll_at)

    async def _give_back(self) -> None:
        """Give back the leases of feeds that were not polled; they would otherwise run out by themselves."""
        now = self._clock.now()
        by_lease: dict[datetime, dict[UUID, datetime]] = {}
        for feed in self._queues.clear():
            self._in_hand.discard(feed.id)
            if feed.next_poll_at is not None:
                by_lease.setdefault(feed.next_poll_at, {})[feed.id] = now
        with suppress(NewswireError):
            for leased_until, moments in by_lease.items():
                await self._schedule.put_off(moments, leased_until)


def _host(feed: FeedState) -> str:
    try:
        return registrable_domain(feed.url)
    except ValueError:
        return feed.url
