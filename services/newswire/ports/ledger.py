"""The books, read; and the database they are kept in."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from newswire.domain.ledger import Balance, Outcome, Sighting
from newswire.events import Change, DeadLetter
from newswire.ports.feeds import RecordedFeedEvent


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
class Story:
    """Everything that is known of one URL."""

    entries: tuple[EntryLine, ...]
    article: StoredArticle | None
    changes: tuple[Change, ...]
    dead: tuple[DeadLine, ...]


@dataclass(frozen=True, slots=True)
class SchemaState:
    """Revisions are numbers of four digits, compared as text."""

    have: str | None
    """The database's; None when there is none yet."""
    need: str
    """What this version was made for."""
    oldest: str | None = None
    """Of a newer schema: the oldest revision whose newswire can run on it."""

    @property
    def newer(self) -> bool:
        """Whether a later version has been at this database."""
        return self.have is not None and self.have > self.need

    @property
    def fits(self) -> bool:
        """Whether this version can run on it. A later one says what it can live with, an earlier one cannot know."""
        return self.have == self.need or (self.newer and self.oldest is not None and self.oldest <= self.need)


class Ledger(Protocol):
    """The books, read. Nothing here changes an outcome but `mark_retried`'s note."""

    async def balance(self) -> Balance:
        """Count every sighting by its outcome; one that follows another counts by that one's."""
        ...

    def pending(self) -> AsyncIterator[UUID]:
        """The entry ids of sightings without an outcome (those that follow another one left out)."""
        ...

    async def story(self, url: str) -> Story:
        """Everything about a canonical URL (as entry, as article, as an article's other address) or an entry key."""
        ...

    def articles(self, since: datetime | None = None) -> AsyncIterator[StoredArticle]:
        """Stored articles by the time they last changed, oldest first."""
        ...

    def feed_events(
        self, feed_id: UUID | None = None, since: datetime | None = None
    ) -> AsyncIterator[RecordedFeedEvent]:
        """What was recorded of feeds, or of one, at ``since`` or later, oldest first; told or not yet."""
        ...

    def dead(self, *, retried: bool = False) -> AsyncIterator[DeadLine]:
        """Dead letters, oldest first; those sent again already only with ``retried``."""
        ...

    async def dead_letter(self, letter_id: UUID) -> DeadLine | None:
        """One dead letter."""
        ...

    async def mark_retried(self, letter_id: UUID, now: datetime) -> None:
        """Note that it was sent again. Its entry stays rejected until it comes to another outcome."""
        ...


class Schema(Protocol):
    """The database as a thing to set up and take down."""

    async def ping(self) -> None:
        """Return when it can be reached; raises `Wait` when not."""
        ...

    async def migrate(self) -> tuple[str | None, str]:
        """Bring the schema to this version, one process at a time. Returns the revisions before and after.

        A newer one that this version can run on is left as it is; any other raises `UsageError`.
        """
        ...

    async def state(self) -> SchemaState:
        """How the schema stands to this version."""
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...
