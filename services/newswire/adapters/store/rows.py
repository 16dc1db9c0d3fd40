"""Values to rows and back. Column names are those of tables.py."""

from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Row

from newswire.domain.feeds.memory import NO_OPTIONS, NOTHING_REMEMBERED, FeedMemory, FeedOptions
from newswire.domain.feeds.state import FeedState
from newswire.domain.ledger import Outcome, Sighting
from newswire.events import DeadLetter, FeedEvent, PageValidators, SourceDrift, SourceEvent, SourceRecovered
from newswire.ports.ledger import DeadLine

AnyRow = Row[*tuple[Any, ...]]
_MEMORY: Final = TypeAdapter(FeedMemory)
_OPTIONS: Final = TypeAdapter(FeedOptions)


def validators_of(row: AnyRow) -> PageValidators:
    """The validators for the next request to a feed's or a page's server."""
    return PageValidators(etag=row.etag, last_modified=row.last_modified)


def options_of(row: AnyRow) -> FeedOptions:
    """The operator's options for a feed."""
    return NO_OPTIONS if row.options is None else _OPTIONS.validate_python(row.options)


def feed_row(feed: FeedState) -> dict[str, Any]:
    """A row of ``feeds``."""
    return {
        "feed_id": feed.id,
        "url": feed.url,
        "title": feed.title,
        "tags": list(feed.tags),
        "added_at": feed.added_at,
        "etag": feed.validators.etag,
        "last_modified": feed.validators.last_modified,
        "body_hash": feed.body_hash,
        "next_poll_at": feed.next_poll_at,
        "last_polled_at": feed.last_polled_at,
        "last_outcome": feed.last_outcome,
        "errors": feed.errors,
        "disabled": feed.disabled,
        "memory": feed.memory,
        "options": None if feed.options == NO_OPTIONS else feed.options,
        "pushed_until": feed.pushed_until,
    }


def feed_of(row: AnyRow) -> FeedState:
    """The feed of a row of ``feeds``."""
    return FeedState(
        id=row.feed_id,
        url=row.url,
        added_at=row.added_at,
        title=row.title,
        tags=tuple(row.tags),
        validators=validators_of(row),
        body_hash=row.body_hash,
        next_poll_at=row.next_poll_at,
        last_polled_at=row.last_polled_at,
        last_outcome=row.last_outcome,
        errors=row.errors,
        disabled=row.disabled,
        memory=NOTHING_REMEMBERED if row.memory is None else _MEMORY.validate_python(row.memory),
        options=options_of(row),
        pushed_until=row.pushed_until,
    )


def feed_event_row(event: FeedEvent | SourceEvent, place: int) -> dict[str, Any]:
    """A new row of ``feed_events``, the ``place``-th of those that are recorded together."""
    return {
        "event_id": event.id,
        "feed_id": event.source_id if isinstance(event, SourceDrift | SourceRecovered) else event.feed.id,
        "kind": event.kind,
        "value": event.model_dump_json().encode(),
        "at": event.at,
        "place": place,
        "position": event.position,
    }


def sighting_row(sighting: Sighting) -> dict[str, Any]:
    """A row of ``sightings``; an outcome that it carries is `outcome_row`'s."""
    return {
        "entry_id": sighting.entry_id,
        "feed_id": sighting.feed_id,
        "reason": sighting.reason,
        "entry_key": sighting.entry_key,
        "fingerprint": sighting.fingerprint,
        "url": sighting.url,
        "title": sighting.title,
        "updated": sighting.updated,
        "found_at": sighting.found_at,
        "follows": sighting.follows,
    }


def sighting_of(row: AnyRow) -> Sighting:
    """The sighting of a row of ``sightings``."""
    return Sighting(
        entry_id=row.entry_id,
        reason=row.reason,
        entry_key=row.entry_key,
        fingerprint=row.fingerprint,
        url=row.url,
        found_at=row.found_at,
        feed_id=row.feed_id,
        title=row.title,
        updated=row.updated,
        follows=row.follows,
    )


def outcome_row(entry_id: UUID, outcome: Outcome) -> dict[str, Any]:
    """A row of ``outcomes``."""
    return {
        "entry_id": entry_id,
        "kind": outcome.kind,
        "reason": outcome.reason,
        "article_id": outcome.article_id,
        "change_id": outcome.change_id,
        "duplicate_of": outcome.duplicate_of,
        "at": outcome.at,
    }


def outcome_of(row: AnyRow) -> Outcome:
    """The outcome of a row of ``outcomes``."""
    return Outcome(
        kind=row.kind,
        at=row.at,
        reason=row.reason,
        article_id=row.article_id,
        change_id=row.change_id,
        duplicate_of=row.duplicate_of,
    )


def letter_row(letter: DeadLetter) -> dict[str, Any]:
    """A new row of ``dead_letters``."""
    return {
        "letter_id": letter.id,
        "entry_id": letter.entry_id,
        "stage": letter.stage,
        "reason": letter.reason,
        "url": letter.url,
        "letter": letter,
        "failed_at": letter.failed_at,
    }


def dead_line_of(row: AnyRow) -> DeadLine:
    """The dead letter of a row of ``dead_letters``."""
    return DeadLine(letter=DeadLetter.model_validate(row.letter), retried_at=row.retried_at)
