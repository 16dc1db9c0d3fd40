"""The entries of the feeds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from newswire.domain.feeds.earlier import SeenEntry
from newswire.domain.feeds.entries import Identified, KnownEntry
from newswire.domain.feeds.state import PollSaved
from newswire.domain.feeds.tombstones import Carried
from newswire.domain.ledger import Sighting


class Entries(Protocol):
    """Which entries are known, and what each poll found."""

    async def known(self, feed_id: UUID, keys: Sequence[str]) -> Mapping[str, KnownEntry]:
        """The known forms of these entries of this feed, by key."""
        ...

    async def seen(self, feed_id: UUID, urls: Sequence[str], titles: Sequence[str] = ()) -> tuple[SeenEntry, ...]:
        """This feed's sightings at one of these canonical URLs, or under one of these titles, oldest first."""
        ...

    async def known_urls(self, urls: Sequence[str]) -> Mapping[str, UUID]:
        """For each canonical URL that another sighting brought and that was not rejected: that sighting's entry id."""
        ...

    async def brought(self, feed_id: UUID, entries: Sequence[Identified], until: datetime) -> bool:
        """Whether this feed had brought any of these by then: one of the same key, or of the same canonical URL."""
        ...

    async def carried(self, feed_id: UUID, keys: Sequence[str]) -> Mapping[str, Carried]:
        """What became of the entries that this feed had under these keys; keys that it never had are left out."""
        ...

    async def save(self, poll: PollSaved) -> None:
        """All or nothing: the feed's state, the sightings (existing ones stay as they are), events, hurried re-checks.

        Durable on return. Polls that are saved at the same time may share a transaction; one that cannot be written
        fails alone.

        A new address that another feed has taken meanwhile is not taken over: the feed stays where it was.
        """
        ...

    async def book(self, sightings: Sequence[Sighting]) -> None:
        """One transaction: sightings that no poll of a feed brought (re-checks, imports) and that were published.

        One that exists is left as it is. A re-check's article is due next by `newswire.domain.articles.recheck`.
        """
        ...
