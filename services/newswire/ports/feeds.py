"""Feeds, their schedule and their entries: the state of the poll stage."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from newswire.domain.feeds.entries import Identified, KnownEntry
from newswire.domain.feeds.memory import NO_OPTIONS, NOTHING_REMEMBERED, FeedMemory, FeedOptions
from newswire.domain.ledger import Sighting
from newswire.events import NO_VALIDATORS, FeedEvent, PageValidators


@dataclass(frozen=True, slots=True)
class FeedState:
    """A subscribed feed and what the last polls left behind."""

    id: UUID
    """Of the address it was subscribed by. It stays when the feed moves, and with it the ids of its entries."""
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
    """A WebSub hub tells of new entries until then. Written by the subscriber, not by a poll."""


@dataclass(frozen=True, slots=True)
class RecordedFeedEvent:
    """An event about a feed exactly as it is (re-)published: the same bytes every time."""

    event_id: UUID
    feed_id: UUID
    kind: str
    value: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class FeedCounts:
    """How many feeds are how."""

    healthy: int
    failing: int
    """The last `domain.feed_watch.FAILING` polls, or more, failed."""
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
    """What is to be told of the feed itself: recorded here, published afterwards."""
    before: FeedState | None = None
    """Its state as it was claimed: what the poll did not change in it is not written. None: all of it is."""


@dataclass(frozen=True, slots=True)
class Recheck:
    """An article that is due to be looked at again."""

    article_id: UUID
    url: str
    number: int
    """Which re-check of this article this is, from 1."""
    validators: PageValidators
    ignore_robots: bool = False
    """What the operator said of a feed that brought it."""


class FeedStore(Protocol):
    """Feeds, their schedule, and the sightings of their entries: the state of `poll`."""

    async def add(self, feeds: Sequence[FeedState]) -> int:
        """Subscribe; one whose URL is known already is left as it is. Returns how many were new."""
        ...

    async def remove(self, url: str) -> bool:
        """Unsubscribe. What came by the feed stays. False when there was no such feed."""
        ...

    async def set_options(self, url: str, options: FeedOptions) -> bool:
        """What the operator decides for the feed at ``url``. False when there is no such feed."""
        ...

    async def enable(self, url: str, now: datetime) -> bool:
        """Poll the feed at ``url`` from ``now`` on, as if it had never gone or moved. False when there is none."""
        ...

    async def all(self) -> tuple[FeedState, ...]:
        """Every feed, by URL."""
        ...

    async def count(self) -> FeedCounts:
        """How many feeds there are, without reading them."""
        ...

    async def claim(
        self, now: datetime, limit: int, lease_s: float, *, among: Collection[UUID] | None = None
    ) -> tuple[FeedState, ...]:
        """Up to ``limit`` feeds that are due, longest overdue first; nobody else is given them for ``lease_s`` seconds.

        The lease is the saved ``next_poll_at`` = now + lease: a poller that dies costs its feed one lease. A feed
        that is scheduled beyond `domain.poll_schedule.HORIZON` is due: a clock was wrong. ``among``: of these alone.
        """
        ...

    async def put_off(self, moments: Mapping[UUID, datetime], leased_until: datetime) -> None:
        """Give back the leases of feeds that were claimed until then: each is due at its moment.

        One that is not leased until then any more is left as it is: somebody else has it, or it was polled.
        """
        ...

    async def hurry(self, feed_id: UUID, now: datetime) -> None:
        """Make a feed due now, whatever its schedule; a disabled one and one that is gone are left as they are.

        A poll of it that is under way may have asked too early: the feed is due once more after it. Where that poll
        fails, the feed waits as after any failure.
        """
        ...

    async def next_due(self) -> datetime | None:
        """When the next feed or re-check is due; None when nothing is scheduled."""
        ...

    async def known(self, feed_id: UUID, keys: Sequence[str]) -> Mapping[str, KnownEntry]:
        """What is known of these entries of this feed."""
        ...

    async def known_urls(self, urls: Sequence[str]) -> Mapping[str, UUID]:
        """For each canonical URL that another sighting brought and that was not rejected: that sighting's entry id."""
        ...

    async def by_url(self, url: str) -> FeedState | None:
        """The feed that is polled at this address."""
        ...

    async def find(self, url: str) -> FeedState | None:
        """The feed that is polled at this address, or else the one that was until it moved."""
        ...

    async def brought(self, feed_id: UUID, entries: Sequence[Identified], until: datetime) -> bool:
        """Whether this feed had brought any of these by then: one of the same key, or of the same canonical URL."""
        ...

    async def save(self, poll: PollSaved) -> None:
        """All or nothing: the feed's state, the sightings (existing ones stay as they are), events, hurried re-checks.

        Durable on return. Polls that are saved at the same time may share a transaction; one that cannot be written
        fails alone.

        A new address that another feed has taken meanwhile is not taken over: the feed stays where it was.
        """
        ...

    async def untold(self, limit: int) -> tuple[RecordedFeedEvent, ...]:
        """Recorded events that nobody has marked as told, oldest first."""
        ...

    async def mark_told(self, event_ids: Sequence[UUID], now: datetime) -> None:
        """Note that these were published."""
        ...

    async def claim_rechecks(self, now: datetime, limit: int, lease_s: float) -> tuple[Recheck, ...]:
        """Up to ``limit`` articles that are due to be looked at again, leased like feeds are."""
        ...

    async def book(self, sightings: Sequence[Sighting]) -> None:
        """One transaction: sightings that no poll of a feed brought (re-checks, imports) and that were published.

        One that exists is left as it is. A re-check's article is due next by `domain.recheck`.
        """
        ...
