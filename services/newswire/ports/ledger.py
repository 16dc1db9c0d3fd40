"""The ledger, for reading: every sighting with its outcome, the articles, the dead letters."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from newswire.domain.feeds.state import RecordedFeedEvent
from newswire.domain.ledger import Balance, Outcome, Sighting
from newswire.events import Change, DeadLetter


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """One row of `newswire articles`."""

    article_id: UUID
    url: str
    source: str
    title: str | None
    kind: str
    """``published``, ``duplicate`` or ``withdrawn``: what the article is now."""
    revision: int
    duplicate_of: UUID | None
    published: datetime | None
    first_seen: datetime
    changed_at: datetime
    language: str | None
    word_count: int


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One sighting with its outcome."""

    sighting: Sighting
    outcome: Outcome | None
    """None while it is on its way, or when it follows another sighting."""


@dataclass(frozen=True, slots=True)
class DeadLine:
    """A kept dead letter."""

    letter: DeadLetter
    retried_at: datetime | None


@dataclass(frozen=True, slots=True)
class UrlHistory:
    """Everything that the store knows about one URL."""

    entries: tuple[EntryLine, ...]
    article: StoredArticle | None
    changes: tuple[Change, ...]
    dead: tuple[DeadLine, ...]
    folded_rechecks: int = 0
    """Re-checks of the article that are folded: they are among the audit's totals, and have no line."""


class Ledger(Protocol):
    """Reads the ledger. Only `mark_retried` writes, and it changes no outcome."""

    async def balance(self) -> Balance:
        """Count every sighting by its outcome; one that follows another counts by that one's."""
        ...

    def pending(self) -> AsyncIterator[UUID]:
        """The entry ids of sightings without an outcome (those that follow another one left out)."""
        ...

    async def history(self, url: str) -> UrlHistory:
        """Everything about a canonical URL (as entry, as article, as an article's other address) or an entry key."""
        ...

    def articles(self, since: datetime | None = None) -> AsyncIterator[StoredArticle]:
        """Stored articles by the time they last changed, oldest first."""
        ...

    def feed_events(
        self, feed_id: UUID | None = None, since: datetime | None = None, *, newest_first: bool = False
    ) -> AsyncIterator[RecordedFeedEvent]:
        """Events about feeds, or about one, recorded at ``since`` or later, in their order; published or not."""
        ...

    def dead(self, *, retried: bool = False, behind: UUID | None = None) -> AsyncIterator[DeadLine]:
        """Dead letters, oldest first.

        Those that were sent again are left out without ``retried``. ``behind`` is the id of a letter: only those that
        follow it are given.
        """
        ...

    async def dead_letter(self, letter_id: UUID) -> DeadLine | None:
        """One dead letter."""
        ...

    async def mark_retried(self, letter_id: UUID, now: datetime) -> None:
        """Note that it was sent again. Its entry stays rejected until it comes to another outcome."""
        ...
