"""The ledger: every sighting of an entry ends in exactly one counted outcome.

The unit is the *sighting*: one entry of one feed in one form (feed, entry key, fingerprint), one
re-check of an article, or one imported line. It has an id, the id of the `EntryFound` event that it
was published as. A sighting of a URL that another feed brought already is not fetched twice: it
*follows* the first one and shares its outcome (published there is unchanged here).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from newswire.events import EntryFound, EntryReason

OutcomeKind = Literal["published", "revised", "unchanged", "duplicate", "withdrawn", "rejected"]
OUTCOMES: tuple[OutcomeKind, ...] = get_args(OutcomeKind)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a sighting ended."""

    kind: OutcomeKind
    at: datetime
    reason: str | None = None
    """For ``rejected``, the short word that it is counted by.

    For ``unchanged``: same, not-modified, stale, page-preferred, feed-preferred or known-url.
    """
    article_id: UUID | None = None
    change_id: UUID | None = None
    duplicate_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """One line of the ledger, written by `poll` after the entry was published."""

    entry_id: UUID
    reason: EntryReason
    entry_key: str
    fingerprint: str
    url: str
    found_at: datetime
    feed_id: UUID | None = None
    title: str | None = None
    updated: datetime | None = None
    follows: UUID | None = None
    """The sighting that brought this URL first; its outcome is this one's too."""
    outcome: Outcome | None = None
    """Set by `poll` only for an entry that never was published: it has no usable address, or it is too old."""


def sighting_of_look(entry: EntryFound) -> Sighting:
    """The line of the ledger for an entry that asks for another look at an article that is known."""
    return Sighting(
        entry_id=entry.id,
        reason=entry.reason,
        entry_key=entry.entry_key,
        fingerprint=entry.fingerprint,
        url=entry.url,
        found_at=entry.found_at,
        feed_id=entry.feed.id if entry.feed else None,
    )


@dataclass(frozen=True, slots=True)
class Balance:
    """The audit: found = the outcomes + on the way; and on the way must be found in the log."""

    found: int
    outcomes: Mapping[OutcomeKind, int]
    reasons: Mapping[str, int] = field(default_factory=dict)
    """Rejections by reason."""
    pending: int = 0
    """Sightings without an outcome."""
    unbooked: int = 0
    """Outcomes whose sighting is not booked: `poll` died between publishing and saving, and will heal it."""
    folded: int = 0
    """Those of ``found`` that the totals count. They ended long ago; their re-checks have no line of their own."""
    lost: int = 0
    """Pending sightings that are nowhere in the log. Anything but 0 is a bug or a deleted topic."""

    @property
    def balanced(self) -> bool:
        """Whether everything found is accounted for."""
        return self.lost == 0 and self.found == sum(self.outcomes.values()) + self.pending
