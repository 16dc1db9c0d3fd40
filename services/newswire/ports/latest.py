"""The articles as they stand, for those who publish their latest state."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class StandingArticle:
    """An article as the database has it."""

    article_id: UUID
    position: int
    """That of its newest change."""
    epoch: str
    change: bytes
    """The JSON of its newest change."""
    text: Mapping[str, object] | None
    """The JSON of its newest text, where the change brings none; None where it is not kept any more."""


class StandingArticles(Protocol):
    """Reads articles as they stand."""

    async def standing(self, article_ids: Collection[UUID]) -> tuple[StandingArticle, ...]:
        """Those of the articles that exist, all of one moment. Raises `Wait`."""
        ...

    async def positions(self, article_ids: Collection[UUID]) -> Mapping[UUID, int]:
        """The position of the newest change of each. Raises `Wait`."""
        ...

    async def after(self, article_id: UUID | None, limit: int) -> tuple[UUID, ...]:
        """The next ids of articles after ``article_id``, in their order; from the first one on with None. `Wait`."""
        ...
