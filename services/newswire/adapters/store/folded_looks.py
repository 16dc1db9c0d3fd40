"""The looks at articles of which folding left nothing but their number.

A look is counted on its article in the transaction that books its line, and only folding deletes a line, together with
an outcome that says that nothing was new. So a look that is counted and has neither line nor outcome was folded.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.store.recheck_table import rechecks
from newswire.adapters.store.sql import select_in
from newswire.adapters.store.tables import articles, outcomes, sightings
from newswire.domain.articles.batch import looked_at
from newswire.domain.articles.recheck import recheck_entry_id
from newswire.events import ArticleEvent


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks at an article that were counted so far."""

    article_id: UUID
    number: int
    first_seen: datetime
    last_fetched: datetime

    def entry_ids(self) -> list[UUID]:
        """The ids of their entries."""
        return [recheck_entry_id(self.article_id, number) for number in range(1, self.number + 1)]


async def counted_looks(connection: AsyncConnection, article_ids: Iterable[UUID]) -> list[Looks]:
    """The looks at those of the articles that exist."""
    counted = select(
        articles.c.article_id,
        func.coalesce(rechecks.c.number, articles.c.rechecks).label("number"),
        articles.c.first_seen,
        func.coalesce(rechecks.c.fetched_at, articles.c.fetched_at).label("fetched_at"),
    ).outerjoin(rechecks, rechecks.c.article_id == articles.c.article_id)
    rows = await select_in(connection, counted, articles.c.article_id, article_ids)
    return [Looks(row.article_id, row.number, row.first_seen, row.fetched_at) for row in rows]


async def folded_looks(connection: AsyncConnection, events: Collection[ArticleEvent]) -> set[UUID]:
    """The entry ids of those of the events that are about a folded look."""
    return await folded_among(connection, map(looked_at, events), {event.entry_id for event in events})


async def folded_among(
    connection: AsyncConnection, article_ids: Iterable[UUID], entry_ids: Iterable[UUID]
) -> set[UUID]:
    """Those of these entries that are folded looks at these articles."""
    # The numbers are read first: a look that is booked after that is not among them, and is no folded one.
    looks = await counted_looks(connection, article_ids)
    counted = {entry_id for each in looks for entry_id in each.entry_ids()}
    return await without_rows(connection, counted.intersection(entry_ids))


async def without_rows(connection: AsyncConnection, entry_ids: Collection[UUID]) -> set[UUID]:
    """Those of the entries that have neither line nor outcome."""
    lines = await select_in(connection, select(sightings.c.entry_id), sightings.c.entry_id, entry_ids)
    ended = await select_in(connection, select(outcomes.c.entry_id), outcomes.c.entry_id, entry_ids)
    return set(entry_ids).difference(row.entry_id for row in (*lines, *ended))
