"""The condition of a feed, and the events about it: failing, silent, no feed any more, well again, gone.

Each condition is told once when it begins and once when it ends. Silence is measured by what the feed used to do, so a
feed with one entry a month is not silent after a week.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from newswire.domain.feeds.memory import Condition, FeedMemory
from newswire.events import Feed, FeedEvent, FeedFailing, FeedGone, FeedNotAFeed, FeedRecovered, FeedSilent, stable_id

FAILING: Final = 3
"""Failed polls in a row from which a feed counts as failing: fewer are a hiccup."""
SILENT_GAPS: Final = 20
"""So many usual gaps without an entry are a silence."""
SILENT_AT_LEAST: Final = timedelta(days=3)
"""Longer than a weekend: many newsrooms rest then."""
GONE_AFTER: Final = timedelta(hours=24)
"""Between the first 410 and the one that confirms it."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one poll showed of the feed itself."""

    reason: str | None = None
    """Why it failed; None when the feed answered."""
    errors: int = 0
    """Failed polls in a row, this one included."""
    new: int = 0
    """Entries that it had not brought before."""
    content_type: str | None = None
    announced: tuple[str, ...] = ()
    """The feeds that a page announces which was served in place of the feed."""


def event_id(feed_id: UUID, kind: str, at: datetime) -> UUID:
    """The id of an event about a feed: one of a kind in a moment."""
    return stable_id("feed-event", feed_id, kind, at.isoformat())


def watched(feed: Feed, memory: FeedMemory, look: Look, now: datetime) -> tuple[FeedMemory, tuple[FeedEvent, ...]]:
    """The feed's condition after this poll, and the events about it.

    ``memory`` is what stood before the poll; ``last_entry_at`` and ``usual_gap_s`` may be this poll's already.
    """
    before, after = memory.condition, _condition(memory, look, now)
    if after == before:
        return memory, ()
    events = tuple(_told(feed, memory, look, after, now))
    return replace(memory, condition=after, condition_since=now if after else None), events


def gone(feed: Feed, memory: FeedMemory, now: datetime) -> tuple[FeedMemory, FeedGone | None]:
    """After a 410: noted the first time, and final when it is said again `GONE_AFTER` later."""
    if memory.gone_since is None:
        return replace(memory, gone_since=now), None
    if now - memory.gone_since < GONE_AFTER:
        return memory, None
    identity = event_id(feed.id, "feed-gone", now)
    return memory, FeedGone(id=identity, feed=feed, at=now, status=410, since=memory.gone_since)


def _condition(memory: FeedMemory, look: Look, now: datetime) -> Condition | None:
    if look.reason == "not-a-feed":
        return "not-a-feed"
    if look.reason is not None:
        # A page that came instead of the feed is the news; that its server then fails as well is not.
        return "failing" if look.errors >= FAILING and memory.condition != "not-a-feed" else memory.condition
    if look.new:
        return None
    return "silent" if silent(memory, now) else None


def silent(memory: FeedMemory, now: datetime) -> bool:
    """Whether nothing new has come for longer than is usual for the feed, and for longer than a weekend."""
    if memory.last_entry_at is None or memory.usual_gap_s is None:
        return False
    patience = max(SILENT_AT_LEAST, timedelta(seconds=memory.usual_gap_s * SILENT_GAPS))
    return now - memory.last_entry_at > patience


def _told(feed: Feed, memory: FeedMemory, look: Look, after: Condition | None, now: datetime) -> Iterator[FeedEvent]:
    if look.reason is None and memory.condition is not None and memory.condition_since is not None:
        identity = event_id(feed.id, "feed-recovered", now)
        yield FeedRecovered(id=identity, feed=feed, at=now, was=memory.condition, since=memory.condition_since)
    if after is None:
        return
    identity = event_id(feed.id, f"feed-{after}", now)
    if after == "failing":
        yield FeedFailing(
            id=identity,
            feed=feed,
            at=now,
            reason=look.reason or "",
            errors=look.errors,
            last_success=memory.succeeded_at,
        )
    elif after == "not-a-feed":
        yield FeedNotAFeed(
            id=identity,
            feed=feed,
            at=now,
            content_type=look.content_type,
            announced=look.announced,
            last_success=memory.succeeded_at,
        )
    elif memory.last_entry_at is not None and memory.usual_gap_s is not None:
        yield FeedSilent(
            id=identity, feed=feed, at=now, last_entry=memory.last_entry_at, usual_gap_s=memory.usual_gap_s
        )
