"""The sender: takes the webhooks that have something to do, and gives each of them a turn.

One sender at a time works on a webhook, by a lease that the database keeps, and one delivery of it at a time is on its
way.
"""

import asyncio

import structlog

from newswire.domain.webhooks.webhook import Webhook
from newswire.errors import Wait
from newswire.operations.webhooks.turn import SendPorts, SendRules, WebhookTurn
from newswire.waiting.bounded import pause

log = structlog.get_logger()


class WebhookSending:
    """Sends until it is stopped."""

    def __init__(self, ports: SendPorts, rules: SendRules) -> None:
        self._ports, self._rules = ports, rules
        self._turns: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until ``stop`` is set; then what is on its way comes to its end."""
        try:
            while not stop.is_set():
                if not await self._take(stop):
                    await pause(self._rules.look_s, stop, self._ports.clock)
        finally:
            await self._ended()

    async def due(self, stop: asyncio.Event) -> None:
        """Send everything that is due, then return."""
        while await self._take(stop):
            await self._ended()

    async def _take(self, stop: asyncio.Event) -> bool:
        """Begin a turn for each webhook that has something to do, as far as there is room; whether there was any."""
        if len(self._turns) >= self._rules.concurrency:
            await asyncio.wait(self._turns, return_when=asyncio.FIRST_COMPLETED)
        room = self._rules.concurrency - len(self._turns)
        try:
            claimed = await self._ports.webhooks.claim(self._ports.clock.now(), room, self._rules.lease_s)
        except Wait as error:
            log.warning("webhooks.waiting", dependency=error.dependency, error=str(error))
            return False
        for webhook in claimed:
            turn = asyncio.create_task(self._turn_or_wait(webhook, stop))
            self._turns.add(turn)
            turn.add_done_callback(self._turns.discard)
        return bool(claimed)

    async def _ended(self) -> None:
        if self._turns:
            await asyncio.wait(self._turns)

    async def _turn_or_wait(self, webhook: Webhook, stop: asyncio.Event) -> None:
        with structlog.contextvars.bound_contextvars(webhook=str(webhook.id)):
            try:
                await WebhookTurn(webhook, self._ports, self._rules).go(stop)
            except Wait as error:
                log.warning(
                    "webhooks.waiting", dependency=error.dependency, error=str(error)
                )  # it is taken again when its lease has run out
            except Exception:
                log.exception("webhooks.turn-failed")
