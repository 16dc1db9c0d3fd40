"""The metrics of the sender of webhooks."""

from typing import Final

from prometheus_client import Counter, Gauge

from newswire.domain.webhooks.webhook import WEBHOOK_STATES
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
