"""What the console shows beside articles: lists behind the numbers of the books, and what was published when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from newswire.domain.ledger import OutcomeKind
from newswire.ports.time_place import TimePlace


@dataclass(frozen=True, slots=True)
class BookedEntry:
    """One sighting with the outcome that the balance counts it by."""

    entry_id: UUID
    entry_key: str
    found_at: datetime
    url: str
    title: str | None
    feed_id: UUID | None
    outcome: OutcomeKind | None
    """None while it is on its way."""
    reason: str | None
    article_id: UUID | None


@dataclass(frozen=True, slots=True)
class DeadGroup:
    """The dead letters of one stage with one reason that nobody has sent again."""

    reason: str
    stage: str
    count: int
    newest: datetime


@dataclass(frozen=True, slots=True)
class DeadHead:
    """A dead letter without the record in it, which may have megabytes."""

    letter_id: UUID
    stage: str
    reason: str
    message: str
    url: str | None
    attempts: int
    failed_at: datetime
    retried_at: datetime | None


class ConsoleReads(Protocol):
    """Reads lists and counts for people. Every method raises `Wait` when the database is away."""

    async def arrivals(self, feed_ids: Sequence[UUID], since: datetime) -> Mapping[UUID, Mapping[date, int]]:
        """For each of these feeds, how many new entries were found on each day (UTC); days without are left out."""
        ...

    async def recent_changes(self, since: datetime, limit: int) -> tuple[tuple[str, datetime], ...]:
        """Kind and time of the changes since then, of the newest ``limit`` alone; the newest first."""
        ...

    async def entries(
        self, outcome: OutcomeKind | None, reason: str | None, behind: TimePlace | None, limit: int
    ) -> tuple[BookedEntry, ...]:
        """Sightings that the balance counts by this outcome, the newest first; ``outcome`` None: on their way.

        ``reason`` picks those with this reason.
        """
        ...

    async def dead_groups(self) -> tuple[DeadGroup, ...]:
        """The dead letters that nobody has sent again, counted; the largest group first."""
        ...

    async def dead_heads(
        self, reason: str | None, behind: TimePlace | None, limit: int, *, retried: bool
    ) -> tuple[DeadHead, ...]:
        """Dead letters, the newest first; those that were sent again only with ``retried``."""
        ...
