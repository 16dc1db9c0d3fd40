"""Holes in what is known of a feed: when two polls share no entry, what came between may have been missed."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Literal

from newswire.domain.entries import Identified
from newswire.domain.feed_memory import FeedMemory, Gap
from newswire.domain.feed_watch import event_id
from newswire.events import CoverageGap, CoverageRestored, Feed

TRIES: Final = 5
"""So often is it tried to close a gap; after that it stays open in the books."""


def may_have_missed(memory: FeedMemory, found: Sequence[Identified], known_keys: Collection[str]) -> bool:
    """Whether the document shares no entry key with anything known, and so may not reach back to the last poll.

    A feed that ever only shows its newest entry says nothing by that.
    """
    if memory.succeeded_at is None or not memory.hints.entries or not found:
        return False
    if memory.hints.entries == 1 and len(found) == 1:
        return False
    return not any(entry.key in known_keys for entry in found)


def gap_noticed(
    feed: Feed, memory: FeedMemory, found: Sequence[Identified], now: datetime
) -> tuple[FeedMemory, CoverageGap]:
    """The gap between the last answered poll and this document, and the event that says so.

    One that was open before stays so for good: the archive that closes this one ends where this one begins.
    """
    since = memory.succeeded_at or now
    dates = [entry.entry.published or entry.entry.updated for entry in found]
    until = min((moment for moment in dates if moment and since < moment <= now), default=now)
    identity = event_id(feed.id, "coverage-gap", now)
    event = CoverageGap(id=identity, feed=feed, at=now, since=since, until=until)
    return replace(memory, gap=Gap(identity, since, until)), event


def gap_closed(
    feed: Feed, memory: FeedMemory, by: Literal["archive", "sitemap"], recovered: int, now: datetime
) -> tuple[FeedMemory, CoverageRestored | None]:
    """The memory without its gap, and the event that says so; None when there was none."""
    if memory.gap is None:
        return memory, None
    event = CoverageRestored(
        id=event_id(feed.id, "coverage-restored", now),
        feed=feed,
        at=now,
        gap_id=memory.gap.id,
        by=by,
        recovered=recovered,
    )
    return replace(memory, gap=None), event


def tried_in_vain(memory: FeedMemory) -> FeedMemory:
    """The gap, tried once more."""
    return replace(memory, gap=replace(memory.gap, tries=memory.gap.tries + 1)) if memory.gap else memory
