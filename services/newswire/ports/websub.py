"""Feeds' subscriptions at WebSub hubs: the state of the `websub` stage and of its callbacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from newswire.domain.feeds.state import FeedState
from newswire.domain.websub.subscription import HubSubscription


@dataclass(frozen=True, slots=True)
class DueSubscription:
    """A subscription that is to be looked at."""

    subscription: HubSubscription
    feed: FeedState | None
    """As of its last poll; None when it is no longer subscribed to."""


class HubSubscriptions(Protocol):
    """Subscriptions at hubs, by feed and by callback. What becomes of one is decided by `newswire.domain.websub`."""

    async def add(self, new: HubSubscription) -> None:
        """Keep a new one; one that is there already stays as it is."""
        ...

    async def of_feed(self, feed_id: UUID) -> tuple[HubSubscription, ...]:
        """All that a feed ever had."""
        ...

    async def by_token(self, token: str) -> HubSubscription | None:
        """The one that a callback is or was of: verified, asked for, or given up last."""
        ...

    async def claim(self, now: datetime, limit: int, lease_s: float) -> tuple[DueSubscription, ...]:
        """Up to ``limit`` that are due for a look, longest overdue first; nobody else gets them for ``lease_s``.

        The lease, in seconds, is the saved ``check_at`` = now + lease, as it is with `FeedSchedule.claim`.
        """
        ...

    async def save(self, changed: HubSubscription) -> HubSubscription | None:
        """Put ``changed`` in place of what is saved, when that is the version which it was made from.

        Returns it as it is saved; None when somebody else was quicker, and nothing was written: read it, decide again.
        In the same transaction ``pushed_until`` of its feed becomes the latest end of the leases that are relied on.
        """
        ...


class HubUpkeep(Protocol):
    """All subscriptions at once: which are missing, which must be looked at, how many there are."""

    async def missing(self, after: UUID | None, limit: int) -> tuple[FeedState, ...]:
        """Up to ``limit`` feeds that name a hub and have no subscription but ended ones, by id, from ``after`` on.

        Disabled feeds are left out.
        """
        ...

    async def rebase(self, base: str, now: datetime) -> int:
        """Make all due whose hub was last told another address of ours than ``base``; returns how many."""
        ...

    async def orphaned(self, now: datetime) -> int:
        """Make all due that were not left yet though their feed was removed or disabled; returns how many."""
        ...

    async def count(self) -> Mapping[str, int]:
        """How many there are in each state, ended ones left out; ``silent`` are the active ones not relied on."""
        ...
