"""The first stage: feeds in, entries out.

For each due feed: ask its server whether anything changed, parse what came, tell new and changed
entries from known ones, publish them, and only then save validators, entries and schedule in one
transaction. Saving the validators first would hide an entry that was never published behind a 304.
A crash in between publishes the same entries under the same ids again.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Final
from uuid import UUID

import structlog
from structlog.contextvars import bound_contextvars

from newswire import metrics
from newswire.contracts import encode, traceparent_for
from newswire.domain.entries import EntryPlan, identify, plan_entries
from newswire.domain.httpcache import refreshed, retry_after, validators_of
from newswire.domain.ledger import Outcome
from newswire.domain.schedule import next_poll
from newswire.errors import Reject, Retry, UsageError, Wait
from newswire.events import NO_VALIDATORS, EntryFound, Feed
from newswire.parsing.feed import parse_feed
from newswire.ports import Bus, Clock, FeedState, FeedStore, Message, PollSaved, Request, Response, Web, Workers
from newswire.stages.bounds import bounded
from newswire.stages.patience import Patience
from newswire.stages.recheck import recheck_due

log = structlog.get_logger()

ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)


@dataclass(frozen=True, slots=True)
class PollRules:
    """The settings that `poll` goes by."""

    interval: timedelta
    lease_s: float
    claim: int
    """Feeds claimed at once."""
    concurrency: int
    max_bytes: int
    timeout_s: float
    deadline_s: float
    """For parsing one feed."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll came to."""

    outcome: str
    """``entries``, ``not-modified``, ``same-body``, or the reason of a failure."""
    failed: bool = False
    plan: EntryPlan | None = None
    retry_after: timedelta | None = None
    """What the server asked for, with this answer or an earlier one that still holds."""


class Poll:
    """The stage, over its ports."""

    def __init__(self, feeds: FeedStore, bus: Bus, web: Web, workers: Workers, clock: Clock, rules: PollRules) -> None:
        """Holds no state of its own: everything that matters is in the store."""
        self._feeds = feeds
        self._bus = bus
        self._web = web
        self._workers = workers
        self._clock = clock
        self._rules = rules
        self._slots = asyncio.Semaphore(rules.concurrency)

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
            looked = await recheck_due(self._feeds, self._bus, self._clock.now(), self._rules.claim)
            polls += len(feeds)
            if not feeds and not looked:
                break
        return polls

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

    async def poll(self, feed: FeedState, stop: asyncio.Event | None = None) -> Polled:
        """Poll one feed and save what came of it.

        With the broker or the database away, what was fetched is kept and tried again until ``stop`` is set or
        half of the lease is over, so that an outage costs the publisher no second request. Then, or at once
        without a ``stop``, `Wait` is raised and nothing is saved.
        """
        now = self._clock.now()
        response: Response | None = None
        try:
            response = await self._web.get(self._request(feed))
            state, polled = await self._read(feed, response, now)
            polled = replace(polled, retry_after=retry_after(response.headers, now))
        except Retry as error:
            asked = timedelta(seconds=error.retry_after_s) if error.retry_after_s else None
            state, polled = feed, Polled(error.reason, failed=True, retry_after=asked)
            log.warning("feed.poll.failed", reason=error.reason, error=str(error))
        except Reject as error:
            state, polled = feed, Polled(error.reason, failed=True)
            log.warning("feed.poll.failed", reason=error.reason, error=str(error))
        except (Wait, UsageError):
            raise
        except Exception:
            # A mistake of ours that one feed brings to light must not stop the others.
            state, polled = feed, Polled("unexpected", failed=True)
            log.exception("feed.poll.unexpected")
        patience = Patience(self._clock, now + timedelta(seconds=self._rules.lease_s / 2), stop)
        plan = await patience(partial(self._published, polled.plan, now)) if polled.plan else None
        saved = PollSaved(
            feed=self._after(state, polled, now),
            sightings=plan.sightings if plan else (),
            hurry=plan.hurry if plan else (),
            touched=plan.touched if plan else {},
        )
        await patience(partial(self._feeds.save, saved))
        metrics.polled(polled.outcome, plan, first=feed.last_polled_at is None)
        log.info(
            "feed.poll",
            outcome=polled.outcome,
            status=response.status if response else None,
            found=len(plan.sightings) if plan else 0,
            published=len(plan.publish) if plan else 0,
        )
        return polled

    def _request(self, feed: FeedState) -> Request:
        return Request(
            feed.url,
            validators=feed.validators,
            max_bytes=self._rules.max_bytes,
            timeout_s=self._rules.timeout_s,
            accept=ACCEPT,
        )

    async def _read(self, feed: FeedState, response: Response, now: datetime) -> tuple[FeedState, Polled]:
        """The feed's next state and what it brought. Raises `Retry` and `Reject` for an answer that is no feed."""
        if response.status == 304:
            return replace(feed, validators=refreshed(feed.validators, response.headers)), Polled("not-modified")
        if response.status not in {200, 203, 226}:
            wait = retry_after(response.headers, now)
            raise Retry(
                f"http-{response.status}",
                f"the server answered {response.status}",
                retry_after_s=wait.total_seconds() if wait else None,
            )
        state = replace(feed, validators=validators_of(response.headers), body_hash=sha256(response.body).hexdigest())
        if state.body_hash == feed.body_hash:
            return state, Polled("same-body")
        parsed = await self._workers.run(
            parse_feed,
            response.body,
            response.url,
            response.headers.get("content-type"),
            deadline_s=self._rules.deadline_s,
        )
        found = identify(parsed)
        known = await self._feeds.known(feed.id, [entry.key for entry in found])
        urls = await self._feeds.known_urls([entry.url for entry in found if entry.url])
        title = parsed.title or feed.title
        plan = plan_entries(Feed(id=feed.id, url=feed.url, title=title), found, known, urls, now)
        state = replace(state, title=title)
        if parsed.truncated:
            # Entries may be missing: a 304 or an equal body must not hide them.
            state = replace(state, validators=NO_VALIDATORS, body_hash=None)
        return state, Polled("entries", plan=plan)

    async def _published(self, plan: EntryPlan, now: datetime) -> EntryPlan:
        """Publish what is to be; an entry that no log can carry is booked as rejected instead."""
        messages: list[Message] = []
        refused: dict[UUID, Outcome] = {}
        for entry in plan.publish:
            try:
                messages.append(_message(entry))
            except Reject as error:
                log.warning("entry.refused", url=entry.url, reason=error.reason, error=str(error))
                refused[entry.id] = Outcome("rejected", now, error.reason)
        if messages:
            await self._bus.publish(messages)
        booked = (replace(line, outcome=refused.get(line.entry_id, line.outcome)) for line in plan.sightings)
        return replace(plan, sightings=tuple(booked))

    def _after(self, state: FeedState, polled: Polled, now: datetime) -> FeedState:
        errors = state.errors + 1 if polled.failed else 0
        return replace(
            state,
            errors=errors,
            last_polled_at=now,
            last_outcome=polled.outcome,
            next_poll_at=next_poll(
                now,
                self._rules.interval,
                errors=errors,
                retry_after=polled.retry_after,
                jitter=_jitter(state, now),
            ),
        )


def _message(entry: EntryFound) -> Message:
    return bounded(encode(entry, traceparent=traceparent_for(entry.id)))


def _jitter(feed: FeedState, now: datetime) -> float:
    """In [0, 1), another one for every feed and poll, the same for the same."""
    digest = sha256(f"{feed.id}{now.isoformat()}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32
