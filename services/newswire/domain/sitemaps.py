"""Sitemaps polled as feeds: which parts of an index to read, and which of a site's pages are news (sitemaps.org)."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from newswire.domain.documents import ParsedEntry, ParsedFeed, SitemapChild
from newswire.domain.urls import registrable_domain

MAX_PARTS: Final = 5
"""Of an index, in one poll: the newest ones."""
RECENT: Final = timedelta(days=3)
"""A plain sitemap lists every page of its site: what was modified longer ago is no news."""

_CLOCK_SKEW: Final = timedelta(days=1)
_MANY: Final = 1_000
_SLACK: Final = timedelta(hours=1)  # a part may be stamped before it is written
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def recent(document: ParsedFeed, now: datetime) -> tuple[ParsedEntry, ...]:
    """The entries that may be news: all of them, but of a plain sitemap those lately modified.

    A page without a date is left out there: nothing tells it from ten thousand old ones. So is one with
    a date from the future, or with one that more than a thousand entries and most of them share: that
    is when the sitemap was made, not when its pages were.
    """
    if document.format != "sitemap":
        return document.entries
    stamps = Counter(entry.updated for entry in document.entries)
    many = max(_MANY, len(document.entries) // 2)
    return tuple(
        entry
        for entry in document.entries
        if entry.updated and now - RECENT <= entry.updated <= now + _CLOCK_SKEW and stamps[entry.updated] <= many
    )


def parts_to_read(parts: Sequence[SitemapChild], index_url: str, read_until: datetime | None) -> tuple[str, ...]:
    """The parts of an index that are worth a request, newest first: of its own site, and changed since ``read_until``.

    A part without a date may have changed; among those, the ones whose address speaks of news come first.
    No more than `MAX_PARTS`.
    """
    site = registrable_domain(index_url)
    fresh = [
        part
        for part in parts
        if (read_until is None or part.modified is None or part.modified >= read_until - _SLACK)
        and _site_of(part.url) == site
    ]
    fresh.sort(key=lambda part: (part.modified or _NEVER, speaks_of_news(part.url)), reverse=True)
    return tuple(dict.fromkeys(part.url for part in fresh))[:MAX_PARTS]


def speaks_of_news(url: str) -> bool:
    """Whether a sitemap's address promises news."""
    return "news" in url.rpartition("/")[2].lower()


def _site_of(url: str) -> str | None:
    try:
        return registrable_domain(url)
    except ValueError:
        return None
