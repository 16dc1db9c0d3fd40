"""What became of entries, for whom their pages are read again."""

from collections.abc import Collection, Mapping
from typing import Protocol
from uuid import UUID


class PastEntries(Protocol):
    """Reads the books by entry. Every method raises `Wait` when the database is away."""

    async def articles_of(self, entry_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
        """By entry: the article that it ended in. An entry that came to none is not a key."""
        ...

    async def booked(self, entry_ids: Collection[UUID]) -> frozenset[UUID]:
        """Those of the entries whose sighting is booked."""
        ...
