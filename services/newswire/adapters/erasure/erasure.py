"""`Erasure`: rows first, then the embedded log, then the files."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text

from newswire.adapters.database import Database
from newswire.adapters.erasure import log_records, rows, sqlite_files
from newswire.adapters.search.fts5 import merge
from newswire.adapters.search.index import forget
from newswire.adapters.store.changes import lock_recording

_VACUUM = text(
    "VACUUM articles, revisions, changes, near_texts, near_keys, sightings, dead_letters, bus_records, search_words"
)


class DatabaseErasure:
    """`newswire.ports.Erasure`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def erase(self, article_id: UUID) -> None:
        """Erase the article's rows in one transaction, then its records in the log."""
        async with self._database.write() as connection:
            await lock_recording(connection)
            traces = await rows.traces_of(connection, [article_id])
            await forget(self._database, connection, article_id)
            await rows.erase_article(connection, article_id)
            await rows.erase_traces(connection, traces)
        await log_records.erase(self._database, traces)

    async def erase_entries(self, entry_ids: Collection[UUID]) -> None:
        """Erase the words of those of these entries that belong to purged articles; the others keep theirs."""
        async with self._database.write() as connection:
            purged = await rows.purged_of(connection, entry_ids)
            if not purged:
                return
            traces = (await rows.traces_of(connection, purged)).of_entries(entry_ids)
            await rows.erase_traces(connection, traces)
        await log_records.erase(self._database, traces)

    async def erase_late(self) -> None:
        """Erase titles of entries that were booked after the purge of their article."""
        async with self._database.look() as connection:
            late = await rows.titled_after_purge(connection)
        if late:
            async with self._database.write() as connection:
                await rows.erase_titles(connection, late)

    async def scrub(self) -> None:
        """Rewrite SQLite's index and file, and checkpoint its write-ahead log; or vacuum Postgres's tables."""
        if self._database.is_sqlite:
            async with self._database.write() as connection:
                await merge(connection)
            await sqlite_files.scrub(self._database)
            return
        async with self._database.look() as connection:
            await connection.execute(_VACUUM)
