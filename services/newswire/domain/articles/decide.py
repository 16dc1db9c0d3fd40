"""What an arrived article event means: a new article, a revision, nothing new, a duplicate, a withdrawal.

Pure: what is known and the event in, a verdict out. The store runs it inside the transaction that
writes the verdict, so what is known cannot change in between.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final, TypedDict
from uuid import UUID

from newswire.domain.articles.grounds import link_to
from newswire.domain.articles.recheck import next_recheck
from newswire.domain.articles.verdict import ArticleState, Known, Twin, Verdict
from newswire.domain.ledger import Outcome
from newswire.domain.text.fingerprint import FULL_TEXT_WORDS
from newswire.events import (
    NO_VALIDATORS,
    Article,
    ArticleEvent,
    ArticleExtracted,
    ArticleGone,
    ArticleUnchanged,
    Duplicate,
    PageValidators,
    Published,
    Revised,
    Withdrawn,
    stable_id,
)

MIN_WORDS: Final = 20
"""Shorter texts ("Watch the video") are equal by chance, never evidence of a reprint."""

MIN_FEED_WORDS: Final = FULL_TEXT_WORDS
"""A feed text shorter than this is a teaser, no stand-in for the page; a page that shows no more is a stub."""


def comparable(article: Article) -> bool:
    """Whether the text is long enough for its hash to mean anything."""
    return article.word_count >= MIN_WORDS


def decide(event: ArticleEvent, known: Known, now: datetime) -> Verdict:
    """The verdict on one arrived event."""
    match event:
        case ArticleExtracted():
            return _extracted(event, known, now)
        case ArticleUnchanged():
            return _not_modified(event, known.article, now)
        case ArticleGone():
            return _gone(event, known.article, now)


def _extracted(event: ArticleExtracted, known: Known, now: datetime) -> Verdict:
    if known.article is not None:
        return _seen_again(event, known.article, known.twin, now)
    state = _state(event.article, now, first_seen=now, revision=1)
    return _duplicate(event, state, known.twin, now) if known.twin else _published(event, state, now)


def _seen_again(event: ArticleExtracted, before: ArticleState, twin: Twin | None, now: datetime) -> Verdict:
    article = event.article
    seen_at = _seen_at(article)
    if seen_at < before.fetched_at:
        return _unchanged(before, "stale", now)
    if better := _better_is_stored(event, before):
        return _unchanged(_looked(before, before.validators, now), better, now)

    state = _state(article, now, first_seen=before.first_seen, revision=before.revision + 1)
    state = replace(state, linked_by=before.linked_by)
    if before.kind == "withdrawn":
        return _revised(event, before, state, now, restored=True)
    if before.text_hash == article.text_hash:
        return _unchanged(_looked(before, state.validators, now, fetched_at=seen_at), "same", now)
    if before.kind == "duplicate" and twin is not None:
        return _duplicate(event, state, twin, now)
    return _revised(event, before, state, now)


def _better_is_stored(event: ArticleExtracted, before: ArticleState) -> str | None:
    """Why this is a poorer copy and no edit; None when it is none."""
    of_page = event.article.extraction.body_from == "page"
    if before.body_from == "page" and not of_page:
        return "page-preferred"  # the page could not be fetched this time, or an archive is imported
    stub = of_page and event.article.word_count < MIN_FEED_WORDS
    if before.body_from == "feed" and event.reason == "recheck" and stub:
        return "feed-preferred"  # as at the first look, but a re-check has no feed's text to put in its place
    return None


def _published(event: ArticleExtracted, state: ArticleState, now: datetime) -> Verdict:
    change = Published(
        **_said(event, state, now),
        article=event.article,
    )
    outcome = Outcome("published", now, article_id=state.article_id, change_id=change.id)
    return Verdict(outcome, state, change)


def _duplicate(event: ArticleExtracted, state: ArticleState, twin: Twin, now: datetime) -> Verdict:
    state = replace(state, kind="duplicate", duplicate_of=twin.article_id)
    change = Duplicate(
        **_said(event, state, now),
        article=event.article,
        duplicate_of=link_to(twin),
    )
    outcome = Outcome("duplicate", now, article_id=state.article_id, change_id=change.id, duplicate_of=twin.article_id)
    return Verdict(outcome, state, change)


def _revised(
    event: ArticleExtracted, before: ArticleState, state: ArticleState, now: datetime, *, restored: bool = False
) -> Verdict:
    facts = {
        "restored": restored,
        "title": before.title != event.article.title,
        "text": before.content_hash != state.content_hash or (before.title == event.article.title and not restored),
        "unlinked": before.duplicate_of is not None,
    }
    change = Revised(
        **_said(event, state, now),
        article=event.article,
        changed=tuple(name for name, holds in facts.items() if holds),
        previous_text_hash=before.text_hash,
    )
    outcome = Outcome("revised", now, article_id=state.article_id, change_id=change.id)
    return Verdict(outcome, state, change)


def _not_modified(event: ArticleUnchanged, before: ArticleState | None, now: datetime) -> Verdict:
    if before is None:
        return Verdict(Outcome("unchanged", now, "not-modified", article_id=event.article_id), None)
    validators = PageValidators(
        etag=event.validators.etag or before.validators.etag,
        last_modified=event.validators.last_modified or before.validators.last_modified,
    )
    # What a page answers says nothing of the age of a text that a feed stood in with.
    fetched_at = max(before.fetched_at, event.fetched_at) if before.body_from == "page" else before.fetched_at
    return _unchanged(_looked(before, validators, now, fetched_at=fetched_at), "not-modified", now)


def _gone(event: ArticleGone, before: ArticleState | None, now: datetime) -> Verdict:
    if before is None:
        return Verdict(Outcome("rejected", now, f"http-{event.status}", article_id=event.article_id), None)
    if before.kind == "withdrawn" or event.fetched_at < before.fetched_at:
        return _unchanged(before, "stale", now)
    state = replace(
        before,
        kind="withdrawn",
        revision=before.revision + 1,
        fetched_at=event.fetched_at,
        changed_at=now,
        recheck_at=None,
    )
    change = Withdrawn(
        **_said(event, state, now),
        url=before.canonical_url,
        status=event.status,
    )
    return Verdict(Outcome("withdrawn", now, article_id=state.article_id, change_id=change.id), state, change)


def _unchanged(state: ArticleState, reason: str, now: datetime) -> Verdict:
    return Verdict(Outcome("unchanged", now, reason, article_id=state.article_id), state)


def _looked(
    state: ArticleState, validators: PageValidators, now: datetime, *, fetched_at: datetime | None = None
) -> ArticleState:
    return replace(
        state,
        validators=validators,
        fetched_at=fetched_at or state.fetched_at,
        recheck_at=next_recheck(state.first_seen, now),
    )


def _state(article: Article, now: datetime, *, first_seen: datetime, revision: int) -> ArticleState:
    http = article.http
    return ArticleState(
        article_id=article.article_id,
        kind="published",
        revision=revision,
        url=article.url,
        canonical_url=article.canonical_url,
        title=article.title,
        content_hash=article.content_hash,
        text_hash=article.text_hash,
        body_from=article.extraction.body_from,
        first_seen=first_seen,
        fetched_at=_seen_at(article),
        changed_at=now,
        validators=PageValidators(etag=http.etag, last_modified=http.last_modified) if http else NO_VALIDATORS,
        recheck_at=next_recheck(first_seen, now) if http else None,
    )


def _seen_at(article: Article) -> datetime:
    """When the text stood like this: a page's when it was fetched, a feed's when the feed was read.

    A feed's text may be published hours after that, once its page was given up; what came meanwhile is newer.
    """
    page = article.extraction.body_from == "page"
    return (article.fetched_at or article.extracted_at) if page else article.found_at


class _Said(TypedDict):
    """What every change says, whatever its kind."""

    id: UUID
    article_id: UUID
    revision: int
    entry_id: UUID
    source_event_id: UUID
    at: datetime


def _said(event: ArticleEvent, state: ArticleState, now: datetime) -> _Said:
    return {
        "id": change_id_of(state),
        "article_id": state.article_id,
        "revision": state.revision,
        "entry_id": event.entry_id,
        "source_event_id": event.id,
        "at": now,
    }


def change_id_of(state: ArticleState) -> UUID:
    """A change is its article and its revision."""
    return stable_id("change", state.article_id, state.revision)
