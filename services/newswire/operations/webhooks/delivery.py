"""One delivery: its body, its signed headers, and what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

from newswire.contracts.registry import BY_KIND
from newswire.domain.webhooks.signing import signed_headers
from newswire.domain.webhooks.webhook import Webhook
from newswire.errors import Reject, Retry
from newswire.ports import WebhookSender

TEST_TYPE: Final = "newswire.webhook.test.v1"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message for a receiver."""

    message_id: str
    """The same each time that the message is sent: receivers drop an id that they have seen."""
    body: bytes


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What came of an attempt."""

    answer: str
    """``http-`` and the status, or why there was none: ``timeout``, ``blocked-address``."""
    accepted: bool
    gone: bool = False
    retry_after: timedelta | None = None


def event_delivery(event_id: UUID, kind: str, at: datetime, cursor: str, event: bytes) -> Delivery:
    """The delivery of an event of the wire: its type, its time, its cursor, and the event as JSON."""
    shown = (BY_KIND[kind].ce_type, _moment(at), cursor)
    head = b'{"type":"%b","timestamp":"%b","cursor":"%b","data":' % tuple(text.encode() for text in shown)
    return Delivery(str(event_id), head + event + b"}")


def test_delivery(message_id: str, now: datetime) -> Delivery:
    """A delivery without an event, by which a receiver is tried."""
    said = (TEST_TYPE.encode(), _moment(now).encode())
    return Delivery(message_id, b'{"type":"%b","timestamp":"%b","data":{}}' % said)


async def attempt(sender: WebhookSender, webhook: Webhook, delivery: Delivery, now: datetime) -> DeliveryResult:
    """Send it once. Raises nothing that has to do with the receiver."""
    signed = signed_headers(webhook.secrets.in_force(now), delivery.message_id, now, delivery.body)
    try:
        answer = await sender.send(webhook.url, {"Content-Type": "application/json", **signed}, delivery.body)
    except (Retry, Reject) as error:
        # The error's text may name an address of our network, which is not for the owner of the webhook.
        return DeliveryResult(error.reason, accepted=False)
    return DeliveryResult(
        f"http-{answer.status}",
        accepted=200 <= answer.status < 300,
        gone=answer.status == HTTPStatus.GONE,
        retry_after=answer.retry_after,
    )


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
