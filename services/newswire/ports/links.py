"""Links between articles: what an editor decides, and what was compared."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from newswire.domain.articles.recorded import RecordedChange
from newswire.domain.articles.relink import Cause


@dataclass(frozen=True, slots=True)
class ComparedArticles:
    """An article and another one that it was compared with, as they read now."""

    other_id: UUID
    other_url: str
    relation: str
    reason: str
    score: float
    shared_words: int
    algorithm: str
    at: datetime
    text: str
    other_text: str


class Links(Protocol):
    """The links between articles, for editors."""

    async def overrule(
        self, article_id: UUID, original_id: UUID | None, cause: Cause, now: datetime
    ) -> tuple[RecordedChange, ...]:
        """Link an article to an original for good, or to none; returns the changes to publish.

        No rule changes such a link afterwards. The link goes to the original of ``original_id`` where that is a
        duplicate itself. When all is as asked already, the changes recorded for it are returned again.
        Raises `UsageError` where an article is withdrawn or both are one, `Wait` when the database is away.
        """
        ...

    async def compared(self, article_id: UUID) -> tuple[ComparedArticles, ...]:
        """The articles that this one was compared with, the best match first. Raises `Wait` like the other."""
        ...
