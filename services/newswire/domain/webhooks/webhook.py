"""A webhook: the endpoint of a receiver, the events that it wants, and the place that it has reached."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, get_args
from uuid import UUID

from newswire.domain.wire.cursor import Cursor
from newswire.domain.wire.filters import WireFilter

DisabledWhy = Literal["by-hand", "gone", "failing", "cursor-lost", "key-ended"]
WebhookState = Literal["active", "failing", "disabled"]
WEBHOOK_STATES: Final[tuple[WebhookState, ...]] = get_args(WebhookState)
KEPT: Final = 20
"""Attempts that a webhook remembers. They are saved with it, so they cost no transaction of their own."""
THIN: Final = frozenset({"article_id", "url", "title"})
"""The fields of articles that a receiver is sent where it names none."""


@dataclass(frozen=True, slots=True)
class WebhookSecrets:
    """The secret that signs deliveries, and the former secret while both sign."""

    current: str = field(repr=False)
    former: str | None = field(default=None, repr=False)
    former_until: datetime | None = None

    def in_force(self, now: datetime) -> tuple[str, ...]:
        """The secrets that sign at ``now``, the newest first."""
        if self.former is None or self.former_until is None or now >= self.former_until:
            return (self.current,)
        return self.current, self.former


@dataclass(frozen=True, slots=True)
class DeliveryNote:
    """An attempt to deliver an event, and what came of it."""

    at: datetime
    event_id: UUID
    kind: str
    cursor: str
    """The place behind the event: a replay from here begins with the next one."""
    answer: str
    """``http-204``, ``timeout``, ``blocked-address``."""
    accepted: bool


@dataclass(frozen=True, slots=True)
class Webhook:
    """The state of one webhook as it is saved."""

    id: UUID
    owner: str
    """The id of the key that made it; ``local`` where no key was needed."""
    name: str
    url: str
    wanted: WireFilter
    fields: frozenset[str]
    """The fields of articles that are sent."""
    cursor: Cursor
    """The place behind the last event that was delivered or passed over."""
    secrets: WebhookSecrets
    created_at: datetime
    due_at: datetime
    """The earliest time of the next attempt."""
    version: int = 0
    """Counts what was saved; only a change of the newest version is saved."""
    lease: int = 0
    """Counts the turns of senders; a sender whose turn is over knows by it."""
    leased_until: datetime | None = None
    attempts: int = 0
    """Attempts to deliver the next event that failed, in a row."""
    failing_since: datetime | None = None
    last_answer: str | None = None
    """What came of the last attempt: ``http-204``, ``timeout``, ``blocked-address``."""
    last_attempt_at: datetime | None = None
    last_delivered_at: datetime | None = None
    disabled: DisabledWhy | None = None
    disabled_at: datetime | None = None
    recent: tuple[DeliveryNote, ...] = ()
    """The last `KEPT` attempts, the oldest first."""

    @property
    def state(self) -> WebhookState:
        """Whether deliveries go on, and whether the last one failed."""
        if self.disabled is not None:
            return "disabled"
        return "failing" if self.failing_since is not None else "active"
