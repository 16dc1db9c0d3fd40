"""Erasing the text of purged articles."""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID


class Erasure(Protocol):
    """Erases the words of articles wherever newswire keeps them; ids, addresses, dates and outcomes stay.

    A log that is a broker's own (Kafka) is left to its retention. Every method may be called again, and raises `Wait`
    when the database is away.
    """

    async def erase(self, article_id: UUID) -> None:
        """Erase the article's rows, and its events in the embedded log, those that wait for a stage included.

        The article has to be marked as purged before: what still arrives is then not taken in.
        """
        ...

    async def erase_entries(self, entry_ids: Collection[UUID]) -> None:
        """Erase the words of the purged articles that these entries ended in, or led to: they came after the purge."""
        ...

    async def erase_late(self) -> None:
        """Erase the words that were booked for purged articles after their purge."""
        ...

    async def scrub(self) -> None:
        """Let the files of the database forget what was erased from its tables, as far as it can be asked to.

        SQLite's files hold none of it afterwards. A Postgres is vacuumed; its write-ahead log is its own.
        """
        ...
