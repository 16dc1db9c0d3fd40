"""One turn of a webhook: its events are delivered in the order of the wire, for as long as its lease lasts.

The cursor is saved after each delivery. So a sender that is killed repeats one delivery at the most, under the same id.
"""

from asyncio import Event
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from newswire import metrics
from newswire.domain.webhooks.steps import delivered, disable, gone, noted, refused
from newswire.domain.webhooks.webhook import DeliveryNote, DisabledWhy, Webhook
from newswire.domain.wire.cursor import Cursor
from newswire.domain.wire.keys import Caller
from newswire.domain.wire.refusals import Lost
from newswire.operations.api_keys import Doorkeeper
from newswire.operations.webhooks.delivery import DeliveryResult, attempt, event_delivery
from newswire.operations.wire.frames import Frame
from newswire.operations.wire.tail import WireTail
from newswire.ports import Clock, Webhooks, WebhookSender

log = structlog.get_logger()

TURN: Final = timedelta(seconds=10)
"""After this time another webhook gets the place of one that still has something to do."""
_SPARE_S: Final = 20.0
"""The part of a lease beyond the time of one delivery: for the database, and for a process that stands still."""


@dataclass(frozen=True, slots=True)
class SendRules:
    """The settings of the sender."""

    concurrency: int
    """Webhooks that are sent to at once."""
    timeout_s: float
    """The longest time of one delivery."""
    look_s: float
    """Between two looks for something to do."""

    @property
    def lease_s(self) -> float:
        """The time for which a webhook is left to the sender that took it or delivered last."""
        return self.timeout_s + _SPARE_S


@dataclass(frozen=True, slots=True)
class SendPorts:
    """The ports of the sender."""

    webhooks: Webhooks
    tail: WireTail
    """Need not be running: it then reads the database."""
    sender: WebhookSender
    doorkeeper: Doorkeeper
    clock: Clock
    chance: Callable[[], float]
    """A random number from 0 to 1."""


class WebhookTurn:
    """The work on one webhook, for as long as its lease is ours."""

    def __init__(self, webhook: Webhook, ports: SendPorts, rules: SendRules) -> None:
        self._first = webhook
        self._webhook: Webhook | None = webhook
        """As it was saved last; None once it belongs to another sender, or was removed."""
        self._ports, self._rules = ports, rules

    async def go(self, stop: Event) -> None:
        """Deliver until there is nothing more, a delivery fails, the time is over, or ``stop`` is set.

        Raises `Wait` when the database is away.
        """
        place, owner = self._first.cursor, self._first.owner
        until = self._ports.clock.now() + TURN
        if not await self._ports.doorkeeper.still_works(Caller(owner, frozenset())):
            place = await self._disable("key-ended", lambda newest: newest.owner == owner)
        while (webhook := self._going()) is not None and self._ports.clock.now() < until and not stop.is_set():
            try:
                frames = await self._ports.tail.read(place)
            except Lost:
                place = await self._disable("cursor-lost", partial(_stands_at, webhook.cursor))
                continue
            if not frames:
                break
            place = await self._deliver(frames, place, until, stop)
        await self._release(place)

    def _going(self) -> Webhook | None:
        """The webhook, while it is ours, enabled, and waits for no next attempt."""
        webhook = self._webhook
        if webhook is None or webhook.disabled is not None or webhook.due_at > self._ports.clock.now():
            return None
        return webhook

    async def _deliver(self, frames: tuple[Frame, ...], place: Cursor, until: datetime, stop: Event) -> Cursor:
        """Deliver those that the filter takes; the place behind the last that was delivered or passed over."""
        for frame in frames:
            webhook = self._going()
            if webhook is None or self._ports.clock.now() >= until or stop.is_set():
                return place
            behind = Cursor(place.epoch, frame.position)
            if webhook.wanted.takes(frame.facets):
                result = await self._send(webhook, frame, behind)
                reached = await self._settle(result, frame, webhook.cursor, place, behind)
                if reached != behind:
                    return reached or place
            place = behind
        return place

    async def _send(self, webhook: Webhook, frame: Frame, behind: Cursor) -> DeliveryResult:
        facets = frame.facets
        event = frame.json(webhook.fields)
        delivery = event_delivery(frame.event_id, facets.kind, facets.changed, str(behind), event)
        result = await attempt(self._ports.sender, webhook, delivery, self._ports.clock.now())
        metrics.webhooks.delivered("delivered" if result.accepted else metrics.reason_label(result.answer))
        return result

    async def _settle(
        self, result: DeliveryResult, frame: Frame, was: Cursor, place: Cursor, behind: Cursor
    ) -> Cursor | None:
        """Save what came of the delivery of the event between ``place`` and ``behind``, which is that of ``frame``.

        A webhook whose cursor is not ``was`` any more was moved to another place meanwhile, and stays there. Returns
        the cursor that is saved now; None where the turn is over: the delivery failed, or the lease is lost.
        """
        now, chance = self._ports.clock.now(), self._ports.chance()
        note = DeliveryNote(now, frame.event_id, frame.facets.kind, str(behind), result.answer, result.accepted)

        def after(webhook: Webhook) -> Webhook:
            webhook = noted(webhook, note)
            if webhook.cursor != was:
                return webhook
            if result.accepted:
                return delivered(webhook, behind, result.answer, now)
            webhook = replace(webhook, cursor=place)
            if result.gone:
                return gone(webhook, now)
            return refused(webhook, result.answer, result.retry_after, now, chance)

        saved = await self._save(after, keep=result.accepted)
        if result.accepted:
            return saved.cursor if saved is not None else None
        self._webhook = None
        if saved is not None:
            log.warning(
                "webhooks.failed",
                cursor=str(behind),
                answer=result.answer,
                attempts=saved.attempts,
                next_attempt_at=saved.due_at.isoformat(),
            )
            if saved.disabled is not None and saved.disabled_at == now:
                _tell_disabled(saved)
        return None

    async def _disable(self, why: DisabledWhy, holds: Callable[[Webhook], bool]) -> Cursor:
        """Disable the webhook, if the reason ``holds`` for its newest version too; returns the cursor of that version.

        A caller may have given it another key or another place since this turn read it: then the turn goes on.
        """
        now = self._ports.clock.now()
        saved = await self._save(lambda newest: disable(newest, why, now) if holds(newest) else newest)
        if saved is None:
            return self._first.cursor
        if saved.disabled_at == now:
            _tell_disabled(saved)
        return saved.cursor

    async def _release(self, place: Cursor) -> None:
        """Give the lease back, and save how far the events were passed over."""
        webhook = self._webhook
        if webhook is None:
            return
        was, now = webhook.cursor, self._ports.clock.now()

        def after(webhook: Webhook) -> Webhook:
            cursor = place if webhook.cursor == was and webhook.disabled is None else webhook.cursor
            return replace(webhook, cursor=cursor, due_at=max(webhook.due_at, now))

        await self._save(after, keep=False)

    async def _save(self, after: Callable[[Webhook], Webhook], *, keep: bool = True) -> Webhook | None:
        """Save a change to the newest version for as long as the lease is ours.

        With ``keep`` the lease is prolonged, else it is given back.
        """
        webhook = self._webhook
        while webhook is not None and webhook.lease == self._first.lease:
            until = self._ports.clock.now() + timedelta(seconds=self._rules.lease_s) if keep else None
            saved = await self._ports.webhooks.save(replace(after(webhook), leased_until=until))
            if saved is not None:
                self._webhook = saved
                return saved
            webhook = await self._ports.webhooks.find(webhook.id)
        self._webhook = None
        return None


def _stands_at(cursor: Cursor, webhook: Webhook) -> bool:
    return webhook.cursor == cursor


def _tell_disabled(webhook: Webhook) -> None:
    metrics.webhooks.disabled(webhook.disabled or "")
    log.error("webhooks.disabled", why=webhook.disabled, cursor=str(webhook.cursor), answer=webhook.last_answer)
