"""What is answered about webhooks."""

from dataclasses import asdict
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from newswire.domain.webhooks.webhook import DisabledWhy, Webhook, WebhookState
from newswire.domain.wire.filters import WireFilter
from newswire.events import Utc, Value


class WebhookFilter(Value):
    """The events that a webhook gets; an empty condition takes all."""

    kind: list[str]
    source: list[str]
    feed: list[UUID]
    language: list[str]
    published_after: Utc | None
    published_before: Utc | None
    changed_after: Utc | None
    changed_before: Utc | None
    duplicates: Literal["all", "none"]


class WebhookDelivery(Value):
    """One attempt to deliver an event."""

    at: Utc
    event_id: UUID
    kind: str
    cursor: str = Field(description="The place behind the event: a replay from here begins with the next one.")
    answer: str = Field(description="`http-` and the status, or why there was none, such as `timeout`.")
    accepted: bool


class WebhookDocument(Value):
    """A webhook, without its secret."""

    id: UUID
    name: str
    url: str
    owner: str = Field(description="The id of the key that made it; `local` where no key was needed.")
    filter: WebhookFilter
    fields: list[str] = Field(description="The fields of articles that are sent.")
    state: WebhookState = Field(description="`failing`: the next event was refused and is tried again.")
    disabled: DisabledWhy | None = Field(
        description="Why nothing is sent: `by-hand`; `gone`: the receiver answered 410; `failing`: for three days; "
        "`cursor-lost`: events behind the cursor may be missing, replay from another; `key-ended`: its key was revoked "
        "or expired."
    )
    disabled_at: Utc | None
    cursor: str = Field(description="Everything up to here was delivered or passed over.")
    lag: int | None = Field(description="Positions from the cursor to the head of the wire; null where it is lost.")
    attempts: int = Field(description="Attempts to deliver the next event that failed.")
    failing_since: Utc | None
    next_attempt_at: Utc | None = Field(description="Null where it is disabled.")
    last_answer: str | None = Field(description="`http-` and the status, or why there was none, such as `timeout`.")
    last_attempt_at: Utc | None
    last_delivered_at: Utc | None
    created_at: Utc
    former_secret_until: Utc | None = Field(description="Until then the secret before the last rotation signs too.")
    recent: list[WebhookDelivery] = Field(description="The last 20 attempts, the newest first.")


class WebhooksAnswer(Value):
    """The webhooks of the caller."""

    webhooks: list[WebhookDocument]


class WebhookWithSecret(Value):
    """A webhook, with its new secret."""

    webhook: WebhookDocument
    secret: str = Field(description="`whsec_…`. It is shown this once.")


class WebhookTestAnswer(Value):
    """What came of a test message."""

    accepted: bool
    answer: str = Field(description="`http-` and the status, or why there was none, such as `timeout`.")


def webhook_document(webhook: Webhook, lag: int | None) -> WebhookDocument:
    """A webhook as its owner sees it."""
    former = webhook.secrets.former_until
    return WebhookDocument(
        id=webhook.id,
        name=webhook.name,
        url=webhook.url,
        owner=webhook.owner,
        filter=_filter(webhook.wanted),
        fields=sorted(webhook.fields),
        state=webhook.state,
        disabled=webhook.disabled,
        disabled_at=webhook.disabled_at,
        cursor=str(webhook.cursor),
        lag=lag,
        attempts=webhook.attempts,
        failing_since=webhook.failing_since,
        next_attempt_at=None if webhook.disabled else webhook.due_at,
        last_answer=webhook.last_answer,
        last_attempt_at=webhook.last_attempt_at,
        last_delivered_at=webhook.last_delivered_at,
        created_at=webhook.created_at,
        former_secret_until=former,
        recent=[WebhookDelivery(**asdict(note)) for note in reversed(webhook.recent)],
    )


def _filter(wanted: WireFilter) -> WebhookFilter:
    lists: dict[str, Any] = {
        "kind": sorted(wanted.kinds),
        "source": sorted(wanted.sources),
        "feed": sorted(wanted.feeds),
        "language": sorted(wanted.languages),
    }
    return WebhookFilter(
        **lists,
        published_after=wanted.published_after,
        published_before=wanted.published_before,
        changed_after=wanted.changed_after,
        changed_before=wanted.changed_before,
        duplicates="none" if wanted.duplicates == "none" else "all",
    )
