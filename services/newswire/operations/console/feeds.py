"""Feeds for the console: all of them, one with its events, and subscribing to one more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from newswire.domain.feeds.state import FeedState
from newswire.domain.wire.keys import Caller
from newswire.domain.wire.refusals import Impossible
from newswire.errors import UsageError
from newswire.operations.subscribe import subscribe, subscription
from newswire.operations.wire.operators import feed_by_id, list_feed_events
from newswire.ports import ConsoleReads, FeedReads, Feeds, Ledger

SPARK_DAYS: Final = 14
"""The days that a sparkline shows, today included."""


@dataclass(frozen=True, slots=True)
class WatchedFeed:
    """A feed, and what it brought on each of the last days."""

    feed: FeedState
    arrivals: Mapping[date, int]


async def look_at_all_feeds(caller: Caller, feeds: Feeds) -> tuple[FeedState, ...]:
    """Every feed, by URL. Raises `Denied`, and `Wait` when the database is away."""
    caller.must("read")
    return await feeds.all()


async def with_arrivals(
    caller: Caller, reads: ConsoleReads, feeds: Sequence[FeedState], now: datetime
) -> list[WatchedFeed]:
    """These feeds with their arrivals. Raises `Denied`, and `Wait` when the database is away."""
    caller.must("read")
    since = (now - timedelta(days=SPARK_DAYS - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    arrivals = await reads.arrivals([feed.id for feed in feeds], since)
    return [WatchedFeed(feed, arrivals.get(feed.id, {})) for feed in feeds]


async def look_at_feed(
    caller: Caller, feeds: FeedReads, reads: ConsoleReads, ledger: Ledger, feed_id: UUID, now: datetime
) -> tuple[WatchedFeed, list[dict[str, Any]]]:
    """One feed, and its newest events as JSON objects. Raises `Unknown`, `Denied` and `Wait`."""
    caller.must("read")
    (watched,) = await with_arrivals(caller, reads, [await feed_by_id(feeds, feed_id)], now)
    return watched, await list_feed_events(caller, feeds, ledger, feed_id, limit=50)


async def add_feed(caller: Caller, feeds: Feeds, url: str, now: datetime) -> FeedState:
    """Subscribe to the feed at ``url``, and give it. A feed that is known already stays as it is.

    Nothing is fetched: the poller asks the address, and says where it is no feed. Raises `Denied`, `Impossible` for an
    address that no feed can have, and `Wait` when the database is away.
    """
    caller.must("feeds")
    try:
        new = subscription(url, now)
    except UsageError as error:
        raise Impossible("url", str(error)) from error
    await subscribe(feeds, [new])
    return await feeds.find(new.url) or new
