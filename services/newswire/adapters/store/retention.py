"""`StoreRetention` over a database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Select, bindparam, delete, exists, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database import Database
from newswire.adapters.search.index import forget_texts, lock_index
from newswire.adapters.store.recheck_table import rechecks
from newswire.adapters.store.recorded_rows import value_columns, value_of
from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.shown import shown_articles
from newswire.adapters.store.sql import update_rows
from newswire.adapters.store.tables import changes, dead_letters, revisions
from newswire.domain.articles.dropped import without_text, without_words
from newswire.events import Change
from newswire.ports.retention import DroppedLetters, DroppedTexts
from newswire.ports.time_place import TimePlace

_CHANGE: Final[TypeAdapter[Change]] = TypeAdapter(Change)
_LATER: Final = revisions.alias("later")
_REPLACED: Final = (
    exists().where(_LATER.c.article_id == revisions.c.article_id, _LATER.c.revision > revisions.c.revision)
).label("replaced")
_LOOKED_AT: Final = exists().where(rechecks.c.article_id == revisions.c.article_id).label("looked_at")
_OLD: Final[Select[*tuple[Any, ...]]] = select(
    revisions.c.at, revisions.c.article_id, revisions.c.revision, _REPLACED, _LOOKED_AT
).where(revisions.c.text_dropped_at.is_(None))
_TEXTS: Final[Select[*tuple[Any, ...]]] = (
    select(changes, revisions.c.article)
    .join(revisions, (revisions.c.article_id == changes.c.article_id) & (revisions.c.revision == changes.c.revision))
    .where(revisions.c.text_dropped_at.is_(None))
)
_DROP: Final = (
    update(revisions)
    .where(revisions.c.article_id == bindparam("of_article"), revisions.c.revision == bindparam("of_revision"))
    .values(
        article=bindparam("emptied", type_=revisions.c.article.type),
        text_dropped_at=bindparam("now", type_=revisions.c.text_dropped_at.type),
    )
)
TextKey = tuple[UUID, int]
"""An article's id, and the number of a revision."""


class DatabaseRetention:
    """`newswire.ports.StoreRetention`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def drop_texts(
        self, until: datetime, behind: TimePlace | None, limit: int, now: datetime, *, dry: bool = False
    ) -> DroppedTexts:
        """Choose texts without a lock, then drop them in one transaction."""
        place = (revisions.c.at, revisions.c.article_id)
        page = _OLD.where(revisions.c.at < until).order_by(*place).limit(limit)
        if behind is not None:
            page = page.where(tuple_(*place) > tuple_(behind.at, behind.row_id, types=[each.type for each in place]))
        async with self._database.look() as connection:
            rows = (await connection.execute(page)).all()
            wanted = await _to_be_dropped(connection, rows)
            found = (await connection.execute(_TEXTS.where(_among(wanted)))).all() if dry else ()
        if wanted and not dry:
            async with self._database.write() as connection:
                found = await self._drop(connection, wanted, now)
        last = TimePlace(rows[-1].at, rows[-1].article_id) if len(rows) == limit else None
        return DroppedTexts(len(found), sum(map(_size, found)), len(rows) - len(wanted), last)

    async def _drop(self, connection: AsyncConnection, wanted: Collection[TextKey], now: datetime) -> Sequence[AnyRow]:
        """Drop those of these texts to which nobody else writes; returns their rows as they were."""
        await lock_index(connection)  # first, as an erasure does: it may wait for these rows
        free = _TEXTS.where(_among(wanted)).with_for_update(of=(changes, revisions), skip_locked=True)
        rows = (await connection.execute(free)).all()
        await forget_texts(self._database, connection, {(row.article_id, row.revision) for row in rows})
        emptied = {row.change_id: without_text(row.article) for row in rows}
        texts = [
            {"of_article": row.article_id, "of_revision": row.revision, "emptied": emptied[row.change_id], "now": now}
            for row in rows
        ]
        if texts:
            await connection.execute(_DROP, texts)
        told = [_told(row, emptied[row.change_id]) for row in rows if row.kind == "revised" or not row.article_apart]
        await update_rows(connection, changes.c.change_id, told)
        return rows

    async def drop_letters(self, until: datetime, limit: int, *, dry: bool = False) -> DroppedLetters:
        """One statement."""
        letters = dead_letters.c
        old = (letters.failed_at < until, or_(letters.retried_at.is_(None), letters.retried_at < until))
        if dry:
            unsent = func.count().filter(letters.retried_at.is_(None))
            async with self._database.look() as connection:
                return DroppedLetters(*(await connection.execute(select(func.count(), unsent).where(*old))).one())
        some = select(letters.letter_id).where(*old).order_by(letters.failed_at).limit(limit)
        gone = delete(dead_letters).where(letters.letter_id.in_(some.with_for_update(skip_locked=True)))
        async with self._database.write() as connection:
            sent = (await connection.execute(gone.returning(letters.retried_at))).scalars().all()
        return DroppedLetters(len(sent), sent.count(None))


async def _to_be_dropped(connection: AsyncConnection, rows: Sequence[AnyRow]) -> set[TextKey]:
    """Those of these rows of ``_OLD`` whose text nobody needs."""
    last = {row.article_id for row in rows if not (row.replaced or row.looked_at)}
    shown = await shown_articles(connection, last)
    unneeded = last - shown
    return {(row.article_id, row.revision) for row in rows if row.replaced or row.article_id in unneeded}


def _among(wanted: Collection[TextKey]) -> ColumnElement[bool]:
    return tuple_(changes.c.article_id, changes.c.revision).in_(sorted(wanted))


def _told(row: AnyRow, emptied: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the change's row with which readers get it without words."""
    change = without_words(_CHANGE.validate_json(value_of(row)), emptied)
    value = change.model_dump_json().encode()
    return {"change_id": row.change_id, **value_columns(change, value, apart=bool(row.article_apart))}


def _size(row: AnyRow) -> int:
    """The bytes of what is dropped, in UTF-8."""
    return sum(len((row.article.get(name) or "").encode()) for name in ("text", "description"))
