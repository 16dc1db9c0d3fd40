"""Pages of changes, and the state of a reader between two pages."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, Protocol, get_args
from uuid import UUID

from newswire.client.errors import WireAway
from newswire.domain.wire.documents import ArticleDocument, WireChange
from newswire.domain.wire.filters import WireFilter, WireKind

log = logging.getLogger("newswire.client")

PAGE: Final = 100
WAIT_S: Final = 25.0
"""Seconds that one request waits for a change."""
_FIRST_S: Final = 0.5
_LONGEST_S: Final = 30.0
_REMEMBERED: Final = 10_000
_KINDS: Final = frozenset(kind for part in get_args(WireKind) for kind in (get_args(part) or (part,)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes a reader wants; by default all, with the texts of their articles."""

    kinds: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    feeds: frozenset[UUID] = frozenset()
    languages: frozenset[str] = frozenset()
    published_after: datetime | None = None
    published_before: datetime | None = None
    changed_after: datetime | None = None
    changed_before: datetime | None = None
    duplicates: bool = True
    text: bool = True
    """Whether the texts of articles are wanted. A key needs the scope text for them."""

    @property
    def filter(self) -> WireFilter:
        """The same as the filter that the server has."""
        return WireFilter(
            kinds=self.kinds,
            sources=self.sources,
            feeds=self.feeds,
            languages=self.languages,
            published_after=self.published_after,
            published_before=self.published_before,
            changed_after=self.changed_after,
            changed_before=self.changed_before,
            duplicates="all" if self.duplicates else "none",
        )


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """One page of changes."""

    changes: tuple[WireChange, ...]
    cursor: str
    """The place behind every event that was examined, whether it was wanted or not."""
    more: bool
    """Whether there may be more already."""


@dataclass(frozen=True, slots=True)
class ChangeBatch:
    """Changes to be dealt with together; save ``cursor`` with the work, and go on from it after a crash."""

    changes: tuple[WireChange, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class WantedArticles:
    """A search: the words, the order (``new`` or ``relevance``), and the most articles that are wanted."""

    query: str
    sort: Literal["new", "relevance"]
    limit: int
    text: bool
    """Whether the texts of the articles are wanted. A key needs the scope text for them."""


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Some of the articles that a search found."""

    articles: tuple[ArticleDocument, ...]
    next: str | None
    """The place to go on from; None where there is nothing more."""


class PageSource(Protocol):
    """A source of pages. Its methods block; `interrupt` and `close` may be called from another thread."""

    def page(self, wanted: Wanted, after: str | None, wait_s: float) -> ChangesPage:
        """The next page behind a cursor; None is the oldest change. Raises `WireAway`, `WireRefused`, `CursorLost`."""
        ...

    def search(self, search: WantedArticles, after: str | None) -> FoundPage:
        """The next articles behind the place of an earlier page. Raises `WireAway`, `WireRefused`."""
        ...

    def interrupt(self) -> None:
        """Let every page that is waited for fail at once."""
        ...

    def close(self) -> None:
        """Close what is open."""
        ...


def read_rows(rows: Iterable[Mapping[str, Any]]) -> tuple[WireChange, ...]:
    """The changes of a page; events of kinds that this version does not know are left out."""
    return tuple(WireChange.model_validate(row) for row in rows if row["data"].get("kind") in _KINDS)


@dataclass(slots=True)
class Follower:
    """A reader's cursor, the ids of its last changes, and its failures in a row."""

    cursor: str | None
    _seen: dict[UUID, None] = field(default_factory=dict)
    _failures: int = 0

    def take(self, page: ChangesPage) -> ChangeBatch | None:
        """The changes of a page that are new; None where there are none and the cursor is where it was."""
        new: list[WireChange] = []
        for change in page.changes:
            if change.data.id not in self._seen:
                self._seen[change.data.id] = None
                new.append(change)
        while len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        self._failures = 0
        moved, self.cursor = page.cursor != self.cursor, page.cursor
        return ChangeBatch(tuple(new), page.cursor) if new or moved else None

    def wait_after(self, failure: WireAway) -> float:
        """The seconds until the next try: growing ones, and never fewer than the server asks for."""
        delay: float = min(_LONGEST_S, _FIRST_S * 2 ** min(self._failures, 10))
        self._failures += 1
        delay = max(delay, failure.again_s or 0)
        log.warning("the wire does not answer (%s); the next try is in %.1f s", failure, delay)
        return delay
