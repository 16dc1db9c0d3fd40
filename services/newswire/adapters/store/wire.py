"""`Wire` over a database."""

import secrets
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, Select, Table, Uuid, cast, func, literal, null, select, union_all, update

from newswire.adapters.database import Database
from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.tables import changes, feed_events, wire_head
from newswire.ports.wire import WireEvent, WireHead

_NO_ID: Final = cast(null(), Uuid)


class DatabaseWire:
    """`newswire.ports.Wire`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def events_after(self, position: int, limit: int) -> tuple[WireEvent, ...]:
        """The next events after ``position``, at most ``limit``."""
        # One statement, so that both tables are seen at one moment.
        of_articles = _page(changes, [changes.c.change_id, changes.c.article_id, _NO_ID], position, limit)
        of_feeds = _page(feed_events, [feed_events.c.event_id, _NO_ID, feed_events.c.feed_id], position, limit)
        both = union_all(of_articles, of_feeds).subquery()
        async with self._database.look() as connection:
            rows = await connection.execute(select(both).order_by(both.c.position).limit(limit))
            return tuple(map(_event, rows))

    async def head(self) -> WireHead:
        """Where the wire begins and ends now."""
        lowest = [select(func.min(table.c.position)).scalar_subquery() for table in (changes, feed_events)]
        async with self._database.look() as connection:
            row = (await connection.execute(select(wire_head, *lowest))).one()
        epoch, following, *kept = row
        return WireHead(epoch, following, min([each for each in kept if each is not None], default=following))

    async def begin_epoch(self) -> WireHead:
        """Make the positions that readers remember invalid."""
        async with self._database.write() as connection:
            await connection.execute(update(wire_head).values(epoch=secrets.token_hex(4)))
        return await self.head()


def _page(table: Table, ids: Sequence[Any], position: int, limit: int) -> Select[*tuple[Any, ...]]:
    event, article, feed = ids
    columns = (event.label("event_id"), article.label("article_id"), feed.label("feed_id"))
    page = (
        select(table.c.position, *columns, table.c.kind, table.c.at, table.c.value)
        .where(table.c.position > literal(position, BigInteger))
        .order_by(table.c.position)
        .limit(limit)
        .subquery()
    )
    return select(page)


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
