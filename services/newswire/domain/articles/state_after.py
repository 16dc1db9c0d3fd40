"""How an article stands after the event that brought its text."""

from datetime import datetime

from newswire.domain.articles.hosts.habits import HostHabits
from newswire.domain.articles.recheck import next_recheck
from newswire.domain.articles.verdict import ArticleState
from newswire.events import NO_VALIDATORS, Article, ArticleExtracted, PageValidators


def state_after(
    event: ArticleExtracted, habits: HostHabits, now: datetime, *, first_seen: datetime, revision: int
) -> ArticleState:
    """The state of the published article that ``event`` brings, as its ``revision``-th."""
    article, http = event.article, event.article.http
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
        fetched_at=seen_at(article),
        changed_at=now,
        validators=_validators(event),
        recheck_at=next_recheck(first_seen, now, habits, now if revision > 1 else None) if http else None,
    )


def _validators(event: ArticleExtracted) -> PageValidators:
    http = event.article.http
    if http is None:
        return NO_VALIDATORS
    return PageValidators(etag=http.etag, last_modified=http.last_modified, body_sha256=event.body_sha256)


def seen_at(article: Article) -> datetime:
    """When the text stood like this: a page's when it was fetched, a feed's when the feed was read.

    A feed's text may be published hours after the feed was read: newswire tries to fetch the page first. A text that
    arrives in the meantime is the newer one.
    """
    page = article.extraction.body_from == "page"
    return (article.fetched_at or article.extracted_at) if page else article.found_at
