"""Holes in what is known of a feed: when two polls share no entry, what came between may have been missed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from newswire.domain.feeds.entries import Identified
from newswire.domain.feeds.entry_age import at_the_latest
from newswire.domain.feeds.health import event_id
from newswire.domain.feeds.memory import FeedMemory, Gap
from newswire.domain.feeds.passing import passes
from newswire.events import CoverageGap, CoverageRestored, Feed

TRIES: Final = 5
"""So often is it tried to close a gap; after that it stays open in the ledger."""
_CHOSEN: Final = frozenset({"sitemap", "sitemap-index"})
"""Formats that list everything, of which only what is recent is read: what is not shared was left out by us."""


@dataclass(frozen=True, slots=True)
class Refill:
    """What one try to close a gap found."""

    entries: tuple[Identified, ...] = ()
    """Not known yet, in the order in which they were found."""
    by: Literal["archive", "sitemap"] | None = None
    """What closed the gap; None when it is still open."""
    resume: str | None = None
    """The archive page with which the next try goes on."""


def known_by(
    memory: FeedMemory, form: str, found: Sequence[Identified], known_keys: Collection[str]
) -> datetime | None:
    """Until when one of the entries has to have been known, or else some before them may have been missed.

    None where the document cannot show that: the first one; one after an empty one, or of a feed that only ever shows
    its newest entry, or shows nothing twice; one of a format (``form``) that lists everything; or where a known key is
    answer enough.
    """
    if memory.whole_at is None or not memory.hints.entries or not found or form in _CHOSEN:
        return None
    if (memory.hints.entries == 1 and len(found) == 1) or passes(memory):
        return None
    if memory.whole_at == memory.succeeded_at and any(entry.key in known_keys for entry in found):
        return None
    return memory.whole_at


def gap_noticed(
    feed: Feed, memory: FeedMemory, found: Sequence[Identified], now: datetime
) -> tuple[FeedMemory, CoverageGap]:
    """The gap between the last poll that nothing was missing from and this document, and the event that says so.

    A gap that is open already is made longer, and both gaps are closed together.
    """
    since = memory.whole_at or now
    dates = [at_the_latest(entry.entry) for entry in found]
    until = min((moment for moment in dates if moment and since < moment <= now), default=now)
    identity = event_id(feed.id, "coverage-gap", now)
    event = CoverageGap(id=identity, feed=feed, at=now, since=since, until=until)
    gap, before = Gap(identity, since, until), memory.gap
    if before is not None and before.tries < TRIES:
        gap = replace(before, until=until, later=(*before.later, identity), resume=None)
    return replace(memory, gap=gap), event


def tried(
    feed: Feed, memory: FeedMemory, refill: Refill, now: datetime
) -> tuple[FeedMemory, tuple[CoverageRestored, ...]]:
    """The memory after a try to close its gap, without the gap when that worked, and the events that then say so."""
    gap = memory.gap
    if gap is None:
        return memory, ()
    recovered = gap.recovered + len(refill.entries)
    if refill.by is None:
        left = replace(gap, tries=gap.tries + 1, recovered=recovered, resume=refill.resume)
        return replace(memory, gap=left), ()
    closed = tuple(
        CoverageRestored(
            id=event_id(feed.id, f"coverage-restored {gap_id}", now),
            feed=feed,
            at=now,
            gap_id=gap_id,
            by=refill.by,
            recovered=recovered,
        )
        for gap_id in (gap.id, *gap.later)
    )
    return replace(memory, gap=None), closed
