"""Extract the article of one page, exactly as the stage `extract` would. Nothing is saved or published."""

from datetime import datetime
from typing import Final

from newswire.contracts import encode
from newswire.domain.urls.canonical import canonicalize
from newswire.domain.urls.syntax import shown
from newswire.errors import UsageError
from newswire.events import Article, ArticleEvent, ArticleExtracted, EntryFound, stable_id
from newswire.ports import Clock, Response
from newswire.stages.article_reader import ArticleReader
from newswire.stages.limits import check_event_size

UNKNOWN: Final = "https://unknown.invalid/"
"""The address of a document that comes without one."""


async def extract_url(url: str, reader: ArticleReader, clock: Clock) -> Article:
    """Fetch a page and extract its article.

    Raises `UsageError` where ``url`` is not an http(s) address; `Retry` or `Reject`, with the stage's reason, where
    the stage would have no article.
    """
    entry = _entry(url, clock.now())
    return _article((await reader.fetch(entry)).event)


async def extract_document(body: bytes, url: str | None, reader: ArticleReader, clock: Clock) -> Article:
    """Extract the article of a page that was saved from ``url``; raises what `extract_url` raises."""
    now = clock.now()
    entry = _entry(url or UNKNOWN, now)
    return _article(await reader.read(entry, Response(url=entry.url, status=200, body=body), now))


def _entry(url: str, now: datetime) -> EntryFound:
    try:
        address = canonicalize(url)
    except ValueError as error:
        raise UsageError(f"{shown(url)!r} is not an address: {error}") from error
    return EntryFound(
        id=stable_id("debug", address),
        reason="new",
        entry_key=address,
        fingerprint="",
        url=address,
        original_url=url,
        found_at=now,
    )


def _article(event: ArticleEvent) -> Article:
    if not isinstance(event, ArticleExtracted):  # only a re-check ends otherwise
        raise TypeError(f"a new entry ended as {event.kind}")
    check_event_size(encode(event))
    return event.article
