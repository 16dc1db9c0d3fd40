"""Which lines of a sitemap are worth a look: it lists every page of a site, not what is new."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from newswire.domain.documents import ParsedEntry, ParsedFeed, SitemapChild

SITEMAPS: Final = frozenset(("sitemap", "news-sitemap"))
"""The formats of `ParsedFeed` whose entries `recent` chooses from."""

_CLOCK_SKEW: Final = timedelta(days=1)
_MANY: Final = 1_000


def recent(parsed: ParsedFeed, now: datetime, within: timedelta) -> tuple[ParsedEntry, ...]:
    """The entries of a feed; of a sitemap only those with a date of the last ``within``, in document order.

    A Google News entry without a date stays: news is recent by its format. Another page without one,
    or with one from the future, is left out, and so is a date that more than a thousand entries and
    most of them share: that is when the sitemap was made, not when its pages were.
    """
    if parsed.format not in SITEMAPS:
        return parsed.entries
    stamps = Counter(entry.updated for entry in parsed.entries if entry.updated)
    made = {stamp for stamp, times in stamps.items() if times > max(_MANY, len(parsed.entries) // 2)}
    return tuple(entry for entry in parsed.entries if _is_recent(entry, made, now, within))


def recent_children(parsed: ParsedFeed, now: datetime, within: timedelta, limit: int) -> tuple[SitemapChild, ...]:
    """At most ``limit`` sitemaps of an index: those of the last ``within``, the newest first, then undated ones.

    Among undated ones the order is the index's, with those first whose address speaks of news.
    """
    dated = [child for child in parsed.children if child.modified and _within(child.modified, now, within)]
    undated = [child for child in parsed.children if child.modified is None]
    dated.sort(key=lambda child: child.modified or now, reverse=True)
    undated.sort(key=lambda child: not speaks_of_news(child.url))
    return tuple([*dated, *undated][:limit])


def speaks_of_news(url: str) -> bool:
    """Whether a sitemap's address promises news."""
    return "news" in url.rpartition("/")[2].lower()


def _is_recent(entry: ParsedEntry, made: set[datetime], now: datetime, within: timedelta) -> bool:
    dates: Sequence[datetime | None] = (entry.published, entry.updated if entry.updated not in made else None)
    if not any(dates):
        return entry.title is not None
    return any(date is not None and _within(date, now, within) for date in dates)


def _within(date: datetime, now: datetime, within: timedelta) -> bool:
    return now - within <= date <= now + _CLOCK_SKEW
