"""`StandingArticles` over a database."""

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select

from newswire.adapters.database import Database
from newswire.adapters.store.recorded_rows import holds_article_of, value_of
from newswire.adapters.store.sql import select_in
from newswire.adapters.store.tables import articles, changes, revisions, wire_head
from newswire.ports.latest import StandingArticle

_NEWEST: Final = (changes.c.article_id == articles.c.article_id) & (changes.c.revision == articles.c.revision)
_STANDING: Final[Select[*tuple[Any, ...]]] = (
    select(changes, wire_head.c.epoch, revisions.c.article)
    .join(articles, _NEWEST)
    .outerjoin(revisions, holds_article_of(changes))
    .join(wire_head, wire_head.c.next > 0)
)
_POSITIONS: Final[Select[*tuple[Any, ...]]] = select(articles.c.article_id, changes.c.position).join(changes, _NEWEST)
_later = revisions.alias("later")
_LAST: Final = select(func.max(_later.c.revision)).where(_later.c.article_id == revisions.c.article_id)
_TEXTS: Final[Select[*tuple[Any, ...]]] = select(revisions.c.article_id, revisions.c.article).where(
    revisions.c.revision == _LAST.scalar_subquery()
)
_WITH_TEXT: Final = ("published", "revised", "duplicate")
"""The changes that bring the article; all others leave its text as it was."""


class DatabaseStandingArticles:
    """`newswire.ports.StandingArticles`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def standing(self, article_ids: Collection[UUID]) -> tuple[StandingArticle, ...]:
        """Those of the articles that exist, all of one moment."""
        async with self._database.read() as connection:
            rows = await select_in(connection, _STANDING, articles.c.article_id, article_ids)
            silent = [row.article_id for row in rows if row.kind not in _WITH_TEXT]
            kept = await select_in(connection, _TEXTS, revisions.c.article_id, silent)
        texts = {row.article_id: row.article for row in kept}
        return tuple(
            StandingArticle(row.article_id, row.position, row.epoch, value_of(row), texts.get(row.article_id))
            for row in rows
        )

    async def positions(self, article_ids: Collection[UUID]) -> Mapping[UUID, int]:
        """The position of the newest change of each."""
        async with self._database.look() as connection:
            rows = await select_in(connection, _POSITIONS, articles.c.article_id, article_ids)
        return {row.article_id: row.position for row in rows}

    async def after(self, article_id: UUID | None, limit: int) -> tuple[UUID, ...]:
        """The next ids of articles after ``article_id``, in their order."""
        page = select(articles.c.article_id).order_by(articles.c.article_id).limit(limit)
        if article_id is not None:
            page = page.where(articles.c.article_id > article_id)
        async with self._database.look() as connection:
            return tuple((await connection.execute(page)).scalars())
