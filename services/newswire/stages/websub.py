"""WebSub subscriptions: asked for, renewed, moved and left as the feeds' own last documents say.

Hubs answer later, by calling back: `newswire.serve.websub` hears them. All that is known is in the store, so that
any replica goes on where another one stopped. What a hub announces is never read from it: it makes the feed due.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from structlog.contextvars import bound_contextvars

from newswire import metrics
from newswire.domain.feeds.state import FeedState
from newswire.domain.http.httpcache import retry_after
from newswire.domain.websub.changes import asked, failed, wished_again
from newswire.domain.websub.steps import Mode, next_step, request_fields
from newswire.domain.websub.subscription import HubChoice, HubSubscription, chosen, wished
from newswire.errors import Reject, Retry, Wait
from newswire.ports import Clock, DueSubscription, FeedSchedule, HubSubscriptions, HubUpkeep, Response, Web

log = structlog.get_logger()

LEASE_S: Final = 300.0
"""For which a subscription is left to the replica that looks at it."""
CLAIM: Final = 32
PAGE: Final = 200
SEARCH: Final = timedelta(seconds=5)
"""Between two searches for feeds that name a hub and are not subscribed to it yet, or are and should not be."""
ANSWER_BYTES: Final = 4_096
"""So much of a hub's answer is read: it may say in a sentence what is wrong."""


@dataclass(frozen=True, slots=True)
class WebSubRules:
    """The settings that the stage goes by."""

    base: str
    """The public address of the callbacks, ending in ``/``."""
    lease_s: int
    """What hubs are asked for; what they grant counts."""
    timeout_s: float


class WebSub:
    """The stage, over its ports."""

    def __init__(
        self,
        subscriptions: HubSubscriptions,
        upkeep: HubUpkeep,
        schedule: FeedSchedule,
        web: Web,
        clock: Clock,
        rules: WebSubRules,
        new_token: Callable[[], str],
    ) -> None:
        """``new_token`` gives texts that nobody can guess, of 30 to 190 characters that need no escaping in a URL."""
        self._subscriptions = subscriptions
        self._upkeep = upkeep
        self._schedule = schedule
        self._web = web
        self._clock = clock
        self._rules = rules
        self._new_token = new_token
        self._rebased = False
        self._searched_at = clock.now() - SEARCH

    async def due(self, stop: asyncio.Event) -> int:
        """Look for new subscriptions, and at every one that is due, until none is or ``stop`` is set.

        Returns how many were looked at. With the database away it logs that and returns: the next call goes on.
        """
        looked = 0
        try:
            await self._prepare()
            while not stop.is_set():
                due = await self._subscriptions.claim(self._clock.now(), CLAIM, LEASE_S)
                if not due:
                    break
                async with asyncio.TaskGroup() as group:
                    for one in due:
                        group.create_task(self._look_or_wait(one))
                looked += len(due)
        except Wait as error:
            log.warning("websub.waiting", dependency=error.dependency, error=str(error))
        return looked

    async def _prepare(self) -> None:
        now = self._clock.now()
        if not self._rebased:
            moved = await self._upkeep.rebase(self._rules.base, now)
            self._rebased = True
            if moved:
                log.info("websub.moved", callback_url=self._rules.base, subscriptions=moved)
        if now - self._searched_at >= SEARCH:
            await self._search()
            self._searched_at = now

    async def _search(self) -> None:
        await self._upkeep.orphaned(self._clock.now())
        after = None
        while page := await self._upkeep.missing(after, PAGE):
            for feed in page:
                if (choice := _wanted(feed)) is not None:
                    await self._wish(feed, choice)
            after = page[-1].id

    async def _wish(self, feed: FeedState, choice: HubChoice) -> None:
        new = wished(feed.id, choice, self._clock.now())
        known = {one.id: one for one in await self._subscriptions.of_feed(feed.id)}.get(new.id)
        if known is None:
            await self._subscriptions.add(new)
        elif known.state == "ended":
            await self._subscriptions.save(wished_again(known, self._clock.now()))

    async def _look_or_wait(self, due: DueSubscription) -> None:
        with bound_contextvars(feed_url=due.feed.url if due.feed else None, hub=due.subscription.hub):
            try:
                await self._look(due)
            except Wait as error:
                # The lease stands: it is due again when that runs out.
                log.warning("websub.waiting", dependency=error.dependency, error=str(error))

    async def _look(self, due: DueSubscription) -> None:
        was, feed, now = due.subscription, due.feed, self._clock.now()
        wanted = _wanted(feed) if feed is not None else None
        replaced = False
        if feed is not None and wanted is not None and wanted != was.choice:
            await self._wish(feed, wanted)
            others = await self._subscriptions.of_feed(feed.id)
            replaced = any(one.choice == wanted and one.state == "active" for one in others)
        found = feed.memory.last_entry_at if feed is not None else None
        step = next_step(was, wanted, last_entry_at=found, replaced=replaced, base=self._rules.base, now=now)
        after = step.after
        if step.request == "subscribe":
            after = asked(after, self._rules.base, self._new_token(), self._new_token(), now)
        saved = await self._subscriptions.save(after)
        if saved is None:
            return  # its hub was quicker with calling back; it is looked at again when the lease runs out
        if was.state != saved.state or was.relied_on != saved.relied_on:
            log.info("websub.changed", was=was.state, state=saved.state, silent=saved.silent_since is not None)
        if was.relied_on and not saved.relied_on:
            # Its next poll was planned while a hub announced news.
            await self._schedule.hurry(saved.feed_id, now)
        if step.request is not None:
            await self._ask(saved, step.request)

    async def _ask(self, subscription: HubSubscription, mode: Mode) -> None:
        """Send the request. Its repetition is scheduled already; what it comes to, the hub says by calling back."""
        fields = request_fields(subscription, mode, self._rules.lease_s)
        wait: timedelta | None = None
        try:
            response = await self._web.post_form(
                subscription.hub, fields, max_bytes=ANSWER_BYTES, timeout_s=self._rules.timeout_s
            )
        except Retry as error:
            reason, trouble = error.reason, str(error)
            wait = timedelta(seconds=error.retry_after_s) if error.retry_after_s else None
        except Reject as error:
            reason, trouble = error.reason, str(error)
        else:
            if 200 <= response.status < 300:
                metrics.hub_asked("accepted")
                log.info("websub.asked", mode=mode, status=response.status)
                return
            reason, trouble = f"http-{response.status}", _said(response)
            wait = retry_after(response.headers, self._clock.now())
        metrics.hub_asked(reason)
        log.warning("websub.failed", mode=mode, reason=reason, error=trouble)
        await self._subscriptions.save(failed(subscription, f"{reason}: {trouble}", self._clock.now(), wait))


def _wanted(feed: FeedState) -> HubChoice | None:
    return None if feed.disabled else chosen(feed.memory.hints, feed.url)


def _said(response: Response) -> str:
    return response.body.decode("utf-8", "replace")
