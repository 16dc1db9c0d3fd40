"""Articles, for readers: as they are now, as they were, and the copies of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from newswire.domain.wire.filters import Facets, ListedKind, WireFilter
from newswire.ports.time_place import TimePlace


@dataclass(frozen=True, slots=True)
class ArticleNow:
    """An article as it is now."""

    article_id: UUID
    kind: ListedKind
    revision: int
    """Counts a withdrawal too, so it may be greater than the number of the last text."""
    duplicate_of: UUID | None
    first_seen: datetime
    changed_at: datetime
    last_text: dict[str, Any]
    """The last text, as the JSON object of `newswire.events.Article`."""


@dataclass(frozen=True, slots=True)
class TextRevision:
    """One text that an article had."""

    revision: int
    at: datetime
    """When it was recorded."""
    article: dict[str, Any]
    """The JSON object of `newswire.events.Article`."""


@dataclass(frozen=True, slots=True)
class CopyLink:
    """A duplicate of an article, with the grounds."""

    article: ArticleNow
    duplicate_of: dict[str, Any] | None
    """The JSON object of `newswire.events.DuplicateOf`: score, evidence, algorithm. None where no change gives it."""


class ArticleReads(Protocol):
    """Reads articles. Every method raises `Wait` when the database is away."""

    async def listed(self, wanted: WireFilter, behind: TimePlace | None, limit: int) -> tuple[ArticleNow, ...]:
        """At most ``limit`` articles that pass the filter, the one that changed last first.

        The kinds of the filter are those of articles. An article that changes while somebody reads from page to page
        moves to the front: he may not meet it, and finds its change on the wire.
        """
        ...

    async def article(self, article_id: UUID) -> ArticleNow | None:
        """One article."""
        ...

    async def id_of(self, url: str) -> UUID | None:
        """The article that a canonical URL leads to: its own, or one of its other addresses."""
        ...

    async def revisions(self, article_id: UUID, behind: int, limit: int) -> tuple[TextRevision, ...]:
        """The texts of an article whose number is greater than ``behind``, the oldest first."""
        ...

    async def revision(self, article_id: UUID, revision: int) -> TextRevision | None:
        """One text of an article."""
        ...

    async def copies(self, article_id: UUID, limit: int, only: UUID | None = None) -> tuple[CopyLink, ...]:
        """At most ``limit`` duplicates of an article, the first that was seen first; with ``only``, that one alone."""
        ...

    async def copies_of_each(self, article_ids: Sequence[UUID], limit: int) -> dict[UUID, tuple[ArticleNow, ...]]:
        """At most ``limit`` duplicates of each of these articles; an article without duplicates is not a key."""
        ...

    async def facets(self, article_ids: Sequence[UUID]) -> dict[UUID, Facets]:
        """What these articles are chosen by, from the last text of each."""
        ...
