"""Webhooks: a state word for each, what it wants in words, and its deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from newswire.domain.webhooks.webhook import DeliveryNote, DisabledWhy, Webhook
from newswire.domain.wire.cursor import Cursor, parse_cursor
from newswire.domain.wire.documents import TEXT
from newswire.domain.wire.filters import WireFilter
from newswire.serve.console.views.words import StateMark, plural

Done = Literal["enabled", "paused", "replayed"]
DONE: Final[Mapping[Done, str]] = {
    "enabled": "Deliveries go on from where they stopped.",
    "paused": "Nothing is sent until you let it go on. Its place on the wire is kept.",
    "replayed": "Everything behind that place is sent, in the order of the wire.",
}
"""What a form did, by the word in the address that it leads to."""
_WHY: Final[Mapping[DisabledWhy, str]] = {
    "by-hand": "Somebody paused it",
    "gone": "The receiver answered 410: it wants no more",
    "failing": "The same event was refused for three days",
    "cursor-lost": "Events behind its place may be missing: replay from another place",
    "key-ended": "Its key was revoked or has expired",
}


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One attempt."""

    note: DeliveryNote
    mark: StateMark
    before: Cursor | None
    """The place before its event, from which it is sent again."""


@dataclass(frozen=True, slots=True)
class WebhookLine:
    """One webhook."""

    webhook: Webhook
    title: str
    state: StateMark
    lag: int | None
    """Positions behind the head of the wire; None where its place is lost."""
    wants: str
    sends: str
    deliveries: tuple[DeliveryRow, ...]
    """The newest first."""


def line_of(webhook: Webhook, lag: int | None) -> WebhookLine:
    """A webhook as the pages show it."""
    return WebhookLine(
        webhook=webhook,
        title=webhook.name or webhook.url.partition("://")[2],
        state=state_of(webhook),
        lag=lag,
        wants=_wants(webhook.wanted),
        sends="articles with their texts" if TEXT in webhook.fields else "articles without their texts",
        deliveries=tuple(map(_delivery, reversed(webhook.recent))),
    )


def state_of(webhook: Webhook) -> StateMark:
    """The one word for how a webhook is; its title says why."""
    if webhook.disabled is not None:
        word = "paused" if webhook.disabled == "by-hand" else "stopped"
        return StateMark(word, "plain" if word == "paused" else "bad", _WHY[webhook.disabled])
    if webhook.state == "failing":
        return StateMark("failing", "warn", f"{plural(webhook.attempts, 'attempt')} failed: {webhook.last_answer}")
    if webhook.last_delivered_at is None:
        return StateMark("new", "plain", "Nothing was delivered yet")
    return StateMark("well", "good", "The last delivery was accepted")


def _delivery(note: DeliveryNote) -> DeliveryRow:
    if note.accepted:
        mark = StateMark("accepted", "good")
    else:
        mark = StateMark("refused" if note.answer.startswith("http-") else "no answer", "warn")
    behind = parse_cursor(note.cursor)
    return DeliveryRow(note, mark, Cursor(behind.epoch, behind.position - 1) if behind else None)


def _wants(wanted: WireFilter) -> str:
    """The conditions in words."""
    lists = (
        ("kinds", wanted.kinds),
        ("sources", wanted.sources),
        ("feeds", wanted.feeds),
        ("languages", wanted.languages),
    )
    parts = [f"{name} {', '.join(sorted(map(str, values)))}" for name, values in lists if values]
    times = (
        ("published after", wanted.published_after),
        ("published before", wanted.published_before),
        ("changed after", wanted.changed_after),
        ("changed before", wanted.changed_before),
    )
    parts += [f"{name} {moment:%Y-%m-%d %H:%M}" for name, moment in times if moment is not None]
    parts += ["no duplicates"] if wanted.duplicates == "none" else []
    return "; ".join(parts) or "every event"
