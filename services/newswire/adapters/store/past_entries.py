"""`PastEntries` over a database."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from newswire.adapters.database import Database
from newswire.adapters.store.sql import select_in
from newswire.adapters.store.tables import outcomes, sightings


class DatabasePastEntries:
    """`newswire.ports.PastEntries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def articles_of(self, entry_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
        """By entry: the article of its outcome."""
        ended = select(outcomes.c.entry_id, outcomes.c.article_id).where(outcomes.c.article_id.is_not(None))
        async with self._database.look() as connection:
            rows = await select_in(connection, ended, outcomes.c.entry_id, entry_ids)
        return {row.entry_id: row.article_id for row in rows}

    async def booked(self, entry_ids: Collection[UUID]) -> frozenset[UUID]:
        """Those of the entries that have a row of their own."""
        async with self._database.look() as connection:
            rows = await select_in(connection, select(sightings.c.entry_id), sightings.c.entry_id, entry_ids)
        return frozenset(row.entry_id for row in rows)
