"""`Wire` over a database."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Select,
    Table,
    Uuid,
    bindparam,
    cast,
    func,
    null,
    select,
    union_all,
    update,
)

from newswire.adapters.database import Database
from newswire.adapters.database.moves import moves
from newswire.adapters.store.recorded_rows import holds_article_of, value_of
from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.tables import changes, feed_events, revisions, wire_head
from newswire.ports.wire import WireEvent, WireHead

_NO_ID: Final = cast(null(), Uuid)
_OF_CHANGES: Final = (changes.c.change_id, changes.c.article_id, changes.c.revision, changes.c.article_apart, _NO_ID)
_OF_FEEDS: Final = (
    *(feed_events.c.event_id, _NO_ID, cast(null(), Integer), cast(null(), Boolean)),
    feed_events.c.feed_id,
)
_NAMES: Final = ("event_id", "article_id", "revision", "article_apart", "feed_id")


def _page(table: Table, own: Sequence[ColumnElement[Any]]) -> Select[*tuple[Any, ...]]:
    columns = [column.label(name) for column, name in zip(own, _NAMES, strict=True)]
    page = (
        select(table.c.position, *columns, table.c.kind, table.c.at, table.c.value)
        .where(table.c.position > bindparam("after", type_=BigInteger))
        .order_by(table.c.position)
        .limit(bindparam("limit", type_=Integer))
        .subquery()
    )
    return select(page)


def _both() -> Select[*tuple[Any, ...]]:
    both = union_all(_page(changes, _OF_CHANGES), _page(feed_events, _OF_FEEDS)).subquery()
    next_ones = select(both).order_by(both.c.position).limit(bindparam("limit", type_=Integer)).subquery()
    whole = select(next_ones, revisions.c.article).outerjoin(revisions, holds_article_of(next_ones))
    return whole.order_by(next_ones.c.position)


_EVENTS: Final = _both()
"""The next events. Made once, which takes longer than to run it; one statement sees both tables at one moment."""


_HEAD: Final = select(
    wire_head,
    select(moves.c.at).where(moves.c.role == "source", moves.c.state == "moved").scalar_subquery(),
    *(select(func.min(table.c.position)).scalar_subquery() for table in (changes, feed_events)),
)


class DatabaseWire:
    """`newswire.ports.Wire`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def events_after(self, position: int, limit: int) -> tuple[WireEvent, ...]:
        """The next events after ``position``, at most ``limit``."""
        async with self._database.look() as connection:
            return tuple(map(_event, await connection.execute(_EVENTS, {"after": position, "limit": limit})))

    async def head(self) -> WireHead:
        """Where the wire begins and ends now."""
        async with self._database.look() as connection:
            row = (await connection.execute(_HEAD)).one()
        epoch, following, moved_at, *kept = row
        floor = min([each for each in kept if each is not None], default=following)
        return WireHead(epoch, following, floor, moved_at)

    async def begin_epoch(self, name: str) -> WireHead:
        """Make the positions that readers remember invalid."""
        async with self._database.write() as connection:
            await connection.execute(update(wire_head).values(epoch=name))
        return await self.head()


def _event(row: AnyRow) -> WireEvent:
    return WireEvent(
        position=row.position,
        event_id=row.event_id,
        kind=row.kind,
        article_id=row.article_id,
        feed_id=row.feed_id,
        at=row.at,
        value=value_of(row),
    )
