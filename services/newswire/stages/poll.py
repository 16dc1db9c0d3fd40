"""The first stage: feeds in, entries out.

Each due feed is polled (`newswire.stages.poll_feed`), as many at once as there are slots; and what was recorded to be
told of feeds themselves is told.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

import structlog
from structlog.contextvars import bound_contextvars

from newswire import metrics
from newswire.contracts import encode_recorded
from newswire.domain.poll_schedule import Pace
from newswire.errors import Wait
from newswire.ports import Bus, Clock, FeedState, FeedStore, Web, Workers
from newswire.stages.feed_reader import FeedReader, Reading, ReadRules
from newswire.stages.poll_feed import FeedPoll
from newswire.stages.recheck import recheck_due

log = structlog.get_logger()

_TELL: Final = 500
"""Events told at once."""


@dataclass(frozen=True, slots=True)
class PollRules:
    """The settings that `poll` goes by."""

    pace: Pace
    lease_s: float
    claim: int
    """Feeds claimed at once."""
    concurrency: int
    read: ReadRules


class Poll:
    """The stage, over its ports."""

    def __init__(self, feeds: FeedStore, bus: Bus, web: Web, workers: Workers, clock: Clock, rules: PollRules) -> None:
        """Holds no state of its own: everything that matters is in the store."""
        self._feeds = feeds
        self._bus = bus
        self._clock = clock
        self._rules = rules
        self._slots = asyncio.Semaphore(rules.concurrency)
        reader = FeedReader(web, workers, rules.read)
        self._one = FeedPoll(feeds, bus, reader, clock, pace=rules.pace, lease_s=rules.lease_s)

    async def due(self, stop: asyncio.Event) -> int:
        """Poll everything that is due, each feed once, until nothing else is or ``stop`` is set.

        Returns how many polls that were. A feed that falls due again meanwhile is left for the next call.
        """
        polls, started = 0, self._clock.now()
        while not stop.is_set():
            # What is due is judged as of the start: whatever is polled from then on is due later.
            spent_s = (self._clock.now() - started).total_seconds()
            feeds = await self._feeds.claim(started, self._rules.claim, self._rules.lease_s + spent_s)
            async with asyncio.TaskGroup() as group:
                for feed in feeds:
                    group.create_task(self._poll_in_turn(feed, stop))
            await self.tell()
            looked = await recheck_due(self._feeds, self._bus, self._clock.now(), self._rules.claim)
            polls += len(feeds)
            if not feeds and not looked:
                break
        return polls

    async def poll(self, feed: FeedState, stop: asyncio.Event | None = None) -> Reading:
        """Poll one feed; see `FeedPoll.poll`."""
        return await self._one.poll(feed, stop)

    async def tell(self) -> None:
        """Publish the recorded events about feeds that nobody has told yet, then mark them.

        A crash in between tells the same bytes again.
        """
        while untold := await self._feeds.untold(_TELL):
            await self._bus.publish([encode_recorded(event) for event in untold])
            await self._feeds.mark_told([event.event_id for event in untold], self._clock.now())
            metrics.feeds_told([event.kind for event in untold])

    async def _poll_in_turn(self, feed: FeedState, stop: asyncio.Event) -> None:
        async with self._slots:
            with bound_contextvars(feed=feed.url):
                await self._poll_or_wait(feed, stop)

    async def _poll_or_wait(self, feed: FeedState, stop: asyncio.Event) -> None:
        try:
            await self.poll(feed, stop)
        except Wait as error:
            # The lease stands: the feed is due again when it runs out, and nothing was saved.
            log.warning("feed.poll.waiting", error=str(error))
            metrics.poll_waiting()
