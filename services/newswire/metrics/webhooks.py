"""The metrics of the sender of webhooks, and how they are told."""

from collections.abc import Mapping
from math import nan
from typing import Final

from prometheus_client import Counter, Gauge

from newswire.domain.webhooks.webhook import WEBHOOK_STATES, WebhookState
from newswire.metrics.family import declare

WEBHOOK_DELIVERIES: Final = declare(
    Counter,
    "newswire_webhook_deliveries",
    "Attempts to deliver an event to a webhook: delivered, else the failure.",
    "outcome",
    values=("delivered",),
    of=("webhooks",),
)
WEBHOOKS_DISABLED: Final = declare(
    Counter,
    "newswire_webhooks_disabled",
    "Webhooks that newswire disabled; failing: for three days; gone: the receiver answered 410; cursor-lost: events "
    "may be missing; key-ended: its key was revoked or expired.",
    "why",
    values=("failing", "gone", "cursor-lost", "key-ended"),
    of=("webhooks",),
)
WEBHOOKS: Final = declare(
    Gauge,
    "newswire_webhooks",
    "Webhooks; failing: the next event was refused and is tried again.",
    "state",
    values=WEBHOOK_STATES,
    of=("webhooks",),
)
WEBHOOK_LAG: Final = declare(
    Gauge,
    "newswire_webhook_lag_positions",
    "Positions from the cursor that lies furthest behind to the head of the wire; disabled webhooks left out.",
    of=("webhooks",),
)


def delivered(outcome: str) -> None:
    """An event was sent to a receiver: ``delivered``, or the label of the reason why not."""
    WEBHOOK_DELIVERIES.labels(outcome).inc()


def disabled(why: str) -> None:
    """A webhook was disabled by newswire itself."""
    WEBHOOKS_DISABLED.labels(why).inc()


def observed(states: Mapping[WebhookState, int], lag: int) -> None:
    """How many webhooks are in each state, and how far the last of them is behind, in positions."""
    for state in WEBHOOK_STATES:
        WEBHOOKS.labels(state).set(states.get(state, 0))
    WEBHOOK_LAG.set(lag)


def unobserved() -> None:
    """Nothing is known of the webhooks at present."""
    WEBHOOKS.clear()
    WEBHOOK_LAG.set(nan)
