"""Settings of the sender of webhooks."""

from typing import Annotated

from pydantic import BeforeValidator, Field, IPvAnyNetwork

from newswire.settings.group import Count, Group, Seconds, parts


class WebhookSettings(Group):
    """Sending to the receivers of webhooks."""

    send: bool = Field(
        default=True,
        description="Let `newswire run` and `newswire serve` send to the webhooks that readers make. Several processes "
        "share the work.",
    )
    allow_networks: Annotated[tuple[IPvAnyNetwork, ...], BeforeValidator(parts)] = Field(
        default=(),
        description="Private networks that receivers may be in, comma-separated: 10.0.0.0/8,fd00::/8. None by default: "
        "every key with the scope webhooks could send to every service there.",
    )
    timeout_s: Seconds = Field(
        default=15, ge=1, le=60, description="Seconds in which a receiver must answer; then the delivery has failed."
    )
    concurrency: Count = Field(default=32, description="Webhooks that one process sends to at once.")
