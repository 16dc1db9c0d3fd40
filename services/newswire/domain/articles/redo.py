"""An article whose archived page was extracted again: what differs, and what the difference means.

The publisher said nothing new: validators, re-checks and the time at which the text stood like this stay as they are.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from newswire.domain.articles.decide import better_is_stored
from newswire.domain.articles.dropped import DROPPED, is_dropped
from newswire.domain.articles.grounds import link_to
from newswire.domain.articles.revisions.difference import difference
from newswire.domain.articles.revisions.inherited import with_former_facts
from newswire.domain.articles.said import said, unchanged
from newswire.domain.articles.verdict import ArticleState, Known, Verdict
from newswire.domain.ledger import Outcome
from newswire.events import (
    Article,
    ArticleEvent,
    ArticleExtracted,
    Duplicate,
    DuplicateOf,
    LatestArticle,
    Revised,
    stable_id,
)

COMPARED: Final = (
    *("title", "text", "text_kinds", "description", "authors", "author_kinds", "language", "image"),
    *("sections", "tags", "published", "modified", "site_name", "rights"),
)
"""What an extraction reads from a page and a reader can see."""


def changed_fields(before: Article, after: Article) -> tuple[str, ...]:
    """The fields that two extractions of one page read in another way. A text that was dropped is known by its hash."""
    same_text = is_dropped(before) and before.text_hash == after.text_hash
    compared = (name for name in COMPARED if not (same_text and name in DROPPED))
    return tuple(name for name in compared if getattr(before, name) != getattr(after, name))


def redone(event: ArticleExtracted, stored: LatestArticle, before: Article) -> ArticleExtracted:
    """The event of a page that was extracted again, about the article that is stored.

    Its id is made from the page and from what was read: the same extraction of a page answers under the same id each
    time. Facts that the feed gave at the first look stay, as at a re-check.
    """
    article = with_former_facts(event.article, before) if event.reason == "recheck" else event.article
    # Its identity is that of the stored article, wherever a better reading of the canonical link would put it.
    # And an imported article has no HTTP facts, as nobody is to ask its publisher for it again.
    own = {name: getattr(before, name) for name in ("url", "canonical_url", "source", "http")}
    article = article.model_copy(update={**own, "article_id": stored.article_id})
    read = article.model_dump_json(include=set(COMPARED))
    entry_id = stable_id("redo", event.entry_id, article.fetched_at, sha256(read.encode()).hexdigest())
    update = {
        "id": stable_id("article-event", entry_id),
        "entry_id": entry_id,
        "reason": "recheck",
        "article": article,
        "recheck_of": stored.article_id,
    }
    return event.model_copy(update=update)


class DecideAgain:
    """Decides about redone articles, as `newswire.domain.articles.decide.decide` does about new ones."""

    def __init__(self, compared: Mapping[UUID, LatestArticle]) -> None:
        """``compared``: by article id, the state with which each was compared. One that changed since is left alone."""
        self._compared = compared

    def __call__(self, event: ArticleEvent, known: Known, now: datetime) -> Verdict:
        """The verdict on one redone article."""
        if not isinstance(event, ArticleExtracted):
            raise TypeError(f"a redone article cannot be {event.kind}")
        before, stored = known.article, self._compared.get(event.article.article_id)
        if before is None or stored is None or stored.article is None:
            return Verdict(Outcome("unchanged", now, "stale", article_id=event.article.article_id), before)
        if before.revision != stored.revision or before.kind == "withdrawn" or before.purged_at is not None:
            return unchanged(before, "purged" if before.purged_at else "stale", now)
        if better := better_is_stored(event, before):
            return unchanged(before, better, now)
        return _redone(event, before, stored.article, _link(event, before, known, stored), now)


def _link(event: ArticleExtracted, before: ArticleState, known: Known, stored: LatestArticle) -> DuplicateOf | None:
    """What the article is a duplicate of now: decided anew for other words, left for the same ones."""
    if before.kind != "duplicate":
        return None
    if event.article.text_hash == before.text_hash:
        return stored.duplicate_of
    return link_to(known.twin) if known.twin else None


def _redone(
    event: ArticleExtracted, before: ArticleState, text: Article, link: DuplicateOf | None, now: datetime
) -> Verdict:
    article = event.article
    state = replace(
        before,
        kind="duplicate" if link else "published",
        revision=before.revision + 1,
        title=article.title,
        content_hash=article.content_hash,
        text_hash=article.text_hash,
        body_from=article.extraction.body_from,
        duplicate_of=link.article_id if link else None,
        changed_at=now,
    )
    if link:
        copied = Duplicate(**said(event, state, now), article=article, duplicate_of=link)
        outcome = Outcome("duplicate", now, None, state.article_id, copied.id, link.article_id)
        return Verdict(outcome, state, copied)
    change = Revised(
        **said(event, state, now),
        article=article,
        changed=("extraction", "unlinked") if before.kind == "duplicate" else ("extraction",),
        previous_text_hash=before.text_hash,
        difference=None if is_dropped(text) else difference(text, article),
    )
    return Verdict(Outcome("revised", now, article_id=state.article_id, change_id=change.id), state, change)
