"""`Wire` over a database."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, Integer, Select, Table, Uuid, bindparam, cast, func, null, select, union_all, update

from newswire.adapters.database import Database
from newswire.adapters.database.moves import moves
from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.tables import changes, feed_events, wire_head
from newswire.ports.wire import WireEvent, WireHead

_NO_ID: Final = cast(null(), Uuid)


def _page(table: Table, ids: Sequence[Any]) -> Select[*tuple[Any, ...]]:
    event, article, feed = ids
    columns = (event.label("event_id"), article.label("article_id"), feed.label("feed_id"))
    page = (
        select(table.c.position, *columns, table.c.kind, table.c.at, table.c.value)
        .where(table.c.position > bindparam("after", type_=BigInteger))
        .order_by(table.c.position)
        .limit(bindparam("limit", type_=Integer))
        .subquery()
    )
    return select(page)


def _both() -> Select[*tuple[Any, ...]]:
    of_articles = _page(changes, [changes.c.change_id, changes.c.article_id, _NO_ID])
    of_feeds = _page(feed_events, [feed_events.c.event_id, _NO_ID, feed_events.c.feed_id])
    both = union_all(of_articles, of_feeds).subquery()
    return select(both).order_by(both.c.position).limit(bindparam("limit", type_=Integer))


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
        value=row.value,
    )
