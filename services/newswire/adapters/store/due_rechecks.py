"""`Rechecks` over a database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database import Database
from newswire.adapters.store.article_rows import page_validators_of
from newswire.adapters.store.recheck_table import rechecks
from newswire.adapters.store.rows import options_of
from newswire.adapters.store.sql import select_in
from newswire.adapters.store.tables import article_urls, articles, feeds, sightings
from newswire.domain.articles.recheck import Recheck


class DatabaseRechecks:
    """`newswire.ports.Rechecks`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, now: datetime, limit: int, lease_s: float) -> tuple[Recheck, ...]:
        """Lease up to ``limit`` due articles. A crash before `Entries.book` repeats the same check."""
        due = (
            select(rechecks, articles.c.url)
            .join(articles, articles.c.article_id == rechecks.c.article_id)
            .where(rechecks.c.due <= now)
            .order_by(rechecks.c.due, rechecks.c.article_id)
            .limit(limit)
            .with_for_update(of=rechecks, skip_locked=True)
        )
        async with self._database.write() as connection:
            rows = (await connection.execute(due)).all()
            lease = update(rechecks).where(rechecks.c.article_id == bindparam("id"))
            if rows:
                until = now + timedelta(seconds=lease_s)
                await connection.execute(lease.values(due=until), [{"id": row.article_id} for row in rows])
            unasked = await _without_robots(connection, [row.article_id for row in rows])
        return tuple(
            Recheck(
                row.article_id,
                row.url,
                row.number + 1,
                page_validators_of(row),
                ignore_robots=row.article_id in unasked,
            )
            for row in rows
        )


async def _without_robots(connection: AsyncConnection, article_ids: Sequence[UUID]) -> set[UUID]:
    """The articles that came from a feed whose pages are fetched without asking robots.txt, by any of their URLs."""
    decided = (
        select(article_urls.c.article_id, feeds.c.options)
        .join(sightings, sightings.c.url == article_urls.c.url)
        .join(feeds, feeds.c.feed_id == sightings.c.feed_id)
        .where(feeds.c.options.is_not(None))
    )
    rows = await select_in(connection, decided, article_urls.c.article_id, article_ids)
    return {row.article_id for row in rows if options_of(row).ignore_robots}
