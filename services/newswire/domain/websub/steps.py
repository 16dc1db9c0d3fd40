"""What is to be done about a feed's subscription at a WebSub hub when it is looked at, and what the hub is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from newswire.domain.urls.syntax import parse
from newswire.domain.websub.changes import ended, lapsed, leaving, scheduled, silenced, wished_again
from newswire.domain.websub.subscription import HubChoice, HubSubscription

Mode = Literal["subscribe", "unsubscribe"]

GRACE: Final = timedelta(minutes=10)
"""Between an announcement and the poll that finds what it announced, whichever of them is first."""
LEAVES: Final = 5
"""So often a hub is asked to let a subscription go; then it is left to its lease."""
PATH: Final = "websub/"
"""The path of the callbacks, below the public address."""


@dataclass(frozen=True, slots=True)
class Step:
    """What comes of a look."""

    after: HubSubscription
    request: Mode | None = None
    """What the hub is to be asked."""


def next_step(
    subscription: HubSubscription,
    wanted: HubChoice | None,
    *,
    last_entry_at: datetime | None,
    replaced: bool,
    base: str,
    now: datetime,
) -> Step:
    """The step to be taken.

    Args:
        subscription: any that has not ended.
        wanted: where its feed is to be subscribed to as of its last poll; None when nowhere (any more).
        last_entry_at: when a poll of the feed last brought something new.
        replaced: whether what is wanted is there and confirmed by its hub.
        base: the public address of the callbacks as of now.
        now: the present.
    """
    if wanted != subscription.choice:
        return _unwanted(subscription, moves=wanted is not None and not replaced, now=now)
    if subscription.state == "unsubscribing":
        subscription = wished_again(subscription, now)
    elif subscription.state == "active":
        if subscription.lease_until is None or subscription.lease_until <= now:
            subscription = lapsed(subscription, now)
        elif fell_silent(subscription, last_entry_at, now):
            subscription = silenced(subscription, now)
    due = subscription.ask_at is None or subscription.ask_at <= now or subscription.base not in {None, base}
    return Step(scheduled(subscription, now), "subscribe" if due else None)


def fell_silent(subscription: HubSubscription, last_entry_at: datetime | None, now: datetime) -> bool:
    """Whether a poll found what the hub, which had confirmed the subscription long before, did not announce."""
    if not subscription.relied_on or last_entry_at is None or subscription.verified_at is None:
        return False
    if not subscription.verified_at + GRACE < last_entry_at <= now - GRACE:
        return False
    announced = subscription.last_delivery_at
    return announced is None or announced < last_entry_at - GRACE


def request_fields(subscription: HubSubscription, mode: Mode, lease_s: int) -> dict[str, str]:
    """The form that the hub is sent (WebSub §5.1), for a subscription that was saved as asked for or as left.

    A hub knows what it is to let go by topic and callback, so that one is named as it was told.
    """
    token = subscription.asked_token if mode == "subscribe" else subscription.token
    told = subscription.base
    if token is None or told is None:
        raise ValueError(f"{subscription.id}: there is no callback to {mode}")
    fields = {"hub.mode": mode, "hub.topic": subscription.topic, "hub.callback": f"{told}{PATH}{token}"}
    if mode == "subscribe":
        fields["hub.lease_seconds"] = str(lease_s)
        if subscription.secret is not None:
            fields["hub.secret"] = subscription.secret
    return fields


def callback_base(address: str) -> str:
    """The public address of the callbacks, ending in ``/``.

    Raises:
        ValueError: it is no http(s) address, or has a query; the text says so.
    """
    url = parse(address)
    if url.query or "#" in address:
        raise ValueError(f"an address without a query and a fragment is wanted: {address!r}")
    return str(url).rstrip("/") + "/"


def _unwanted(subscription: HubSubscription, *, moves: bool, now: datetime) -> Step:
    held = subscription.lease_until is not None and subscription.lease_until > now
    if not held or subscription.token is None or subscription.state in {"pending", "denied"}:
        return Step(ended(subscription))
    if subscription.state == "active":
        # What it moves to is not confirmed yet: until then the former hub is better than none.
        return Step(scheduled(subscription, now)) if moves else Step(leaving(subscription, now), "unsubscribe")
    if subscription.attempts >= LEAVES:
        return Step(ended(subscription))
    if subscription.ask_at is None or subscription.ask_at <= now:
        return Step(leaving(subscription, now), "unsubscribe")
    return Step(scheduled(subscription, now))
