"""`Entries` over a database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from newswire.adapters.database import Database
from newswire.adapters.database.group_commit import GroupCommit
from newswire.adapters.store import poll_saves, seen
from newswire.adapters.store.folded_looks import folded_among
from newswire.adapters.store.rechecks import booked
from newswire.adapters.store.rows import sighting_row
from newswire.adapters.store.sql import insert_returning_new
from newswire.adapters.store.tables import sightings
from newswire.domain.feeds.earlier import SeenEntry
from newswire.domain.feeds.entries import Identified, KnownEntry
from newswire.domain.feeds.state import PollSaved
from newswire.domain.feeds.tombstones import Carried
from newswire.domain.ledger import Sighting

LINGER_S: Final = 0.02
"""Seconds for which a saved poll waits for others to share its transaction, which costs more than a hundred rows."""
CLOSE_S: Final = 5.0


class DatabaseEntries:
    """`newswire.ports.Entries`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database, *, linger_s: float = LINGER_S) -> None:
        """``linger_s``: seconds for which a saved poll waits for others. Close this before ``database``."""
        self._database = database
        self._saves = GroupCommit[PollSaved](self._write, weigh=poll_saves.weight, linger_s=linger_s, name="entries")

    async def close(self) -> None:
        """Write what is being saved, for a bounded time."""
        await self._saves.close(CLOSE_S)

    async def known(self, feed_id: UUID, keys: Sequence[str]) -> Mapping[str, KnownEntry]:
        """The known forms of these entries of this feed, by key; unknown keys are left out."""
        async with self._database.look() as connection:
            return await seen.known(connection, feed_id, keys)

    async def seen(self, feed_id: UUID, urls: Sequence[str], titles: Sequence[str] = ()) -> tuple[SeenEntry, ...]:
        """This feed's sightings at these canonical URLs or under these titles, oldest first."""
        async with self._database.look() as connection:
            return await seen.seen(connection, feed_id, urls, titles)

    async def known_urls(self, urls: Sequence[str]) -> Mapping[str, UUID]:
        """For each URL the oldest sighting that follows no other and was not rejected."""
        async with self._database.look() as connection:
            return await seen.known_urls(connection, urls)

    async def brought(self, feed_id: UUID, entries: Sequence[Identified], until: datetime) -> bool:
        """Whether this feed had brought any of these by then, under the same key or the same canonical URL."""
        async with self._database.look() as connection:
            return await seen.brought(connection, feed_id, entries, until)

    async def carried(self, feed_id: UUID, keys: Sequence[str]) -> Mapping[str, Carried]:
        """What became of the entries that this feed had under these keys."""
        async with self._database.look() as connection:
            return await seen.carried(connection, feed_id, keys)

    async def save(self, poll: PollSaved) -> None:
        """Durable when it returns, in one transaction with the polls that were saved at the same time.

        Of a feed that was removed meanwhile the sightings are booked all the same.
        """
        await self._saves.submit(poll)

    async def book(self, new: Sequence[Sighting]) -> None:
        """One transaction; a re-check's ``entry_key`` is its article's id. A folded look is not booked again."""
        looks = {sighting.entry_id: UUID(sighting.entry_key) for sighting in new if sighting.reason == "recheck"}
        async with self._database.write() as connection:
            folded = await folded_among(connection, looks.values(), looks)
            rows = [sighting_row(sighting) for sighting in new if sighting.entry_id not in folded]
            fresh = await insert_returning_new(connection, sightings, rows, sightings.c.entry_id)
            await poll_saves.book_outcomes(connection, new)
            await booked(connection, [s for s in new if s.reason == "recheck" and s.entry_id in fresh])

    async def _write(self, polls: Sequence[PollSaved]) -> None:
        async with self._database.write() as connection:
            await poll_saves.write(connection, polls)
