"""Make, change and remove webhooks. A key sees those that it made; a key with the scope admin sees all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from newswire.domain.webhooks.signing import SECRET_BYTES, secret_text
from newswire.domain.webhooks.steps import disable, enable, replay, rotate
from newswire.domain.webhooks.webhook import THIN, Webhook, WebhookSecrets
from newswire.domain.wire.documents import ARTICLE_FIELDS, TEXT
from newswire.domain.wire.filters import NO_FILTER, WireFilter, impossible
from newswire.domain.wire.keys import Caller
from newswire.domain.wire.refusals import Conflict, Impossible, Unknown
from newswire.errors import Reject
from newswire.operations.webhooks.delivery import DeliveryResult, attempt, test_delivery
from newswire.operations.wire.articles import fields_for
from newswire.operations.wire.changes import cursor_of
from newswire.operations.wire.tail import WireTail
from newswire.ports import Clock, Webhooks, WebhookSender

MOST: Final = 100
"""Webhooks of one key."""
USUAL_OVERLAP: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class WebhookDesk:
    """The ports for webhooks."""

    webhooks: Webhooks
    tail: WireTail
    sender: WebhookSender
    clock: Clock
    random: Callable[[int], bytes]
    """Gives this number of bytes that nobody can guess."""


@dataclass(frozen=True, slots=True)
class WebhookWish:
    """The webhook that somebody asks for."""

    url: str
    name: str = ""
    wanted: WireFilter = NO_FILTER
    fields: frozenset[str] = frozenset()
    after: str | None = None
    """A cursor, or `start`; without it the webhook begins with the next event."""


@dataclass(frozen=True, slots=True)
class WebhookEdit:
    """A change of a webhook: what is None stays as it is."""

    url: str | None = None
    name: str | None = None
    conditions: Mapping[str, Any] = field(default_factory=dict)
    """The conditions of the filter that change, by their names in `WireFilter`."""
    fields: frozenset[str] | None = None
    enabled: bool | None = None


async def create_webhook(desk: WebhookDesk, caller: Caller, wish: WebhookWish) -> Webhook:
    """Make a webhook. Its secret is in the answer, and is not shown again.

    Raises `Denied`, `Impossible`, `Lost`, `Conflict` where the key has `MOST`, and `Wait` when the database is away.
    """
    _must(caller)
    now = desk.clock.now()
    random = desk.random(16 + SECRET_BYTES)
    new = Webhook(
        id=UUID(bytes=random[:16], version=4),
        owner=caller.name,
        name=wish.name,
        url=_address(desk, wish.url),
        wanted=_possible(wish.wanted),
        fields=_fields(caller, wish.fields),
        cursor=await cursor_of(desk.tail, wish.after or "now"),
        secrets=WebhookSecrets(secret_text(random[16:])),
        created_at=now,
        due_at=now,
    )
    if not await desk.webhooks.add(new, MOST):
        raise Conflict(f"this key has {MOST} webhooks, which is the most: remove one first")
    return new


async def list_webhooks(desk: WebhookDesk, caller: Caller) -> tuple[Webhook, ...]:
    """The webhooks of the caller, the oldest first. Raises `Denied` and `Wait`."""
    _must(caller)
    return tuple(webhook for webhook in await desk.webhooks.all() if _sees(caller, webhook))


async def find_webhook(desk: WebhookDesk, caller: Caller, webhook_id: UUID) -> Webhook:
    """One webhook. Raises `Unknown` also for one of another key, `Denied`, and `Wait`."""
    _must(caller)
    found = await desk.webhooks.find(webhook_id)
    if found is None or not _sees(caller, found):
        raise Unknown(f"no webhook {webhook_id}: GET /v1/webhooks, or 'newswire webhooks list', shows them")
    return found


async def edit_webhook(desk: WebhookDesk, caller: Caller, webhook_id: UUID, edit: WebhookEdit) -> Webhook:
    """Change a webhook. Raises what `create_webhook` and `find_webhook` raise."""
    url = None if edit.url is None else _address(desk, edit.url)
    fields = None if edit.fields is None else _fields(caller, edit.fields)

    def after(webhook: Webhook) -> Webhook:
        changed = replace(
            webhook,
            url=url or webhook.url,
            name=webhook.name if edit.name is None else edit.name,
            wanted=_possible(replace(webhook.wanted, **edit.conditions)),
            fields=fields or webhook.fields,
        )
        if edit.enabled is None:
            return changed
        return enable(changed, desk.clock.now()) if edit.enabled else disable(changed, "by-hand", desk.clock.now())

    return await _changed(desk, caller, webhook_id, after)


async def remove_webhook(desk: WebhookDesk, caller: Caller, webhook_id: UUID) -> None:
    """Remove a webhook. Raises what `find_webhook` raises."""
    await find_webhook(desk, caller, webhook_id)
    await desk.webhooks.remove(webhook_id)


async def rotate_secret(desk: WebhookDesk, caller: Caller, webhook_id: UUID, overlap: timedelta) -> Webhook:
    """Give a webhook a new secret, which is in the answer; the old one signs too for ``overlap``.

    Raises what `find_webhook` raises.
    """
    secret = secret_text(desk.random(SECRET_BYTES))
    now = desk.clock.now()
    return await _changed(desk, caller, webhook_id, lambda webhook: rotate(webhook, secret, overlap, now))


async def replay_webhook(desk: WebhookDesk, caller: Caller, webhook_id: UUID, after: str) -> Webhook:
    """Deliver everything behind a cursor (or `start`, `now`), and enable the webhook where it is disabled.

    Raises `Impossible`, `Lost`, and what `find_webhook` raises.
    """
    await find_webhook(desk, caller, webhook_id)
    cursor = await cursor_of(desk.tail, after)
    return await _changed(desk, caller, webhook_id, lambda webhook: replay(webhook, cursor, desk.clock.now()))


async def try_webhook(desk: WebhookDesk, caller: Caller, webhook_id: UUID) -> DeliveryResult:
    """Send a test message once, and say what came of it. Raises what `find_webhook` raises."""
    webhook = await find_webhook(desk, caller, webhook_id)
    now = desk.clock.now()
    return await attempt(desk.sender, webhook, test_delivery(f"test_{desk.random(12).hex()}", now), now)


async def lag_of(desk: WebhookDesk) -> Callable[[Webhook], int | None]:
    """How many positions a webhook's cursor lies behind the head of the wire; None where the cursor is lost."""
    there_is = await desk.tail.range()

    def lag(webhook: Webhook) -> int | None:
        return there_is.head - webhook.cursor.position if webhook.cursor.epoch == there_is.epoch else None

    return lag


async def _changed(desk: WebhookDesk, caller: Caller, webhook_id: UUID, after: Callable[[Webhook], Webhook]) -> Webhook:
    """Save a change to the newest version; a sender may save one at any time."""
    while True:
        webhook = await find_webhook(desk, caller, webhook_id)
        if TEXT in webhook.fields:
            caller.must("text")
        saved = await desk.webhooks.save(after(webhook))
        if saved is not None:
            return saved


def _must(caller: Caller) -> None:
    caller.must("webhooks")
    caller.must("read")


def _sees(caller: Caller, webhook: Webhook) -> bool:
    return webhook.owner == caller.name or caller.may("admin")


def _address(desk: WebhookDesk, url: str) -> str:
    try:
        return desk.sender.check(url)
    except Reject as error:
        raise Impossible("url", str(error)) from error


def _fields(caller: Caller, named: frozenset[str]) -> frozenset[str]:
    return fields_for(caller, named or THIN, ARTICLE_FIELDS)


def _possible(wanted: WireFilter) -> WireFilter:
    if (conflict := impossible(wanted)) is not None:
        raise Impossible(*conflict)
    return wanted
