"""The search index: filled from the changes of the wire, in the order of their positions, and searched."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from newswire.domain.search.query import SearchQuery
from newswire.errors import NewswireError
from newswire.ports.article_reads import ArticleNow


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far the index has come."""

    epoch: str
    position: int
    """Every change up to this position is in the index."""
    head: int
    """The position of the newest change of the wire."""


class TooBroad(NewswireError):  # noqa: N818  # named by what to do about it
    """A search takes longer than it may. The message says how long that is."""


class SearchIndex(Protocol):
    """Keeps the index. Every method raises `Wait` when the database is away.

    An article is in the index once, with its last text, at the position of its newest change; a withdrawn one is not.
    """

    async def index_next(self, limit: int) -> bool:
        """Index the articles of the next changes, at most ``limit``, in one transaction; False where there was nothing.

        An index that an earlier version of the tokens made is emptied first, and one of a later version left alone.
        Processes that call it at once take turns.
        """
        ...

    async def clear(self) -> None:
        """Empty the index; `index_next` then begins with the oldest change."""
        ...


class Searches(Protocol):
    """Reads the index. Every method raises `Wait` when the database is away."""

    async def state(self) -> IndexState:
        """How far the index has come."""
        ...

    async def newest(self, query: SearchQuery, below: int | None, limit: int) -> tuple[int, ...]:
        """The positions of at most ``limit`` articles that match, the greatest first; with ``below``, less than it.

        Raises `TooBroad`.
        """
        ...

    async def matching(self, query: SearchQuery, among: Collection[int]) -> frozenset[int]:
        """Those of these positions whose articles match the words of the query. Raises `TooBroad`."""
        ...

    async def articles(self, positions: Sequence[int]) -> Mapping[int, ArticleNow]:
        """The articles at these positions as they are now; without those that are withdrawn or moved on meanwhile."""
        ...
