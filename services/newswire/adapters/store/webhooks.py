"""`Webhooks` over a database."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, get_args
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    Uuid,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from newswire.adapters.database import Database
from newswire.adapters.database.columns import JSON, UtcDateTime, metadata
from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.tables import wire_head
from newswire.domain.webhooks.webhook import DeliveryNote, DisabledWhy, Webhook, WebhookSecrets, WebhookState
from newswire.domain.wire.cursor import Cursor
from newswire.domain.wire.filters import WireFilter
from newswire.ports.webhooks import WebhookFigures

webhooks = Table(
    "webhooks",
    metadata,
    Column("webhook_id", Uuid, primary_key=True),
    Column("owner", String(40), nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("wanted", JSON, nullable=False),
    Column("fields", JSON, nullable=False),
    Column("epoch", String(36), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("secret", Text, nullable=False),
    Column("former_secret", Text),
    Column("former_until", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
    Column("lease", Integer, nullable=False),
    Column("leased_until", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("failing_since", UtcDateTime),
    Column("last_answer", Text),
    Column("last_attempt_at", UtcDateTime),
    Column("last_delivered_at", UtcDateTime),
    Column("disabled", String(20)),
    Column("disabled_at", UtcDateTime),
    Column("recent", JSON),
    Index(None, "owner"),
)
"""The secrets are kept as they are: every delivery is signed with them."""
_ours = webhooks.c
_FILTER: Final = TypeAdapter(WireFilter)
_NOTES: Final = TypeAdapter(tuple[DeliveryNote, ...])
_HEAD: Final = select(wire_head.c.next - 1).scalar_subquery()
_WHYS: Final[dict[str, DisabledWhy]] = {why: why for why in get_args(DisabledWhy)}


class DatabaseWebhooks:
    """`newswire.ports.Webhooks`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, new: Webhook, most: int) -> bool:
        """Keep a new webhook, unless its owner has ``most``."""
        held = select(func.count()).select_from(webhooks).where(_ours.owner == new.owner)
        async with self._database.write() as connection:
            await self._database.lock(connection, "newswire webhooks")
            if (await connection.execute(held)).scalar_one() >= most:
                return False
            await connection.execute(webhooks.insert(), _row(new))
        return True

    async def all(self) -> tuple[Webhook, ...]:
        """Every webhook, the oldest first."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(webhooks).order_by(_ours.created_at, _ours.webhook_id))
            return tuple(map(_webhook, rows))

    async def find(self, webhook_id: UUID) -> Webhook | None:
        """The webhook with this id."""
        async with self._database.look() as connection:
            found = await connection.execute(select(webhooks).where(_ours.webhook_id == webhook_id))
            row = found.one_or_none()
        return _webhook(row) if row else None

    async def save(self, changed: Webhook) -> Webhook | None:
        """Save a change of the newest version."""
        saved = replace(changed, version=changed.version + 1)
        same = (_ours.webhook_id == changed.id, _ours.version == changed.version)
        async with self._database.write() as connection:
            written = await connection.execute(update(webhooks).where(*same).values(_row(saved)))
        return saved if written.rowcount else None

    async def remove(self, webhook_id: UUID) -> bool:
        """Forget a webhook."""
        async with self._database.write() as connection:
            return (await connection.execute(delete(webhooks).where(_ours.webhook_id == webhook_id))).rowcount > 0

    async def claim(self, now: datetime, limit: int, lease_s: float) -> tuple[Webhook, ...]:
        """Lease up to ``limit`` webhooks that have something to do, the longest due first."""
        behind = or_(_ours.position != _HEAD, _ours.epoch != select(wire_head.c.epoch).scalar_subquery())
        free = or_(_ours.leased_until.is_(None), _ours.leased_until <= now)
        due = select(webhooks).where(_ours.disabled.is_(None), _ours.due_at <= now, free, behind)
        async with self._database.look() as connection:  # mostly there is none, which needs no transaction that writes
            if (await connection.execute(due.limit(1))).first() is None:
                return ()
        locked = due.order_by(_ours.due_at, _ours.webhook_id).limit(limit).with_for_update(skip_locked=True)
        until = now + timedelta(seconds=lease_s)
        async with self._database.write() as connection:
            found = [_webhook(row) for row in await connection.execute(locked)]
            taken = {"lease": _ours.lease + 1, "leased_until": until, "version": _ours.version + 1}
            ids = [one.id for one in found]
            await connection.execute(update(webhooks).where(_ours.webhook_id.in_(ids)).values(taken))
        return tuple(replace(one, lease=one.lease + 1, leased_until=until, version=one.version + 1) for one in found)

    async def hand_over(self, owner: str, successor: str) -> int:
        """Make the webhooks of one key those of another."""
        moved = update(webhooks).where(_ours.owner == owner).values(owner=successor, version=_ours.version + 1)
        async with self._database.write() as connection:
            return (await connection.execute(moved)).rowcount

    async def figures(self) -> WebhookFigures:
        """All webhooks in numbers."""
        failing: WebhookState = "failing"
        state: Any = case(
            (_ours.disabled.is_not(None), "disabled"), (_ours.failing_since.is_not(None), failing), else_="active"
        ).label("state")
        counts = select(state, func.count().label("n")).group_by(state)
        lag = select(func.coalesce(func.max(_HEAD - _ours.position), 0)).where(_ours.disabled.is_(None))
        async with self._database.read() as connection:
            states = {row.state: row.n for row in await connection.execute(counts)}
            return WebhookFigures(states, max(0, (await connection.execute(lag)).scalar_one()))


def _row(webhook: Webhook) -> dict[str, Any]:
    return {
        "webhook_id": webhook.id,
        "owner": webhook.owner,
        "name": webhook.name,
        "url": webhook.url,
        "wanted": _FILTER.dump_python(webhook.wanted, mode="json"),
        "fields": sorted(webhook.fields),
        "epoch": webhook.cursor.epoch,
        "position": webhook.cursor.position,
        "secret": webhook.secrets.current,
        "former_secret": webhook.secrets.former,
        "former_until": webhook.secrets.former_until,
        "created_at": webhook.created_at,
        "due_at": webhook.due_at,
        "version": webhook.version,
        "lease": webhook.lease,
        "leased_until": webhook.leased_until,
        "attempts": webhook.attempts,
        "failing_since": webhook.failing_since,
        "last_answer": webhook.last_answer,
        "last_attempt_at": webhook.last_attempt_at,
        "last_delivered_at": webhook.last_delivered_at,
        "disabled": webhook.disabled,
        "disabled_at": webhook.disabled_at,
        "recent": _NOTES.dump_python(webhook.recent, mode="json"),
    }


def _webhook(row: AnyRow) -> Webhook:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's public name for a row as a mapping
    disabled = values.pop("disabled")
    return Webhook(
        id=values.pop("webhook_id"),
        wanted=_FILTER.validate_python(values.pop("wanted")),
        fields=frozenset(values.pop("fields")),
        recent=_NOTES.validate_python(values.pop("recent") or ()),
        cursor=Cursor(values.pop("epoch"), values.pop("position")),
        secrets=WebhookSecrets(values.pop("secret"), values.pop("former_secret"), values.pop("former_until")),
        disabled=_WHYS.get(disabled, "by-hand") if disabled else None,  # a later version may know more reasons
        **values,
    )
