"""Which CloudEvents type is which model on which topic, and what an event says of itself in its headers."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from newswire.domain.articles.recorded import RecordedChange
from newswire.domain.feeds.state import RecordedFeedEvent
from newswire.domain.urls.canonical import registrable_domain
from newswire.events import (
    ARTICLES,
    CHANGES,
    DEAD,
    ENTRIES,
    LATEST,
    RETRIES,
    ArticleExtracted,
    ArticleGone,
    ArticleUnchanged,
    CoverageGap,
    CoverageRestored,
    DeadLetter,
    Duplicate,
    EntryFound,
    FeedFailing,
    FeedGone,
    FeedMoved,
    FeedNotAFeed,
    FeedRecovered,
    FeedSilent,
    LatestArticle,
    Published,
    Relinked,
    Revised,
    SourceDrift,
    SourceRecovered,
    Unlinked,
    Withdrawn,
)

_OfFeed = (
    FeedFailing | FeedNotAFeed | FeedSilent | FeedRecovered | FeedMoved | FeedGone | CoverageGap | CoverageRestored
)
_OfSource = SourceDrift | SourceRecovered
Event = (
    EntryFound
    | ArticleExtracted
    | ArticleUnchanged
    | ArticleGone
    | Published
    | Revised
    | Duplicate
    | Withdrawn
    | Relinked
    | Unlinked
    | DeadLetter
    | LatestArticle
    | _OfFeed
    | _OfSource
)

_OF_CHANGES: Final = "/newswire/store"
_OF_FEEDS: Final = "/newswire/poll"
_OF_SOURCES: Final = "/newswire/drift"


@dataclass(frozen=True, slots=True)
class Contract:
    """One kind of event: its CloudEvents type, its model, and the topic that it is published to."""

    ce_type: str
    model: type[Event]
    topic: str

    @property
    def dataschema(self) -> str:
        """The ``ce_dataschema`` URI, which is the ``$id`` of its JSON Schema."""
        return f"urn:newswire:schema:{self.ce_type}"

    @property
    def kind(self) -> str | None:
        """The value of the JSON's ``kind``, for events that share a topic; None for one alone on its topic."""
        field = self.model.model_fields.get("kind")
        return None if field is None else str(field.default)


CONTRACTS: Final = (
    Contract("newswire.entry.found.v1", EntryFound, ENTRIES),
    Contract("newswire.article.extracted.v1", ArticleExtracted, ARTICLES),
    Contract("newswire.article.unchanged.v1", ArticleUnchanged, ARTICLES),
    Contract("newswire.article.gone.v1", ArticleGone, ARTICLES),
    Contract("newswire.change.published.v1", Published, CHANGES),
    Contract("newswire.change.revised.v1", Revised, CHANGES),
    Contract("newswire.change.duplicate.v1", Duplicate, CHANGES),
    Contract("newswire.change.withdrawn.v1", Withdrawn, CHANGES),
    Contract("newswire.change.relinked.v1", Relinked, CHANGES),
    Contract("newswire.change.unlinked.v1", Unlinked, CHANGES),
    Contract("newswire.feed.failing.v1", FeedFailing, CHANGES),
    Contract("newswire.feed.not-a-feed.v1", FeedNotAFeed, CHANGES),
    Contract("newswire.feed.silent.v1", FeedSilent, CHANGES),
    Contract("newswire.feed.recovered.v1", FeedRecovered, CHANGES),
    Contract("newswire.feed.moved.v1", FeedMoved, CHANGES),
    Contract("newswire.feed.gone.v1", FeedGone, CHANGES),
    Contract("newswire.coverage.gap.v1", CoverageGap, CHANGES),
    Contract("newswire.coverage.restored.v1", CoverageRestored, CHANGES),
    Contract("newswire.source.drift.v1", SourceDrift, CHANGES),
    Contract("newswire.source.recovered.v1", SourceRecovered, CHANGES),
    Contract("newswire.dead.letter.v1", DeadLetter, DEAD),
    Contract("newswire.article.latest.v1", LatestArticle, LATEST),
)

BY_TYPE: Final = {contract.ce_type: contract for contract in CONTRACTS}
BY_MODEL: Final = {contract.model: contract for contract in CONTRACTS}
BY_KIND: Final = {contract.kind: contract for contract in CONTRACTS if contract.kind is not None}
ALONE: Final = {contract.topic: contract for contract in CONTRACTS if contract.kind is None}
"""For each topic with a single kind of event, that one."""
HOME: Final = {**{contract.topic: contract.topic for contract in CONTRACTS}, **dict.fromkeys(RETRIES, ENTRIES)}
"""For each topic of ours, the topic whose events it carries: a retry topic carries entries."""


def key_of(event: Event) -> str:
    """The key that picks the partition: an entry's site, an article's or feed's id; a dead letter's entry or own id."""
    match event:
        case EntryFound():
            return registrable_domain(event.url)
        case ArticleExtracted():
            return str(event.article.article_id)
        case DeadLetter():
            return str(event.entry_id or event.id)
        case (
            Published()
            | Revised()
            | Duplicate()
            | Withdrawn()
            | Relinked()
            | Unlinked()
            | ArticleUnchanged()
            | ArticleGone()
            | LatestArticle()
        ):
            return str(event.article_id)
        case SourceDrift() | SourceRecovered():
            return str(event.source_id)
        case _:
            return str(event.feed.id)


def attributes(event: Event) -> dict[str, str]:
    """The event's CloudEvents attributes (1.0.2 §3.1) by name, all of them functions of the event alone.

    ``entryid`` is an extension of ours: the id that the books keep the entry under. ``partitionkey``
    is the documented one (CloudEvents partitioning extension).
    """
    entry_id = (
        None
        if isinstance(event, _OfFeed | _OfSource)
        else event.id
        if isinstance(event, EntryFound)
        else event.entry_id
    )
    return _named(
        BY_MODEL[type(event)], event.id, _source(event), _subject(event), _time(event), key_of(event), entry_id
    )


def recorded_attributes(contract: Contract, recorded: RecordedChange | RecordedFeedEvent) -> dict[str, str]:
    """The `attributes` of the event that was recorded, without reading it."""
    match recorded:
        case RecordedChange():
            key = str(recorded.article_id)
            return _named(contract, recorded.change_id, _OF_CHANGES, key, recorded.at, key, recorded.entry_id)
        case RecordedFeedEvent():
            key = str(recorded.feed_id)
            source = _OF_SOURCES if issubclass(contract.model, _OfSource) else _OF_FEEDS
            return _named(contract, recorded.event_id, source, key, recorded.at, key, None)


def _named(
    contract: Contract, event_id: UUID, source: str, subject: str, time: datetime, key: str, entry_id: UUID | None
) -> dict[str, str]:
    found = {
        "specversion": "1.0",
        "id": str(event_id),
        "type": contract.ce_type,
        "source": source,
        "subject": subject,
        "time": time.isoformat().replace("+00:00", "Z"),
        "dataschema": contract.dataschema,
        "partitionkey": key,
    }
    return found if entry_id is None else {**found, "entryid": str(entry_id)}


def traceparent_for(entry_id: UUID, stage: str = "poll") -> str:
    """The W3C trace context of an entry's way through a stage: one trace per entry, the same on every machine."""
    trace = hashlib.sha256(entry_id.bytes).hexdigest()[:32]
    span = hashlib.sha256(entry_id.bytes + stage.encode()).hexdigest()[:16]
    return f"00-{trace}-{span}-01"


def _source(event: Event) -> str:
    match event:
        case EntryFound():
            return "/newswire/import" if event.reason == "import" else "/newswire/poll"
        case ArticleExtracted() | ArticleUnchanged() | ArticleGone():
            return "/newswire/extract"
        case DeadLetter():
            return f"/newswire/{event.stage}"
        case Published() | Revised() | Duplicate() | Withdrawn() | Relinked() | Unlinked() | LatestArticle():
            return _OF_CHANGES
        case SourceDrift() | SourceRecovered():
            return _OF_SOURCES
        case _:
            return _OF_FEEDS


def _subject(event: Event) -> str:
    match event:
        case EntryFound():
            return event.url
        case DeadLetter():
            return f"{event.topic}/{event.partition}/{event.offset}"
        case _:
            return key_of(event)


def _time(event: Event) -> datetime:
    match event:
        case EntryFound():
            return event.found_at
        case ArticleExtracted():
            return event.article.extracted_at
        case ArticleUnchanged() | ArticleGone():
            return event.fetched_at
        case DeadLetter():
            return event.failed_at
        case _:
            return event.at
