"""Webhooks: their state, and the way to their receivers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from newswire.domain.webhooks.webhook import Webhook, WebhookState


@dataclass(frozen=True, slots=True)
class WebhookFigures:
    """All webhooks at one moment."""

    states: Mapping[WebhookState, int]
    lag: int
    """Positions from the cursor that lies furthest behind to the head of the wire; disabled webhooks left out."""


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """The answer of a receiver; its body is not read."""

    status: int
    retry_after: timedelta | None = None


class Webhooks(Protocol):
    """Keeps webhooks. Every method raises `Wait` when the database is away."""

    async def add(self, new: Webhook, most: int) -> bool:
        """Keep a new webhook; False, and nothing is kept, where its owner has ``most`` already."""
        ...

    async def all(self) -> tuple[Webhook, ...]:
        """Every webhook, the oldest first."""
        ...

    async def find(self, webhook_id: UUID) -> Webhook | None:
        """The webhook with this id."""
        ...

    async def save(self, changed: Webhook) -> Webhook | None:
        """Put ``changed`` in place of the version that it was made from, and return it as it is saved.

        None where another change was quicker or the webhook was removed: nothing is saved then.
        """
        ...

    async def remove(self, webhook_id: UUID) -> bool:
        """Forget a webhook; False where there is none with this id."""
        ...

    async def claim(self, now: datetime, limit: int, lease_s: float) -> tuple[Webhook, ...]:
        """Lease up to ``limit`` webhooks that have something to do, the longest due first.

        Those are enabled and due, nobody else holds a lease of them, and their cursor is not at the head of the wire.
        Nobody else is given them before ``leased_until`` = now + lease, in seconds. Every claim counts ``lease`` up.
        """
        ...

    async def hand_over(self, owner: str, successor: str) -> int:
        """Make the webhooks of one key those of the key that replaces it; returns how many."""
        ...

    async def figures(self) -> WebhookFigures:
        """All webhooks in numbers."""
        ...


class WebhookSender(Protocol):
    """Sends to receivers. No byte goes to a private address, but to the networks that the settings name."""

    def check(self, url: str) -> str:
        """The address of a receiver in its normal form.

        Raises `Reject` ``bad-url`` or ``blocked-address`` for an address that can be seen to be refused. A name is
        judged when it is resolved, at each delivery.
        """
        ...

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer:
        """POST ``body``. Any status is an answer, a redirect too: none is followed.

        Raises `Retry` with reason ``timeout``, ``dns``, ``connect``, ``tls`` or ``protocol``, and `Reject` with reason
        ``blocked-address`` or ``bad-url``. After a `Retry` the receiver may have accepted it or not.
        """
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...
