"""Values to rows and back. Column names are those of tables.py."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from newswire.domain.ledger import Outcome, Sighting
from newswire.domain.verdict import ArticleState
from newswire.events import Article, Change, DeadLetter, PageValidators
from newswire.ports.articles import RecordedChange
from newswire.ports.feeds import FeedState
from newswire.ports.ledger import DeadLine, StoredArticle

AnyRow = Row[*tuple[Any, ...]]


def validators_of(row: AnyRow) -> PageValidators:
    """What to ask a feed's or a page's server with."""
    return PageValidators(etag=row.etag, last_modified=row.last_modified)


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
    )


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


def state_row(state: ArticleState) -> dict[str, Any]:
    """The columns of ``articles`` that decisions read and write."""
    return {
        "article_id": state.article_id,
        "kind": state.kind,
        "revision": state.revision,
        "url": state.url,
        "canonical_url": state.canonical_url,
        "title": state.title,
        "content_hash": state.content_hash,
        "text_hash": state.text_hash,
        "body_from": state.body_from,
        "duplicate_of": state.duplicate_of,
        "first_seen": state.first_seen,
        "fetched_at": state.fetched_at,
        "changed_at": state.changed_at,
        "etag": state.validators.etag,
        "last_modified": state.validators.last_modified,
        "recheck_at": state.recheck_at,
    }


def article_row(state: ArticleState, article: Article) -> dict[str, Any]:
    """A new row of ``articles``."""
    return state_row(state) | {
        "source": article.source,
        "language": article.language,
        "word_count": article.word_count,
        "published": article.published.value if article.published else None,
        "rechecks": 0,
    }


def state_of(row: AnyRow) -> ArticleState:
    """What decisions need of a row of ``articles``."""
    return ArticleState(
        article_id=row.article_id,
        kind=row.kind,
        revision=row.revision,
        url=row.url,
        canonical_url=row.canonical_url,
        title=row.title,
        content_hash=row.content_hash,
        text_hash=row.text_hash,
        body_from=row.body_from,
        first_seen=row.first_seen,
        fetched_at=row.fetched_at,
        changed_at=row.changed_at,
        validators=validators_of(row),
        duplicate_of=row.duplicate_of,
        recheck_at=row.recheck_at,
    )


def stored_article_of(row: AnyRow) -> StoredArticle:
    """What `newswire articles` shows of a row of ``articles``."""
    return StoredArticle(
        article_id=row.article_id,
        url=row.canonical_url,
        source=row.source,
        title=row.title,
        kind=row.kind,
        revision=row.revision,
        duplicate_of=row.duplicate_of,
        published=row.published,
        first_seen=row.first_seen,
        changed_at=row.changed_at,
        language=row.language,
        word_count=row.word_count,
    )


def revision_row(change: Change, article: Article) -> dict[str, Any]:
    """A row of ``revisions``: the text that ``change`` brought."""
    return {
        "article_id": change.article_id,
        "revision": change.revision,
        "content_hash": article.content_hash,
        "word_count": article.word_count,
        "article": article.model_dump(mode="json"),
        "at": change.at,
    }


def recorded(change: Change, traceparent: str | None) -> RecordedChange:
    """A change, turned into the bytes that it keeps for ever."""
    return RecordedChange(
        change_id=change.id,
        article_id=change.article_id,
        kind=change.kind,
        value=change.model_dump_json().encode(),
        at=change.at,
        entry_id=change.entry_id,
        traceparent=traceparent,
    )


def change_row(change: Change, record: RecordedChange) -> dict[str, Any]:
    """A row of ``changes``."""
    return {
        "change_id": record.change_id,
        "source_event_id": change.source_event_id,
        "article_id": record.article_id,
        "entry_id": record.entry_id,
        "revision": change.revision,
        "kind": record.kind,
        "value": record.value,
        "traceparent": record.traceparent,
        "at": record.at,
    }


def recorded_of(row: AnyRow) -> RecordedChange:
    """The recorded change of a row of ``changes``."""
    return RecordedChange(
        change_id=row.change_id,
        article_id=row.article_id,
        kind=row.kind,
        value=row.value,
        at=row.at,
        entry_id=row.entry_id,
        traceparent=row.traceparent,
    )


def letter_row(letter: DeadLetter) -> dict[str, Any]:
    """A new row of ``dead_letters``."""
    return {
        "letter_id": letter.id,
        "entry_id": letter.entry_id,
        "stage": letter.stage,
        "reason": letter.reason,
        "url": letter.url,
        "letter": letter.model_dump(mode="json"),
        "failed_at": letter.failed_at,
    }


def dead_line_of(row: AnyRow) -> DeadLine:
    """The dead letter of a row of ``dead_letters``."""
    return DeadLine(letter=DeadLetter.model_validate(row.letter), retried_at=row.retried_at)
