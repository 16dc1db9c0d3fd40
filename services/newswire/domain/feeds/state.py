"""A subscribed feed as the store holds it, and what one poll changes in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from newswire.domain.feeds.memory import NO_OPTIONS, NOTHING_REMEMBERED, FeedMemory, FeedOptions
from newswire.domain.ledger import Sighting
from newswire.events import NO_VALIDATORS, FeedEvent, PageValidators


@dataclass(frozen=True, slots=True)
class FeedState:
    """A subscribed feed and what the last polls left behind."""

    id: UUID
    """Made from the address that was subscribed. It stays when the feed moves, and with it the ids of its entries."""
    url: str
    """Where it is polled."""
    added_at: datetime
    title: str | None = None
    tags: tuple[str, ...] = ()
    validators: PageValidators = NO_VALIDATORS
    body_hash: str | None = None
    next_poll_at: datetime | None = None
    last_polled_at: datetime | None = None
    last_outcome: str | None = None
    errors: int = 0
    """Failed polls in a row."""
    disabled: str | None = None
    """Why it is no longer polled."""
    memory: FeedMemory = NOTHING_REMEMBERED
    options: FeedOptions = NO_OPTIONS
    pushed_until: datetime | None = None
    """A WebSub hub announces new entries until then. Written by the subscriber, not by a poll."""


@dataclass(frozen=True, slots=True)
class RecordedFeedEvent:
    """An event about a feed exactly as it is (re-)published: the same bytes every time."""

    event_id: UUID
    feed_id: UUID
    kind: str
    value: bytes
    at: datetime
    position: int | None = None
    """Its number on the wire."""


@dataclass(frozen=True, slots=True)
class FeedCounts:
    """How many feeds are how."""

    healthy: int
    failing: int
    """The last `newswire.domain.feeds.health.FAILING` polls, or more, failed."""
    disabled: int


@dataclass(frozen=True, slots=True)
class PollSaved:
    """What one poll leaves behind, written in one transaction."""

    feed: FeedState
    """Its new state, ``next_poll_at`` included."""
    sightings: tuple[Sighting, ...] = ()
    """Already published entries, or ones with an outcome of their own."""
    hurry: tuple[str, ...] = ()
    """Canonical URLs whose feed says that they were updated: their re-check is due now."""
    touched: Mapping[str, datetime] = field(default_factory=dict)
    """Entry keys with the newer ``updated`` their feed gives."""
    events: tuple[FeedEvent, ...] = ()
    """Events about the feed: recorded here, published afterwards."""
    before: FeedState | None = None
    """Its state as it was claimed: what the poll did not change in it is not written. None: all of it is."""
    shown: bytes | None = None
    """What the feed shows, as `newswire.domain.feeds.shown.noted` gives it; None: what was noted before stands."""
