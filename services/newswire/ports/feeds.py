"""The subscribed feeds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from newswire.domain.feeds.memory import FeedOptions
from newswire.domain.feeds.state import FeedState


class Feeds(Protocol):
    """Which feeds are subscribed to, and what the operator decided about each."""

    async def add(self, feeds: Sequence[FeedState]) -> int:
        """Subscribe; one whose URL is known already is left as it is. Returns how many were new."""
        ...

    async def remove(self, url: str) -> bool:
        """Unsubscribe. What came by the feed stays. False when there was no such feed."""
        ...

    async def set_options(self, url: str, options: FeedOptions) -> bool:
        """Set the operator's options for the feed at ``url``. False when there is no such feed."""
        ...

    async def enable(self, url: str, now: datetime) -> bool:
        """Poll the feed at ``url`` from ``now`` on, as if it had never gone or moved. False when there is none."""
        ...

    async def all(self) -> tuple[FeedState, ...]:
        """Every feed, by URL."""
        ...

    async def of_domain(self, domain: str) -> tuple[FeedState, ...]:
        """The feeds whose address is of this registrable domain, by URL."""
        ...

    async def by_url(self, url: str) -> FeedState | None:
        """The feed that is polled at this address."""
        ...

    async def find(self, url: str) -> FeedState | None:
        """The feed that is polled at this address, or else the one that was until it moved."""
        ...
