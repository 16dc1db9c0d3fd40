"""One poll of one feed: asked, read, published, and only then saved.

Saving the validators first would hide an entry that was never published behind a 304. A crash in between publishes the
same entries under the same ids again. Events about the feed are saved with its state and published afterwards.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog

from newswire import metrics
from newswire.contracts import encode, traceparent_for
from newswire.domain.feeds.entries import EntryPlan
from newswire.domain.feeds.memory import FeedMemory
from newswire.domain.feeds.move import lasts
from newswire.domain.feeds.state import FeedState, PollSaved
from newswire.domain.ledger import Outcome
from newswire.domain.schedule.next_poll import PollBounds
from newswire.domain.schedule.validator_doubt import unproven
from newswire.errors import Reject, Stop, UsageError, Wait
from newswire.events import EntryFound, FeedEvent
from newswire.ports import Bus, Clock, Message
from newswire.stages.limits import check_event_size
from newswire.stages.poll.coverage import Coverage
from newswire.stages.poll.feed_reader import FeedAnswer, FeedReader
from newswire.stages.poll.found import log_found
from newswire.stages.poll.news import News, NewsFinder, NewsLimits
from newswire.stages.poll.outcome import Aftermath, adopted, after
from newswire.stages.poll.store import PollStore
from newswire.waiting.outage import Outage
from newswire.waiting.patience import Patience

log = structlog.get_logger()

_NOTHING_NEW: Final = frozenset({"not-modified", "same-body"})


class FeedPoll:
    """Polls single feeds, over ports."""

    def __init__(
        self,
        store: PollStore,
        bus: Bus,
        reader: FeedReader,
        clock: Clock,
        *,
        bounds: PollBounds,
        lease_s: float,
        limits: NewsLimits,
    ) -> None:
        """Everything that matters is in the store."""
        self._store = store
        self._bus = bus
        self._reader = reader
        self._finder = NewsFinder(store.entries, reader, Coverage(store.entries, reader, clock), limits)
        self._clock = clock
        self._bounds = bounds
        self._lease_s = lease_s
        self.outage = Outage("poll", clock)
        """Whether the broker or the database is away."""

    async def poll(self, feed: FeedState, stop: asyncio.Event | None = None) -> FeedAnswer:
        """Poll one feed and save what came of it; returns what its server answered.

        With the broker or the database away, what was fetched is kept and tried again until ``stop`` is set or
        half of the lease is over, so that an outage costs the publisher no second request. Then, or at once
        without a ``stop``, `Wait` is raised and nothing is saved.
        """
        now = self._clock.now()
        lease = timedelta(seconds=self._lease_s)
        answer = await self._reader.read(feed, now)
        patience = Patience(self._clock, now + lease / 2, stop, self.outage)
        asked = replace(feed, memory=unproven(feed.memory)) if answer.doubting else feed
        news = News(asked.memory)
        try:
            news = await self._finder.find(asked, answer, now, patience, search_until=now + lease / 4)
        except (Wait, Stop, UsageError):
            raise
        except Exception:
            # A mistake of ours that one feed brings to light must not stop the others.
            log.exception("feed.poll.unexpected")
            answer = FeedAnswer("unexpected", failed=True, response=answer.response)
        if news.more:
            answer = replace(answer, partial=True)
        plan = news.plan
        if plan.publish:
            plan = await patience(partial(self._published, plan, now))
        known = feed if news.memory is feed.memory else replace(feed, memory=news.memory)
        left = after(known, answer, news.new, self._bounds, now)
        left = await patience(partial(self._adopted, left, now))
        log_found(plan.sightings)  # before it is durable: a process that is killed leaves no entry without its line
        await patience(partial(self._store.entries.save, _saved(feed, left, news, plan)))
        metrics.polled(answer.outcome, plan if answer.document else None, first=feed.last_polled_at is None)
        _log(answer, plan, (*news.events, *left.events), recovered=feed.errors > 0 and not answer.failed)
        if left.feed.memory.validators_lie_since == now:
            log.warning("feed.validators.lie", hint="304 hid news: they are not sent any more, the feed is read whole")
        _log_habits(feed.memory, left.feed.memory)
        return answer

    async def _published(self, plan: EntryPlan, now: datetime) -> EntryPlan:
        """Publish what is to be; an entry that no log can carry is booked as rejected instead."""
        messages: list[Message] = []
        refused: dict[UUID, Outcome] = {}
        for entry in plan.publish:
            try:
                messages.append(_message(entry))
            except Reject as error:
                log.warning(
                    "entry.refused", entry_id=str(entry.id), url=entry.url, reason=error.reason, error=str(error)
                )
                refused[entry.id] = Outcome("rejected", now, error.reason)
        if messages:
            await self._bus.publish(messages)
        booked = (replace(line, outcome=refused.get(line.entry_id, line.outcome)) for line in plan.sightings)
        return replace(plan, sightings=tuple(booked))

    async def _adopted(self, left: Aftermath, now: datetime) -> Aftermath:
        move = left.feed.memory.move
        if move is None or not lasts(move, now):
            return left
        return adopted(left, await self._store.feeds.by_url(move.to), now)


def _saved(before: FeedState, left: Aftermath, news: News, plan: EntryPlan) -> PollSaved:
    return PollSaved(
        feed=left.feed,
        before=before,
        sightings=plan.sightings,
        hurry=plan.hurry,
        touched=plan.touched,
        events=(*news.events, *left.events),
        shown=news.shown,
    )


def _message(entry: EntryFound) -> Message:
    return check_event_size(encode(entry, traceparent=traceparent_for(entry.id)))


def _log_habits(before: FeedMemory, now: FeedMemory) -> None:
    """Say once that a feed makes parts of its entries anew, and which."""
    learned = [name for name in now.habit_names if name not in before.habit_names]
    if learned:
        log.warning("feed.habits", learned=learned, token_params=list(now.habits.token_params))


def _log(answer: FeedAnswer, plan: EntryPlan, events: Sequence[FeedEvent], *, recovered: bool) -> None:
    # Nine polls of ten find nothing new: in a large installation that would be most of the log. The first one after a
    # failure is the end of an outage.
    log.log(
        logging.DEBUG if answer.outcome in _NOTHING_NEW and not recovered else logging.INFO,
        "feed.poll",
        outcome=answer.outcome,
        status=answer.response.status if answer.response else None,
        found=len(plan.sightings),
        published=len(plan.publish),
    )
    for event in events:
        details = event.model_dump(mode="json", exclude={"id", "feed", "at", "kind", "position"})
        log.warning("feed.event", event_id=str(event.id), kind=event.kind, details=details)
