"""The next state of a webhook after each thing that can happen to it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from newswire.domain.webhooks.webhook import KEPT, DeliveryNote, DisabledWhy, Webhook, WebhookSecrets
from newswire.domain.wire.cursor import Cursor

FIRST_DELAY: Final = timedelta(seconds=5)
LONGEST_DELAY: Final = timedelta(hours=1)
"""A receiver that is back gets its events within the hour. Only the next event is tried, so an attempt costs little."""
GIVE_UP: Final = timedelta(days=3)
"""The time for which an event is tried before the webhook is disabled."""
_JITTER: Final = 0.2
_MOST_DOUBLINGS: Final = 10


def delay_after(attempts: int, asked_for: timedelta | None, chance: float) -> timedelta:
    """The time until the next attempt, after ``attempts`` that failed in a row (1, 2, 3, …).

    It begins with `FIRST_DELAY`, doubles, and is at most `LONGEST_DELAY`. ``asked_for`` is the receiver's Retry-After:
    the delay is never less than that, up to the same limit. ``chance``, from 0 to 1, spreads the delay by a fifth in
    both directions, so that many webhooks of one receiver do not come back in one moment.
    """
    doubled = FIRST_DELAY * (1 << min(attempts - 1, _MOST_DOUBLINGS))
    spread = min(doubled, LONGEST_DELAY / (1 + _JITTER)) * (1 + _JITTER * (2 * chance - 1))
    return max(spread, min(asked_for or timedelta(), LONGEST_DELAY))


def noted(webhook: Webhook, note: DeliveryNote) -> Webhook:
    """With one attempt more to remember."""
    return replace(webhook, recent=(*webhook.recent, note)[-KEPT:])


def delivered(webhook: Webhook, cursor: Cursor, answer: str, now: datetime) -> Webhook:
    """After the receiver accepted the event before ``cursor``."""
    return replace(
        webhook,
        cursor=cursor,
        attempts=0,
        failing_since=None,
        last_answer=answer,
        last_attempt_at=now,
        last_delivered_at=now,
        due_at=now,
    )


def refused(webhook: Webhook, answer: str, asked_for: timedelta | None, now: datetime, chance: float) -> Webhook:
    """After an attempt that failed; after three days of them the webhook is disabled. ``chance``: see `delay_after`."""
    tried = replace(
        webhook,
        attempts=webhook.attempts + 1,
        failing_since=webhook.failing_since or now,
        last_answer=answer,
        last_attempt_at=now,
        due_at=now + delay_after(webhook.attempts + 1, asked_for, chance),
    )
    if now - (webhook.failing_since or now) >= GIVE_UP:
        return disable(tried, "failing", now)
    return tried


def gone(webhook: Webhook, now: datetime) -> Webhook:
    """After the receiver answered 410, by which it asks for no more deliveries (Standard Webhooks, "Delivery")."""
    return disable(replace(webhook, last_answer="http-410", last_attempt_at=now), "gone", now)


def disable(webhook: Webhook, why: DisabledWhy, now: datetime) -> Webhook:
    """Deliver nothing until somebody enables it. The cursor stays, so nothing is lost. The first reason stands."""
    if webhook.disabled is not None:
        return webhook
    return replace(webhook, disabled=why, disabled_at=now)


def enable(webhook: Webhook, now: datetime) -> Webhook:
    """Go on from the cursor, with three days again for the next event."""
    return replace(webhook, disabled=None, disabled_at=None, attempts=0, failing_since=None, due_at=now)


def replay(webhook: Webhook, cursor: Cursor, now: datetime) -> Webhook:
    """Deliver everything behind ``cursor``: again where it lies before the place that was reached."""
    return replace(enable(webhook, now), cursor=cursor)


def rotate(webhook: Webhook, secret: str, overlap: timedelta, now: datetime) -> Webhook:
    """Sign with a new secret, and for ``overlap`` with the one before as well."""
    kept = WebhookSecrets(secret, webhook.secrets.current, now + overlap) if overlap else WebhookSecrets(secret)
    return replace(webhook, secrets=kept)
