"""Sitemaps polled as feeds: which parts of an index to read, and which of a site's pages are news (sitemaps.org)."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Final

from newswire.domain.clock_skew import lies_in_the_future
from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed, SitemapChild
from newswire.domain.urls.canonical import site_of

MAX_PARTS: Final = 5
"""So many parts of an index are read in one poll: the newest ones."""
RECENT: Final = timedelta(days=3)
"""A plain sitemap lists every page of its site: what was modified longer ago is no news."""

_MANY: Final = 1_000
_SLACK: Final = timedelta(hours=1)  # a part may be stamped before it is written
_DAY: Final = timedelta(hours=36)  # a date without a time: that day, wherever on Earth it is one
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_MIDNIGHT: Final = time(0, 0)


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
        if entry.updated
        and now - RECENT <= entry.updated
        and not lies_in_the_future(entry.updated, now)
        and stamps[entry.updated] <= many
    )


def parts_to_read(parts: Sequence[SitemapChild], index_url: str, read_until: datetime | None) -> tuple[str, ...]:
    """The parts of an index that may have changed since ``read_until``, newest first and of its own site alone.

    Those without a date may have; among them, the ones whose address speaks of news come first. Only the first
    `MAX_PARTS` are worth a request.
    """
    fresh = [
        part
        for part in _own(parts, index_url)
        if read_until is None or part.modified is None or latest(part.modified) >= read_until - _SLACK
    ]
    fresh.sort(key=lambda part: (part.modified or _NEVER, speaks_of_news(part.url)), reverse=True)
    return tuple(dict.fromkeys(part.url for part in fresh))


def may_change_unseen(parts: Sequence[SitemapChild], index_url: str, now: datetime) -> bool:
    """Whether the index may stay as it is while a part changes: one without a date, or with today's and no time."""
    return any(part.modified is None or latest(part.modified) >= now for part in _own(parts, index_url))


def _own(parts: Sequence[SitemapChild], index_url: str) -> list[SitemapChild]:
    site = _site(index_url)
    return [part for part in parts if _site(part.url) == site]


def latest(modified: datetime) -> datetime:
    """The last moment that a date in a sitemap may mean: one without a time is a whole day."""
    return modified + _DAY if modified.time() == _MIDNIGHT else modified


def speaks_of_news(url: str) -> bool:
    """Whether a sitemap's address promises news."""
    return "news" in url.rpartition("/")[2].lower()


def _site(url: str) -> str | None:
    try:
        return site_of(url)
    except ValueError:
        return None
