"""What an arrived article event means: a new article, a revision, nothing new, a duplicate, a withdrawal.

Pure: what is known and the event in, a verdict out. The store runs it inside the transaction that
writes the verdict, so what is known cannot change in between.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from newswire.domain.articles.dropped import with_text
from newswire.domain.articles.grounds import link_to
from newswire.domain.articles.hosts.habits import PageLook
from newswire.domain.articles.revisions.difference import difference
from newswire.domain.articles.revisions.headlines import settled, shown_again, told
from newswire.domain.articles.revisions.inherited import with_former_facts
from newswire.domain.articles.said import said, unchanged
from newswire.domain.articles.state_after import seen_at, state_after
from newswire.domain.articles.verdict import ArticleState, Known, Twin, Verdict
from newswire.domain.articles.withdrawal import gone, next_look, refuses_return
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
)

MIN_WORDS: Final = 20
"""Shorter texts ("Watch the video") are equal by chance, never evidence of a reprint."""

MIN_FEED_WORDS: Final = FULL_TEXT_WORDS
"""A feed text shorter than this is a teaser, no stand-in for the page; a page that shows no more is a stub."""


def comparable(article: Article) -> bool:
    """Whether the text is long enough for its hash to mean anything."""
    return article.word_count >= MIN_WORDS


def decide(event: ArticleEvent, known: Known, now: datetime) -> Verdict:
    """The verdict on one arrived event, and what it teaches about the host."""
    match event:
        case ArticleExtracted():
            verdict = _extracted(event, known, now)
        case ArticleUnchanged():
            verdict = _not_modified(event, known, now)
        case ArticleGone():
            verdict = gone(event, known.article, known.habits, now)
    return replace(verdict, look=_look(event, known, verdict))


def _look(event: ArticleEvent, known: Known, verdict: Verdict) -> PageLook | None:
    """What a look at an article showed; None where the event is no look, or an old one."""
    before = known.article
    if before is None or verdict.outcome.reason in {"stale", "purged", "page-preferred"}:
        return None
    match event:
        case ArticleExtracted(reason="recheck"):
            at = seen_at(event.article)
        case ArticleUnchanged() | ArticleGone(by=None | "page"):
            at = event.fetched_at
        case _:
            return None
    there = not isinstance(event, ArticleGone)
    edited = verdict.outcome.kind == "revised" and before.kind != "withdrawn"
    edited_at = before.changed_at if before.revision > 1 else None
    return PageLook(before.first_seen, before.fetched_at, at, there=there, edited=edited, edited_at=edited_at)


def _extracted(event: ArticleExtracted, known: Known, now: datetime) -> Verdict:
    if known.article is not None:
        return _seen_again(event, known.article, known, now)
    state = state_after(event, known.habits, now, first_seen=now, revision=1)
    return _duplicate(event, state, known.twin, now) if known.twin else _published(event, state, now)


def _seen_again(event: ArticleExtracted, before: ArticleState, known: Known, now: datetime) -> Verdict:
    if event.reason == "recheck" and known.before is not None:
        event = event.model_copy(update={"article": with_former_facts(event.article, known.before)})
    article, at = event.article, seen_at(event.article)
    if refused := _not_taken(event, before, at):
        return unchanged(before, refused, now)
    if better := better_is_stored(event, before):
        return unchanged(_looked(before, before.validators, known, now), better, now)
    state = state_after(event, known.habits, now, first_seen=before.first_seen, revision=before.revision + 1)
    state = replace(state, linked_by=before.linked_by, headlines=told(before.headlines, before.title, article.title))
    if before.kind != "withdrawn":
        there = replace(before, url=article.url, gone_since=None)
        looked = _looked(there, state.validators, known, now, fetched_at=at)
        if same := _no_edit(article, before, with_text(known.before), looked, now):
            return same
        if before.kind == "duplicate" and known.twin is not None:
            return _duplicate(event, state, known.twin, now)
    return _revised(event, before, state, known, now)


def _not_taken(event: ArticleExtracted, before: ArticleState, at: datetime) -> str | None:
    """Why the event is ignored; None where its article is compared with the stored one."""
    if before.purged_at is not None:
        return "purged"
    if at < before.fetched_at:
        return "stale"
    return refuses_return(event, before) if before.kind == "withdrawn" else None


def _no_edit(
    article: Article, before: ArticleState, text: Article | None, looked: ArticleState, now: datetime
) -> Verdict | None:
    """The verdict on no edit: the same, what moves by itself, or a headline that alternates. None for an edit."""
    if before.text_hash == article.text_hash:
        return unchanged(replace(looked, headlines=settled(before.headlines)), "same", now)
    found = difference(text, article) if text else None
    if text is not None and found is None:
        return unchanged(looked, "volatile", now)
    if found is None or "text" in found.fields:
        return None
    headlines = before.headlines if before.headlines.told else told(before.headlines, before.title)
    memory = shown_again(headlines, article.title, now)
    if memory is None:
        return None
    # Asked for whole: each look at the headline counts, also one at which the page is as it was.
    asked_whole = replace(looked, headlines=memory, validators=NO_VALIDATORS)
    return unchanged(asked_whole, "headline-alternates", now)


def better_is_stored(event: ArticleExtracted, before: ArticleState) -> str | None:
    """Why the stored text is kept, as the new one is a poorer copy of it; None where the new text counts."""
    of_page = event.article.extraction.body_from == "page"
    if before.body_from == "page" and not of_page:
        return "page-preferred"  # the page could not be fetched this time, or an archive is imported
    stub = of_page and event.article.word_count < MIN_FEED_WORDS
    if before.body_from == "feed" and event.reason == "recheck" and stub:
        return "feed-preferred"  # as at the first look, but a re-check has no feed's text to put in its place
    return None


def _published(event: ArticleExtracted, state: ArticleState, now: datetime) -> Verdict:
    change = Published(
        **said(event, state, now),
        article=event.article,
    )
    outcome = Outcome("published", now, article_id=state.article_id, change_id=change.id)
    return Verdict(outcome, state, change)


def _duplicate(event: ArticleExtracted, state: ArticleState, twin: Twin, now: datetime) -> Verdict:
    state = replace(state, kind="duplicate", duplicate_of=twin.article_id)
    change = Duplicate(
        **said(event, state, now),
        article=event.article,
        duplicate_of=link_to(twin),
    )
    outcome = Outcome("duplicate", now, article_id=state.article_id, change_id=change.id, duplicate_of=twin.article_id)
    return Verdict(outcome, state, change)


def _revised(
    event: ArticleExtracted,
    before: ArticleState,
    state: ArticleState,
    known: Known,
    now: datetime,
) -> Verdict:
    restored = before.kind == "withdrawn"
    facts = {
        "restored": restored,
        "title": before.title != event.article.title,
        "text": before.content_hash != state.content_hash or (before.title == event.article.title and not restored),
        "unlinked": before.duplicate_of is not None,
    }
    former = with_text(known.before)
    change = Revised(
        **said(event, state, now),
        article=event.article,
        changed=tuple(name for name, holds in facts.items() if holds),
        previous_text_hash=before.text_hash,
        difference=difference(former, event.article) if former else None,
    )
    outcome = Outcome("revised", now, article_id=state.article_id, change_id=change.id)
    return Verdict(outcome, state, change)


def _not_modified(event: ArticleUnchanged, known: Known, now: datetime) -> Verdict:
    before = known.article
    if before is None:
        return Verdict(Outcome("unchanged", now, "not-modified", article_id=event.article_id), None)
    if before.purged_at is not None:
        return unchanged(before, "purged", now)
    if event.fetched_at < before.fetched_at or before.kind == "withdrawn":
        return unchanged(before, "stale", now)  # asked before the withdrawal: no validators are sent after it
    validators = PageValidators(
        etag=event.validators.etag or before.validators.etag,
        last_modified=event.validators.last_modified or before.validators.last_modified,
        body_sha256=before.validators.body_sha256,
    )
    # What a page answers says nothing of the age of a text that a feed stood in with.
    fetched_at = event.fetched_at if before.body_from == "page" else before.fetched_at
    there = replace(before, gone_since=None)
    return unchanged(_looked(there, validators, known, now, fetched_at=fetched_at), "not-modified", now)


def _looked(
    state: ArticleState, validators: PageValidators, known: Known, now: datetime, *, fetched_at: datetime | None = None
) -> ArticleState:
    return replace(
        state,
        validators=validators,
        fetched_at=fetched_at or state.fetched_at,
        recheck_at=next_look(state, known.habits, now),
    )
