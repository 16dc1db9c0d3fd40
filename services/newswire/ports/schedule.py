"""The schedule of the feeds."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from newswire.domain.feeds.state import FeedCounts, FeedState


class FeedSchedule(Protocol):
    """Which feeds are due, and which poller has them."""

    async def claim(
        self, now: datetime, limit: int, lease_s: float, *, among: Collection[UUID] | None = None
    ) -> tuple[FeedState, ...]:
        """Up to ``limit`` feeds that are due, longest overdue first; nobody else is given them for ``lease_s`` seconds.

        The lease is the saved ``next_poll_at`` = now + lease: a poller that dies costs its feed one lease. A feed that
        is scheduled beyond `newswire.domain.schedule.next_poll.HORIZON` is due: a clock was wrong. ``among``: claim
        only these.
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

    async def count(self) -> FeedCounts:
        """How many feeds there are, without reading them."""
        ...
