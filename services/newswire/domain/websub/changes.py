"""What can happen to a feed's subscription at a WebSub hub: each function gives it as it is afterwards."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from newswire.domain.websub.subscription import HubSubscription, is_https

LOOK: Final = timedelta(minutes=15)
"""A subscription is looked at this often at least: whether its feed is still polled, and names the hub still."""
RENEW_AT: Final = 0.8
"""A subscription is renewed after this share of its lease; the rest is left for a hub that is away."""
RENEW_AFTER: Final = timedelta(minutes=1)
"""At the earliest, however short a lease a hub grants."""
LEASE_MAX: Final = timedelta(days=365)
RETRY_FIRST: Final = timedelta(minutes=5)
RETRY_MAX: Final = timedelta(days=1)
DENIED_FOR: Final = timedelta(days=7)
"""After a hub said no, it is not asked again for so long."""
_TROUBLE: Final = 300


def asked(was: HubSubscription, base: str, token: str, secret: str, now: datetime) -> HubSubscription:
    """It is asked for, or its renewal is; saved before the request is sent, as the hub may verify before it answers.

    ``token`` and ``secret`` are new ones. A request that is repeated names the same callback as before: a hub that
    is late with verifying finds it known.
    """
    return scheduled(
        replace(
            was,
            state="active" if was.state == "active" else "pending",
            base=base,
            asked_token=was.asked_token if was.asked_token and was.base == base else token,
            secret=(was.secret or secret) if is_https(was.hub) else None,
            attempts=was.attempts + 1,
            ask_at=now + backoff(was.attempts),
        ),
        now,
    )


def leaving(was: HubSubscription, now: datetime) -> HubSubscription:
    """The hub is asked to let it go."""
    attempts = was.attempts if was.state == "unsubscribing" else 0
    left = replace(
        was,
        state="unsubscribing",
        asked_token=None,
        attempts=attempts + 1,
        ask_at=now + backoff(attempts),
        silent_since=None,
    )
    return scheduled(left, now)


def failed(was: HubSubscription, trouble: str, now: datetime, wait: timedelta | None = None) -> HubSubscription:
    """A request came to nothing; ``wait`` is what the hub asked for (RFC 9110 §10.2.3), a day at the most."""
    ask_at = max(was.ask_at or now, now + min(wait or timedelta(0), RETRY_MAX))
    return scheduled(replace(was, trouble=_readable(trouble), ask_at=ask_at), now)


def verified(was: HubSubscription, token: str, lease: timedelta, now: datetime) -> HubSubscription:
    """The hub confirms it for as long as it says itself; a former callback is given up for the new one."""
    renewed = token == was.asked_token
    lease = min(lease, LEASE_MAX)
    return scheduled(
        replace(
            was,
            state="active",
            token=token,
            asked_token=None if renewed else was.asked_token,
            former_token=was.token if renewed else was.former_token,
            attempts=0,
            verified_at=now,
            lease_until=now + lease,
            ask_at=now + max(lease * RENEW_AT, RENEW_AFTER),
            trouble=None,
        ),
        now,
    )


def denied(was: HubSubscription, reason: str, now: datetime) -> HubSubscription:
    """The hub does not want it (any more): polling goes on as without a hub."""
    no = replace(
        was,
        state="denied",
        asked_token=None,
        attempts=0,
        ask_at=now + DENIED_FOR,
        lease_until=None,
        silent_since=None,
        trouble=_readable(reason) or "denied",
    )
    return scheduled(no, now)


def delivered(was: HubSubscription, now: datetime) -> HubSubscription:
    """The hub announced something: it is relied on, again or still."""
    return replace(was, last_delivery_at=now, silent_since=None)


def silenced(was: HubSubscription, now: datetime) -> HubSubscription:
    """The hub did not announce what came; it may have forgotten us, so it is asked anew at once."""
    return scheduled(replace(was, silent_since=now, ask_at=now), now)


def lapsed(was: HubSubscription, now: datetime) -> HubSubscription:
    """The lease ran out before the hub confirmed another one."""
    return scheduled(replace(was, state="pending", lease_until=None), now)


def ended(was: HubSubscription) -> HubSubscription:
    """It is over. What is still delivered is answered 410."""
    return replace(
        was,
        state="ended",
        asked_token=None,
        attempts=0,
        ask_at=None,
        check_at=None,
        lease_until=None,
        silent_since=None,
    )


def wished_again(was: HubSubscription, now: datetime) -> HubSubscription:
    """One that ended is wanted again."""
    return replace(was, state="pending", attempts=0, ask_at=now, check_at=now, trouble=None)


def backoff(failures: int) -> timedelta:
    """Until a request is repeated that the hub did not follow up, after so many that it did not either."""
    return min(RETRY_FIRST * (1 << min(failures, 10)), RETRY_MAX)


def _readable(said: str) -> str:
    """A line of what a hub said, which is anybody's text."""
    return "".join(char if char.isprintable() else " " for char in said[:_TROUBLE]).strip()


def scheduled(subscription: HubSubscription, now: datetime) -> HubSubscription:
    """To be looked at when the hub is to be asked or the lease ends, and before long in any case."""
    moments = (subscription.ask_at, subscription.lease_until, now + LOOK)
    return replace(subscription, check_at=min(moment for moment in moments if moment is not None and moment > now))
