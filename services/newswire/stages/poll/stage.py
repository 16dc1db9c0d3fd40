"""The first stage: feeds in, entries out.

`newswire.stages.poll.dispatcher` starts the poll of each due feed (`newswire.stages.poll.feed_poll`) when the limits of
its host allow it. The stage also publishes the recorded events about feeds, and the re-checks that are due.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import structlog
from structlog.contextvars import bound_contextvars

from newswire import metrics
from newswire.domain.feeds.entry_age import ALL_ENTRIES, FirstContact
from newswire.domain.feeds.state import FeedState
from newswire.domain.schedule.next_poll import PollBounds
from newswire.errors import Wait
from newswire.ports import Bus, Clock, Web, Workers
from newswire.stages.poll.dispatcher import PollDispatcher
from newswire.stages.poll.feed_poll import FeedPoll
from newswire.stages.poll.feed_reader import FeedAnswer, FeedReader, ReadRules
from newswire.stages.poll.host_queues import HostLimits
from newswire.stages.poll.news import MAX_NEW, NewsLimits
from newswire.stages.poll.recheck import recheck_due
from newswire.stages.poll.sources import Backlog, Schedule
from newswire.stages.poll.store import PollStore
from newswire.stages.telling import AT_ONCE, tell
from newswire.waiting.alarm import Alarm

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class PollRules:
    """The settings that `poll` goes by."""

    bounds: PollBounds
    lease_s: float
    claim: int
    """Feeds claimed at once."""
    concurrency: int
    """Feeds polled at once."""
    tick_s: float
    """Between two looks at a schedule on which nothing is due, at most."""
    host: HostLimits
    read: ReadRules
    max_new: int = MAX_NEW
    """New entries that one poll takes from one document."""
    first: FirstContact = ALL_ENTRIES
    """How much of a new feed's past is taken."""
    told_at_once: int = AT_ONCE
    """Events about feeds that are published together."""


class Poll:
    """The stage, over its ports."""

    def __init__(self, store: PollStore, bus: Bus, web: Web, workers: Workers, clock: Clock, rules: PollRules) -> None:
        """Holds no state of its own: everything that matters is in the store."""
        self._store = store
        self._bus = bus
        self._clock = clock
        self._rules = rules
        reader = FeedReader(web, workers, rules.read)
        limits = NewsLimits(rules.max_new, rules.first)
        self._one = FeedPoll(store, bus, reader, clock, bounds=rules.bounds, lease_s=rules.lease_s, limits=limits)

    async def due(self, stop: asyncio.Event) -> int:
        """Poll everything that is due, each feed once, until nothing else is or ``stop`` is set.

        Returns how many polls that were. A feed that falls due again meanwhile is left for the next call.
        """
        polls = await self._dispatcher().run(
            Backlog(self._store.schedule, self._clock, lease_s=self._rules.lease_s), stop
        )
        while not stop.is_set() and await self._tended():
            pass
        return polls

    async def run(self, stop: asyncio.Event) -> None:
        """Poll what falls due until ``stop`` is set; then end what is under way.

        A dependency that is away is waited for in place.
        """
        rules = self._rules
        schedule = Schedule(
            self._store.schedule, self._clock, self._one.outage, lease_s=rules.lease_s, tick_s=rules.tick_s
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tend(stop))
            group.create_task(self._dispatcher().run(schedule, stop))

    def _dispatcher(self) -> PollDispatcher:
        rules = self._rules
        return PollDispatcher(
            self._store.schedule,
            self._clock,
            self._poll_or_wait,
            limits=rules.host,
            slots=rules.concurrency,
            batch=rules.claim,
            lease_s=rules.lease_s,
        )

    async def _tend(self, stop: asyncio.Event) -> None:
        """Beside the polls: publish the events about feeds, and the re-checks that are due."""
        tick = timedelta(seconds=self._rules.tick_s)
        async with Alarm(self._clock, stop) as alarm:
            while not stop.is_set():
                try:
                    more = await self._tended()
                    self._one.outage.passed(self)
                    if more:
                        continue
                except Wait as error:
                    self._one.outage.failed(self, error)
                await alarm.wait(self._clock.now() + tick)

    async def _tended(self) -> int:
        await self.tell()
        return await recheck_due(self._store, self._bus, self._clock.now(), self._rules.claim)

    async def poll(self, feed: FeedState, stop: asyncio.Event | None = None) -> FeedAnswer:
        """Poll one feed; see `FeedPoll.poll`."""
        return await self._one.poll(feed, stop)

    async def tell(self) -> None:
        """Tell what was recorded of the feeds; see `newswire.stages.telling`."""
        await tell(self._store.events, self._bus, self._clock, at_once=self._rules.told_at_once)

    async def _poll_or_wait(self, feed: FeedState, stop: asyncio.Event) -> None:
        with bound_contextvars(feed_url=feed.url):
            try:
                await self.poll(feed, stop)
            except Wait as error:
                # The lease stands: the feed is due again when it runs out, and nothing was saved.
                log.warning("feed.poll.waiting", dependency=error.dependency, error=str(error))
                metrics.poll_waiting()
