"""What an answer says about an article that is known already, before its page is read."""

from datetime import datetime
from typing import Final

from newswire.domain.articles.body_digest import body_digests
from newswire.domain.articles.extracted import event_id
from newswire.domain.articles.robots_words import NOT_ARCHIVED, robots_words
from newswire.domain.http.httpcache import validators_of
from newswire.domain.urls.canonical import canonicalize
from newswire.events import ArticleGone, ArticleUnchanged, EntryFound
from newswire.parsing.pages.version import version
from newswire.ports import Response

ABOUT_KNOWN: Final = frozenset({304, 404, 410})
"""Statuses that say something about an article that is known already."""


def by_status(entry: EntryFound, response: Response, now: datetime) -> ArticleUnchanged | ArticleGone | None:
    """The event that a re-check's status alone implies; None when the page itself has to be read."""
    if entry.reason != "recheck" or entry.article_id is None or response.status not in ABOUT_KNOWN:
        return None
    if response.status == 304:
        return ArticleUnchanged(
            id=event_id(entry),
            entry_id=entry.id,
            article_id=entry.article_id,
            fetched_at=now,
            validators=validators_of(response.headers),
        )
    return ArticleGone(
        id=event_id(entry),
        entry_id=entry.id,
        article_id=entry.article_id,
        fetched_at=now,
        status=response.status,
    )


def by_bytes(entry: EntryFound, response: Response, now: datetime) -> ArticleUnchanged | None:
    """The event of a re-check whose page has the bytes that the article was read from; None when it has to be read.

    A page at another address has to be read, as the article may have moved there. So has one whose publisher asks since
    the last look that no copy of it is kept. The event carries the digest of a page that may be archived.
    """
    known = entry.validators.body_sha256 if entry.validators else None
    if known is None or entry.reason != "recheck" or entry.article_id is None or response.status != 200:
        return None
    headers = response.headers
    found = body_digests(version(), headers.get("content-type"), response.body)
    forbidden = robots_words(headers.get("x-robots-tag", "")) & NOT_ARCHIVED
    same = known == found.uncopied or (known == found.copied and not forbidden)
    if not same or canonicalize(response.url, unwrap=False) != entry.url:
        return None
    kept = {"body_sha256": known if known == found.copied else None}
    return ArticleUnchanged(
        id=event_id(entry),
        entry_id=entry.id,
        article_id=entry.article_id,
        fetched_at=now,
        validators=validators_of(headers).model_copy(update=kept),
    )
