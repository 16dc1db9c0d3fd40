"""The interface of the two search engines: each keeps tokens by position, and finds positions by tokens."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.domain.search.document import IndexedText
from newswire.domain.search.query import SearchQuery


@dataclass(frozen=True, slots=True)
class WordsAt:
    """An article in the index."""

    position: int
    text: IndexedText
    facets: tuple[str, ...]


class WordStore(Protocol):
    """The words of the index, in the transactions of others."""

    async def begin(self, connection: AsyncConnection, head: int) -> None:
        """Make ready for articles whose positions are at most ``head``, which never gets less."""
        ...

    async def add(self, connection: AsyncConnection, articles: Sequence[WordsAt]) -> None:
        """Add articles, none of which is there."""
        ...

    async def remove(self, connection: AsyncConnection, articles: Sequence[WordsAt]) -> None:
        """Remove articles, each of which is there with exactly these words."""
        ...

    async def clear(self, connection: AsyncConnection) -> None:
        """Remove all."""
        ...

    async def newest(
        self, connection: AsyncConnection, query: SearchQuery, below: int | None, limit: int
    ) -> Sequence[int]:
        """The positions of at most ``limit`` articles that match, the greatest first; with ``below``, less than it."""
        ...

    async def matching(self, connection: AsyncConnection, query: SearchQuery, among: Collection[int]) -> frozenset[int]:
        """Those of these positions whose articles match the words of the query."""
        ...
