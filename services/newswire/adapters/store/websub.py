"""`HubSubscriptions` over a database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database import Database
from newswire.adapters.store.rows import AnyRow, feed_of
from newswire.adapters.store.sql import insert_new
from newswire.adapters.store.tables import feeds
from newswire.adapters.store.websub_table import websub_subscriptions
from newswire.domain.feeds.state import FeedState
from newswire.domain.websub.subscription import HubSubscription
from newswire.ports.websub import DueSubscription

_ours = websub_subscriptions.c


class DatabaseHubSubscriptions:
    """`newswire.ports.HubSubscriptions`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, new: HubSubscription) -> None:
        """Keep a new one; one that is there already stays as it is."""
        async with self._database.write() as connection:
            await insert_new(connection, websub_subscriptions, [_row(new)])

    async def of_feed(self, feed_id: UUID) -> tuple[HubSubscription, ...]:
        """All that a feed ever had."""
        query = select(websub_subscriptions).where(_ours.feed_id == feed_id).order_by(_ours.subscription_id)
        async with self._database.read() as connection:
            return tuple(map(_of, await connection.execute(query)))

    async def by_token(self, token: str) -> HubSubscription | None:
        """The one that a callback is or was of."""
        known = or_(_ours.token == token, _ours.asked_token == token, _ours.former_token == token)
        async with self._database.read() as connection:
            row = (await connection.execute(select(websub_subscriptions).where(known))).first()
        return None if row is None else _of(row)

    async def claim(self, now: datetime, limit: int, lease_s: float) -> tuple[DueSubscription, ...]:
        """Lease up to ``limit`` due ones, longest overdue first."""
        until = now + timedelta(seconds=lease_s)
        due = (
            select(websub_subscriptions)
            .where(_ours.check_at <= now)
            .order_by(_ours.check_at, _ours.subscription_id)
            .limit(limit)
            .with_for_update(skip_locked=True)  # SQLite has no such clause: there is one writer only
        )
        lease = update(websub_subscriptions).where(_ours.subscription_id == bindparam("id")).values(check_at=until)
        async with self._database.write() as connection:
            claimed = [_of(row) for row in await connection.execute(due)]
            if not claimed:
                return ()
            await connection.execute(lease, [{"id": one.id} for one in claimed])
            theirs = select(feeds).where(feeds.c.feed_id.in_({one.feed_id for one in claimed}))
            found = {row.feed_id: feed_of(row) for row in await connection.execute(theirs)}
        return tuple(DueSubscription(replace(one, check_at=until), found.get(one.feed_id)) for one in claimed)

    async def save(self, changed: HubSubscription) -> HubSubscription | None:
        """One transaction; the version makes sure that nobody's change is lost."""
        saved = replace(changed, version=changed.version + 1)
        values = _row(saved)
        key = values.pop("subscription_id")
        unchanged = (_ours.subscription_id == key, _ours.version == changed.version)
        async with self._database.write() as connection:
            written = await connection.execute(update(websub_subscriptions).where(*unchanged).values(values))
            if not written.rowcount:
                return None
            await _push(connection, changed.feed_id)
        return saved


class DatabaseHubUpkeep:
    """`newswire.ports.HubUpkeep`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def missing(self, after: UUID | None, limit: int) -> tuple[FeedState, ...]:
        """Feeds with a hub and without a subscription that has not ended."""
        hubs = feeds.c.memory[("hints", "hubs")].as_string()
        held = select(_ours.feed_id).where(_ours.feed_id == feeds.c.feed_id, _ours.state != "ended").exists()
        query = select(feeds).where(feeds.c.disabled.is_(None), hubs.is_not(None), hubs != "[]", ~held)
        if after is not None:
            query = query.where(feeds.c.feed_id > after)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(feeds.c.feed_id).limit(limit))
            return tuple(map(feed_of, rows))

    async def rebase(self, base: str, now: datetime) -> int:
        """Make all due that were asked for under another address."""
        moved = update(websub_subscriptions).where(_ours.base != base, _ours.check_at > now).values(check_at=now)
        async with self._database.write() as connection:
            return (await connection.execute(moved)).rowcount

    async def orphaned(self, now: datetime) -> int:
        """Make all due whose feed is not polled any more."""
        polled = select(feeds.c.feed_id).where(feeds.c.feed_id == _ours.feed_id, feeds.c.disabled.is_(None)).exists()
        left = update(websub_subscriptions).where(
            _ours.state.in_(("pending", "active", "denied")), _ours.check_at > now, ~polled
        )
        async with self._database.write() as connection:
            return (await connection.execute(left.values(check_at=now))).rowcount

    async def count(self) -> Mapping[str, int]:
        """How many there are in each state."""
        quiet = (_ours.state == "active") & _ours.silent_since.is_not(None)
        state: Any = case((quiet, "silent"), else_=_ours.state).label("state")
        query = select(state, func.count().label("n")).where(_ours.state != "ended").group_by(state)
        async with self._database.read() as connection:
            return {row.state: row.n for row in await connection.execute(query)}


async def _push(connection: AsyncConnection, feed_id: UUID) -> None:
    """Let ``pushed_until`` say until when the feed's hubs are relied on; not at all where none is."""
    latest = (
        select(func.max(_ours.lease_until))
        .where(_ours.feed_id == feed_id, _ours.state == "active", _ours.silent_since.is_(None))
        .scalar_subquery()
    )
    await connection.execute(update(feeds).where(feeds.c.feed_id == feed_id).values(pushed_until=latest))


def _row(subscription: HubSubscription) -> dict[str, Any]:
    return {
        "subscription_id": subscription.id,
        "feed_id": subscription.feed_id,
        "hub": subscription.hub,
        "topic": subscription.topic,
        "state": subscription.state,
        "version": subscription.version,
        "base": subscription.base,
        "token": subscription.token,
        "asked_token": subscription.asked_token,
        "former_token": subscription.former_token,
        "secret": subscription.secret,
        "ask_at": subscription.ask_at,
        "check_at": subscription.check_at,
        "attempts": subscription.attempts,
        "verified_at": subscription.verified_at,
        "lease_until": subscription.lease_until,
        "last_delivery_at": subscription.last_delivery_at,
        "silent_since": subscription.silent_since,
        "trouble": subscription.trouble,
    }


def _of(row: AnyRow) -> HubSubscription:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's public name for a row as a mapping
    return HubSubscription(id=values.pop("subscription_id"), **values)
