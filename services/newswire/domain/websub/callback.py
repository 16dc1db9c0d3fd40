"""What a hub's request to one of our callbacks means for the subscription whose callback it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from newswire.domain.websub.changes import denied, ended, verified
from newswire.domain.websub.subscription import HubSubscription

_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An answer that the hub takes for a yes."""

    after: HubSubscription
    body: str
    """The challenge, echoed; nothing where the hub asks for none."""


def confirm(
    subscription: HubSubscription, token: str, query: Mapping[str, str], *, asked: timedelta, now: datetime
) -> Confirmed | None:
    """What a GET of the callback that ends in ``token`` comes to; None is to be answered 404 (WebSub §5.2, §5.3).

    ``asked`` is the lease that counts where an old hub names none.
    """
    if query.get("hub.topic") != subscription.topic:
        return None
    challenge, state = query.get("hub.challenge", ""), subscription.state
    match query.get("hub.mode"):
        case "subscribe" if challenge and state in {"pending", "active"} and _is_wished(subscription, token):
            lease = _lease(query.get("hub.lease_seconds", "")) or asked
            return Confirmed(verified(subscription, token, lease, now), challenge)
        case "unsubscribe" if challenge and state in {"unsubscribing", "ended"} and token == subscription.token:
            return Confirmed(ended(subscription), challenge)
        case "denied" if state in {"pending", "active"} and _is_wished(subscription, token):
            return Confirmed(denied(subscription, query.get("hub.reason", ""), now), "")
    return None


def is_gone(subscription: HubSubscription, token: str) -> bool:
    """Whether what is delivered there is answered 410: the callback was given up, or the whole subscription."""
    return subscription.state in {"unsubscribing", "ended"} or not _is_wished(subscription, token)


def _is_wished(subscription: HubSubscription, token: str) -> bool:
    return token in {subscription.token, subscription.asked_token}


def _lease(seconds: str) -> timedelta | None:
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= _DIGITS):
        return None
    return timedelta(seconds=int(seconds)) or None
