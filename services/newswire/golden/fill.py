"""Has a store decide on the golden day, as the stages would, and tells the events that it recorded."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from newswire.contracts import encode_recorded, traceparent_for
from newswire.domain.articles.decide import decide
from newswire.domain.articles.recorded import Arrival, RecordedChange
from newswire.domain.articles.relink import Cause
from newswire.domain.feeds.state import FeedState, PollSaved, RecordedFeedEvent
from newswire.domain.ledger import Sighting
from newswire.errors import UsageError
from newswire.events import (
    ArticleEvent,
    ArticleExtracted,
    ArticleGone,
    ArticleUnchanged,
    Feed,
    SourceDrift,
    SourceRecovered,
    stable_id,
)
from newswire.golden.day import DAY, EditorsLink, Happening, id_of
from newswire.golden.expected import expected_state
from newswire.golden.pieces import ARTICLES, FEEDS
from newswire.golden.records import as_delivered
from newswire.ports import ArticleStore, Entries, Erasure, FeedEvents, Feeds, Links, Message, Sources, Wire

EPOCH: Final = "golden-day"
_URLS: Final = {id_of(piece): piece.url for piece in ARTICLES}


@dataclass(frozen=True, slots=True)
class GoldenPorts:
    """The store that is filled."""

    articles: ArticleStore
    links: Links
    entries: Entries
    feeds: Feeds
    feed_events: FeedEvents
    source_events: FeedEvents
    sources: Sources
    wire: Wire
    erasure: Erasure


@dataclass(frozen=True, slots=True)
class GoldenDay:
    """The golden day as consumers are given it."""

    records: tuple[Message, ...]
    """What a log delivers, in this order, copies included."""
    expected: dict[str, Any]
    """The state that a correct consumer holds in the end."""


async def fill(ports: GoldenPorts) -> GoldenDay:
    """Record the day in an empty store. Texts of the purged article are erased by `erase_purged` alone.

    Raises `UsageError` where the store is not empty, `Wait` when its database is away.
    """
    if (await ports.wire.head()).next > 1 or await ports.feeds.all():
        raise UsageError(
            "the golden day goes into an empty store, so that its positions are always the same: name a new folder"
        )
    await ports.wire.begin_epoch(EPOCH)
    states = {feed.id: _state(feed) for feed in FEEDS}
    await ports.feeds.add(list(states.values()))
    recorded: list[RecordedChange | RecordedFeedEvent] = []
    for happening in DAY:
        recorded += await _recorded(happening, ports, states)
    messages = [encode_recorded(each) for each in recorded]
    records = as_delivered(messages)
    events = [json.loads(message.value) for message in messages]
    return GoldenDay(records, expected_state(events, records=len(records), epoch=EPOCH))


async def erase_purged(ports: GoldenPorts) -> None:
    """Erase the words of the purged articles from the store, and from the log that is in its database."""
    for happening in DAY:
        if isinstance(happening.what, ArticleGone) and happening.what.purge:
            await ports.erasure.erase(happening.what.article_id)
    await ports.erasure.scrub()


async def _recorded(
    happening: Happening, ports: GoldenPorts, states: dict[Any, FeedState]
) -> Sequence[RecordedChange | RecordedFeedEvent]:
    at, what = happening.at, happening.what
    match what:
        case EditorsLink():
            entry_id = stable_id("editor", what.article_id, at)
            cause = Cause(stable_id("article-event", entry_id), entry_id, traceparent_for(entry_id))
            return await ports.links.overrule(what.article_id, what.original_id, cause, at)
        case ArticleExtracted() | ArticleUnchanged() | ArticleGone():
            await ports.entries.book([_sighting(happening, what)])
            return await ports.articles.record([Arrival(what, traceparent_for(what.entry_id))], decide, at)
        case SourceDrift() | SourceRecovered():
            await ports.sources.judge([what.source], lambda _, state: (state, (what,)))
            told = ports.source_events
        case _:
            before = states[what.feed.id]
            await ports.entries.save(PollSaved(replace(before, last_polled_at=at), events=(what,), before=before))
            told = ports.feed_events
    found = await told.untold(1)
    await told.mark_told([each.event_id for each in found], at)
    return found


def _state(feed: Feed) -> FeedState:
    first = DAY[0].at
    return FeedState(id=feed.id, url=feed.url, added_at=first, title=feed.title, next_poll_at=first)


def _sighting(happening: Happening, event: ArticleEvent) -> Sighting:
    article = event.article if isinstance(event, ArticleExtracted) else None
    article_id = article.article_id if article else event.article_id  # type: ignore[union-attr]  # the others have one
    feed = article.feed if article else None
    return Sighting(
        entry_id=event.entry_id,
        reason=event.reason if isinstance(event, ArticleExtracted) else "recheck",
        entry_key=str(article_id),
        fingerprint=str(event.entry_id),
        url=_URLS[article_id],
        found_at=happening.at,
        feed_id=feed.id if feed else None,
        title=article.title if article else None,
    )
