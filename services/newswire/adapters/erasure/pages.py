"""`Erasure` that reaches the archive of raw pages too."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database import Database
from newswire.adapters.erasure.rows import purged_of, traces_of
from newswire.adapters.store.folded_looks import counted_looks
from newswire.adapters.store.sql import select_in
from newswire.adapters.store.tables import outcomes, sightings
from newswire.domain.archive.names import FetchWindow
from newswire.domain.archive.windows import fetch_window
from newswire.ports import Archive, Clock, Erasure

_UNBOOKED: Final = timedelta(hours=3)
"""How far back the page of an entry may have been fetched whose sighting is not booked: retries take two hours."""


class ErasureWithPages:
    """`newswire.ports.Erasure`: first the database and the log, then the archive."""

    def __init__(self, erasure: Erasure, database: Database, archive: Archive, clock: Clock) -> None:
        self._erasure = erasure
        self._database = database
        self._archive = archive
        self._clock = clock

    async def erase(self, article_id: UUID) -> None:
        """Erase the article, then the pages of all its entries."""
        await self._erasure.erase(article_id)
        async with self._database.read() as connection:
            traces = await traces_of(connection, [article_id])
            windows = await self._windows(connection, traces.entry_ids, traces.article_ids)
        await self._archive.erase(windows)

    async def erase_entries(self, entry_ids: Collection[UUID]) -> None:
        """Erase what these entries brought of purged articles, pages included."""
        await self._erasure.erase_entries(entry_ids)
        async with self._database.read() as connection:
            purged = await purged_of(connection, entry_ids)
            windows = await self._windows(connection, entry_ids, purged) if purged else {}
        if windows:
            await self._archive.erase(windows)

    async def erase_late(self) -> None:
        """Erase the words that were booked late; pages are no part of them."""
        await self._erasure.erase_late()

    async def scrub(self) -> None:
        """Let the files of the database forget."""
        await self._erasure.scrub()

    async def _windows(
        self, connection: AsyncConnection, entry_ids: Collection[UUID], article_ids: Collection[UUID]
    ) -> dict[UUID, FetchWindow]:
        """When the pages of these entries of these articles were fetched; folded looks at any time while one looked."""
        now = self._clock.now()
        wanted, windows = set(entry_ids), dict[UUID, FetchWindow]()
        for looks in await counted_looks(connection, article_ids):
            whole = fetch_window("recheck", looks.first_seen, looks.last_fetched, now)
            windows |= {entry_id: whole for entry_id in looks.entry_ids() if entry_id in wanted}
        ended = await select_in(connection, select(outcomes.c.entry_id, outcomes.c.at), outcomes.c.entry_id, entry_ids)
        ends = {row.entry_id: row.at for row in ended}
        windows |= {entry_id: fetch_window("new", at - _UNBOOKED, at, now) for entry_id, at in ends.items()}
        booked = select(sightings.c.entry_id, sightings.c.reason, sightings.c.found_at)
        for row in await select_in(connection, booked, sightings.c.entry_id, entry_ids):
            windows[row.entry_id] = fetch_window(row.reason, row.found_at, ends.get(row.entry_id), now)
        return windows
