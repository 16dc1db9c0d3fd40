"""`ArticleReads` over a database."""

import json
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select, union_all

from newswire.adapters.database import Database
from newswire.adapters.store.reading.article_conditions import (
    ARTICLES_NOW,
    FEW_TEXTS,
    feed_texts,
    json_object,
    listing,
    now_of,
)
from newswire.adapters.store.rows import AnyRow
from newswire.adapters.store.sql import chunks, select_in
from newswire.adapters.store.tables import article_urls, articles, changes, revisions
from newswire.domain.wire.facets import article_facets
from newswire.domain.wire.filters import Facets, WireFilter
from newswire.ports.article_reads import ArticleNow, CopyLink, TextRevision
from newswire.ports.time_place import TimePlace

_ORIGINALS: Final = 100
"""How many parts one statement has: SQLite takes no more than 500."""
_LINKING: Final = ("duplicate", "relinked")
"""The kinds of changes that say which article another one repeats."""


class DatabaseArticleReads:
    """`newswire.ports.ArticleReads`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database, *, few_texts: int = FEW_TEXTS) -> None:
        self._database, self._few_texts = database, few_texts

    async def listed(self, wanted: WireFilter, behind: TimePlace | None, limit: int) -> tuple[ArticleNow, ...]:
        """At most ``limit`` articles that pass the filter, the one that changed last first."""
        async with self._database.look() as connection:
            by_feed = False
            if wanted.feeds:
                texts = await connection.execute(feed_texts(wanted, self._few_texts + 1))
                by_feed = texts.scalar_one() <= self._few_texts
            page = listing(wanted, behind, limit, by_feed=by_feed)
            return tuple(map(now_of, await connection.execute(page)))

    async def article(self, article_id: UUID) -> ArticleNow | None:
        """One article."""
        async with self._database.read() as connection:
            found = await connection.execute(ARTICLES_NOW.where(articles.c.article_id == article_id))
            row = found.one_or_none()
        return now_of(row) if row else None

    async def id_of(self, url: str) -> UUID | None:
        """The article that a canonical URL leads to."""
        async with self._database.look() as connection:
            found = await connection.execute(select(article_urls.c.article_id).where(article_urls.c.url == url))
            return found.scalar_one_or_none()

    async def revisions(self, article_id: UUID, behind: int, limit: int) -> tuple[TextRevision, ...]:
        """The texts of an article whose number is greater than ``behind``, the oldest first."""
        of_article = revisions.c.article_id == article_id
        page = select(revisions).where(of_article, revisions.c.revision > behind)
        async with self._database.read() as connection:
            rows = await connection.execute(page.order_by(revisions.c.revision).limit(limit))
            return tuple(map(_text_of, rows))

    async def revision(self, article_id: UUID, revision: int) -> TextRevision | None:
        """One text of an article."""
        one = select(revisions).where(revisions.c.article_id == article_id, revisions.c.revision == revision)
        async with self._database.read() as connection:
            row = (await connection.execute(one)).one_or_none()
        return _text_of(row) if row else None

    async def copies(self, article_id: UUID, limit: int, only: UUID | None = None) -> tuple[CopyLink, ...]:
        """At most ``limit`` duplicates of an article, the first that was seen first; with ``only``, that one alone."""
        of_article = ARTICLES_NOW.where(articles.c.duplicate_of == article_id)
        if only is not None:
            of_article = of_article.where(articles.c.article_id == only)
        page = of_article.order_by(articles.c.first_seen, articles.c.article_id).limit(limit)
        async with self._database.read() as connection:
            found = [now_of(row) for row in await connection.execute(page)]
            linked = select(changes.c.article_id, changes.c.value).where(changes.c.kind.in_(_LINKING))
            rows = await select_in(
                connection,
                linked.order_by(changes.c.revision),
                changes.c.article_id,
                (copy.article_id for copy in found),
            )
        grounds = {row.article_id: json.loads(row.value)["duplicate_of"] for row in rows}  # the last one of each
        return tuple(CopyLink(copy, grounds.get(copy.article_id)) for copy in found)

    async def copies_of_each(self, article_ids: Sequence[UUID], limit: int) -> dict[UUID, tuple[ArticleNow, ...]]:
        """At most ``limit`` duplicates of each of these articles."""
        order = (articles.c.first_seen, articles.c.article_id)
        found: dict[UUID, tuple[ArticleNow, ...]] = {}
        async with self._database.read() as connection:
            first: list[UUID] = []
            for some in chunks(article_ids, _ORIGINALS):
                # The first of each by themselves, which the index gives in their order: an original may have thousands.
                of_each = [
                    select(articles.c.article_id).where(articles.c.duplicate_of == one).order_by(*order).limit(limit)
                    for one in some
                ]
                page = union_all(*(select(each.subquery()) for each in of_each))
                first += (await connection.execute(page)).scalars()
            for row in await select_in(connection, ARTICLES_NOW.order_by(*order), articles.c.article_id, first):
                found[row.duplicate_of] = (*found.get(row.duplicate_of, ()), now_of(row))
        return found

    async def facets(self, article_ids: Sequence[UUID]) -> dict[UUID, Facets]:
        """What these articles are chosen by, from the last text of each."""
        async with self._database.read() as connection:
            rows = await select_in(connection, ARTICLES_NOW, articles.c.article_id, article_ids)
        return {row.article_id: article_facets(row.article, row.kind, row.changed_at) for row in rows}


def _text_of(row: AnyRow) -> TextRevision:
    return TextRevision(revision=row.revision, at=row.at, article=json_object(row.article))
