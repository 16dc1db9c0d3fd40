"""The schedule: which feeds are due, who has them, and when they are due next. One index serves it: `feeds_due_idx`."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CTE, Integer, bindparam, func, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.tables import feeds
from newswire.domain.schedule.next_poll import HORIZON

_AT: Final = feeds.c.next_poll_at.type
_POLLED: Final = feeds.c.disabled.is_(None)

EARLIEST: Final = select(func.min(feeds.c.next_poll_at)).where(_POLLED)
"""When the next feed is due."""
_PUT_OFF: Final = (
    update(feeds)
    .where(feeds.c.feed_id == bindparam("id"), feeds.c.next_poll_at == bindparam("leased_until", type_=_AT))
    .values(next_poll_at=bindparam("at", type_=_AT))
)
_LEASE: Final = update(feeds).where(feeds.c.feed_id == bindparam("id")).values(next_poll_at=bindparam("at", type_=_AT))


async def claim(
    connection: AsyncConnection,
    now: datetime,
    limit: int,
    until: datetime,
    among: Collection[UUID] | None,
) -> list[AnyRow]:
    """The rows of up to ``limit`` due feeds, as they were, longest overdue first; from now on due ``until``.

    One that is put off beyond the horizon of any schedule is due too: a clock was set wrong when it was written.
    """
    said = {"now": now, "horizon": now + HORIZON, "most": limit}
    if among is not None:
        said["among"] = list(among)
    if connection.dialect.name == "postgresql":
        taken = await connection.execute(_take(some=among is not None), {**said, "until": until})
        return sorted(taken, key=lambda row: row.due_at)
    rows = list(await connection.execute(_due_rows(some=among is not None), said))
    if rows:
        await connection.execute(_LEASE, [{"id": row.feed_id, "at": until} for row in rows])
    return rows


async def put_off(connection: AsyncConnection, moments: Mapping[UUID, datetime], leased_until: datetime) -> None:
    """Make the feeds that are still leased until then due at these moments."""
    if moments:
        # Everyone locks in one order.
        moves = [{"id": one, "at": at, "leased_until": leased_until} for one, at in sorted(moments.items())]
        await connection.execute(_PUT_OFF, moves)


@cache
def _take(*, some: bool) -> Any:
    """Postgres's: one statement, which passes over what another poller is just taking."""
    due = _due(some=some, lock=True)
    leased = update(feeds).where(feeds.c.feed_id == due.c.feed_id)
    return leased.values(next_poll_at=bindparam("until", type_=_AT)).returning(*feeds.c, due.c.due_at)


@cache
def _due_rows(*, some: bool) -> Any:
    """SQLite's, where one writes at a time and RETURNING tells only of what was written."""
    due = _due(some=some, lock=False)
    return select(feeds, due.c.due_at).join(due, due.c.feed_id == feeds.c.feed_id).order_by(due.c.due_at)


def _due(*, some: bool, lock: bool) -> CTE:
    columns = select(feeds.c.feed_id, feeds.c.next_poll_at.label("due_at")).where(_POLLED)
    if some:
        columns = columns.where(feeds.c.feed_id.in_(bindparam("among", expanding=True)))
    most = bindparam("most", type_=Integer)
    # No second key: of feeds that were all added at once, those that are not taken would have to be sorted every time.
    overdue = columns.where(feeds.c.next_poll_at <= bindparam("now", type_=_AT)).order_by(feeds.c.next_poll_at)
    misdated = columns.where(feeds.c.next_poll_at > bindparam("horizon", type_=_AT))
    arms = [arm.limit(most) for arm in (overdue, misdated)]
    if lock:
        arms = [arm.with_for_update(skip_locked=True) for arm in arms]
    # Read in this order, and the second only where the first leaves room. Being a CTE it is read once.
    return union_all(*(select(arm.subquery()) for arm in arms)).limit(most).cte("due")
