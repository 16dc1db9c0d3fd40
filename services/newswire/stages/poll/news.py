"""What is new in a feed's document, and in what a gap before it is refilled from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Final

from newswire.domain.articles.decide import MIN_FEED_WORDS
from newswire.domain.feeds.coverage import TRIES, gap_noticed, known_by, tried
from newswire.domain.feeds.earlier import SeenEntry
from newswire.domain.feeds.entries import EntryPlan, Identified, plan_entries
from newswire.domain.feeds.entry_age import ALL_ENTRIES, FirstContact, oldest_taken
from newswire.domain.feeds.habits import TextSamples
from newswire.domain.feeds.keys import keyed
from newswire.domain.feeds.memory import FeedMemory
from newswire.domain.feeds.own_address import with_own_addresses
from newswire.domain.feeds.parsed_feed import ParsedFeed
from newswire.domain.feeds.recognise import Recognised, most_unknown, recognise, unsettled
from newswire.domain.feeds.shared_pages import shared_pages
from newswire.domain.feeds.shown import is_to_be_noted, noted
from newswire.domain.feeds.state import FeedState
from newswire.domain.feeds.stillness import sampled, still
from newswire.domain.feeds.tombstones import buried, plan_tombstones
from newswire.domain.text.normalize import normalize_line
from newswire.events import Feed, FeedEvent
from newswire.ports import Entries
from newswire.stages.poll.coverage import Coverage, GapSearch
from newswire.stages.poll.feed_reader import FeedAnswer, FeedReader
from newswire.waiting.patience import Patience

MAX_NEW: Final = 5_000
"""New entries that a poll takes from one document. The next poll takes the rest: it finds the first ones known.

To plan and write 50,000, which a sitemap may hold, blocks the event loop for three seconds.
"""
_NOTHING: Final = EntryPlan()


@dataclass(frozen=True, slots=True)
class NewsLimits:
    """How much of a document a poll takes."""

    max_new: int = MAX_NEW
    """New entries from one document."""
    first: FirstContact = ALL_ENTRIES
    """How much of a new feed's past is taken."""


@dataclass(frozen=True, slots=True)
class News:
    """What a poll brought, not yet published."""

    memory: FeedMemory
    """The feed's, with the gap that the document shows or closes."""
    plan: EntryPlan = _NOTHING
    new: int = 0
    """Entries of the document itself that were not known."""
    events: tuple[FeedEvent, ...] = ()
    more: bool = False
    """Not everything new was taken: the document must be read again."""
    shown: bytes | None = None
    """What the document showed, where it is to be noted."""


class NewsFinder:
    """Tells what is new from what is known."""

    def __init__(self, entries: Entries, reader: FeedReader, coverage: Coverage, limits: NewsLimits) -> None:
        """Holds no state."""
        self._entries = entries
        self._reader = reader
        self._coverage = coverage
        self._max_new = limits.max_new
        self._first = limits.first

    async def find(
        self, feed: FeedState, answer: FeedAnswer, now: datetime, patience: Patience, *, search_until: datetime
    ) -> News:
        """What ``answer`` brought; no further page is asked for after ``search_until``. Raises `Wait`."""
        document, response, memory = answer.document, answer.response, feed.memory
        if document is None or response is None:
            return News(memory)
        found = _trusted(document, await self._reader.identified(document))
        subscribed_by = next(iter(memory.former_urls), feed.url)
        found = with_own_addresses(found, feed.id, subscribed_by, min_words=MIN_FEED_WORDS)
        told, samples = await self._recognised(feed, found, now, patience)
        memory = replace(memory, habits=told.habits, text_samples=samples)
        shown = None
        # A document without entries is mostly a fault of its server, and would be noted for a day.
        if told.found and not (answer.partial or answer.delta) and is_to_be_noted(memory.noted_at, now):
            memory, shown = replace(memory, noted_at=now), noted(told.found)
        found, more = _portion(told.found, told.known, self._max_new)
        named = Feed(id=feed.id, url=feed.url, title=document.title or feed.title)
        events: list[FeedEvent] = []
        moment = known_by(memory, document.format, found, told.known) if answer.whole else None
        if moment is not None and told.since is not None and told.since <= moment:
            moment = None
        if moment is not None and not await patience(partial(self._entries.brought, feed.id, found, moment)):
            memory, noticed = gap_noticed(named, memory, found, now)
            events.append(noticed)
        if memory.gap is not None and memory.gap.tries < TRIES:
            search = GapSearch(feed, memory.gap, search_until, patience)
            refill = await self._coverage.refill(search, document, response.url)
            memory, restored = tried(named, memory, refill, now)
            events += restored
            refilled = with_own_addresses(refill.entries, feed.id, subscribed_by, min_words=MIN_FEED_WORDS)
            found = (*found, *keyed(refilled, told.habits, feed.id))
        urls = await patience(partial(self._entries.known_urls, [entry.url for entry in found if entry.url]))
        plan = plan_entries(
            named,
            found,
            told.known,
            urls,
            now,
            met=told.met,
            ignore_robots=feed.options.ignore_robots,
            oldest=oldest_taken(feed, self._first, len(document.entries)),
        )
        plan = replace(plan, hurry=(*plan.hurry, *told.hurry))
        if document.deleted:
            buried_plan, waits = await self._buried(feed, named, document, found, now, patience)
            plan, more = _with(plan, buried_plan), more or waits
        return News(memory, plan, told.new, tuple(events), more, shown)

    async def _buried(
        self,
        feed: FeedState,
        named: Feed,
        document: ParsedFeed,
        found: tuple[Identified, ...],
        now: datetime,
        patience: Patience,
    ) -> tuple[EntryPlan, bool]:
        """What the document's tombstones come to; and whether one is of an entry that is still on its way."""
        when = buried(document.deleted, found, now)
        carried = await patience(partial(self._entries.carried, feed.id, list(when)))
        ids = [str(entry.article_id) for entry in carried.values() if entry.article_id]
        known = await patience(partial(self._entries.known, feed.id, ids)) if ids else {}
        return plan_tombstones(named, when, carried, known, now), any(entry.pending for entry in carried.values())

    async def _recognised(
        self, feed: FeedState, found: tuple[Identified, ...], now: datetime, patience: Patience
    ) -> tuple[Recognised, TextSamples | None]:
        """The entries set against what this feed has shown before. One look-up where all of them are known."""
        habits = feed.memory.habits
        habits = replace(habits, shared_pages=shared_pages(found, habits))
        found = keyed(found, habits, feed.id)
        samples = sampled(found, feed.memory.text_samples, habits, now)
        known = await patience(partial(self._entries.known, feed.id, [entry.key for entry in found]))
        unknown = unsettled(found, known)
        seen: tuple[SeenEntry, ...] = ()
        if unknown and feed.memory.weighed_at is not None:  # before its first document there is nothing to look for
            titles = (
                [normalize_line(entry.entry.title or "") for entry in unknown] if most_unknown(found, known) else []
            )
            urls = [entry.url for entry in unknown if entry.url]
            seen = await patience(partial(self._entries.seen, feed.id, urls, [title for title in titles if title]))
        told = recognise(feed.id, found, known, seen, habits, still=still(samples, now))
        return told, samples if told.habits.texts != "whole" else None


def _with(plan: EntryPlan, more: EntryPlan) -> EntryPlan:
    return replace(
        plan,
        publish=(*plan.publish, *more.publish),
        sightings=(*plan.sightings, *more.sightings),
        hurry=(*plan.hurry, *more.hurry),
    )


def _portion(found: Sequence[Identified], known: Collection[str], most: int) -> tuple[tuple[Identified, ...], bool]:
    """The known entries and the first ``most`` of the others, in their order; and whether any were left."""
    unknown = (entry for entry in found if entry.key not in known)
    left = {id(entry) for entry in islice(unknown, most, None)}
    return tuple(entry for entry in found if id(entry) not in left), bool(left)


def _trusted(document: ParsedFeed, found: tuple[Identified, ...]) -> tuple[Identified, ...]:
    """The entries, without the last one where the document ended early and that entry has no usable address.

    The next document will have that entry whole.
    """
    return found[:-1] if document.truncated and found and found[-1].problem else found
