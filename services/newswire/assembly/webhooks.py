"""The sender of webhooks and the desk where they are made, by the settings."""

import asyncio
import random
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from newswire.assembly.backends import Backends
from newswire.operations.api_keys import Doorkeeper
from newswire.operations.webhooks.manage import WebhookDesk
from newswire.operations.webhooks.sending import WebhookSending
from newswire.operations.webhooks.turn import SendPorts, SendRules
from newswire.operations.wire.tail import WireTail
from newswire.ports import WebhookSender

_LOOK_S: Final = 0.5


async def send_webhooks(backends: Backends, stop: asyncio.Event) -> None:
    """Send to the receivers of all webhooks until ``stop`` is set."""
    settings = backends.settings.webhooks
    rules = SendRules(settings.concurrency, settings.timeout_s, _LOOK_S)
    async with webhook_sender(backends) as sender:
        ports = SendPorts(
            webhooks=backends.webhooks,
            tail=WireTail(backends.wire, backends.article_reads, backends.clock),
            sender=sender,
            doorkeeper=Doorkeeper(backends.api_keys, backends.clock),
            clock=backends.clock,
            chance=random.random,
        )
        await WebhookSending(ports, rules).run(stop)


@asynccontextmanager
async def webhook_desk(backends: Backends, tail: WireTail | None = None) -> AsyncGenerator[WebhookDesk]:
    """The ports for making and changing webhooks; ``tail`` is one that reads from the same database."""
    tail = tail or WireTail(backends.wire, backends.article_reads, backends.clock)
    async with webhook_sender(backends) as sender:
        yield WebhookDesk(backends.webhooks, tail, sender, backends.clock, secrets.token_bytes)


@asynccontextmanager
async def webhook_sender(backends: Backends) -> AsyncGenerator[WebhookSender]:
    """The way to the receivers; closed at the end."""
    from newswire.adapters.http.webhook_sender import HttpWebhookSender  # noqa: PLC0415  # slow to import

    settings = backends.settings
    sender = HttpWebhookSender(
        user_agent=settings.fetch.agent,
        timeout_s=settings.webhooks.timeout_s,
        allowed=settings.webhooks.allow_networks,
        clock=backends.clock,
    )
    try:
        yield sender
    finally:
        await sender.close()
