"""Closing a gap: the feed's archive pages, or the site's news sitemap, read back to what was known before it."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import structlog

from newswire.domain.feeds.coverage import Refill
from newswire.domain.feeds.entries import Identified, identify
from newswire.domain.feeds.memory import Gap
from newswire.domain.feeds.parsed_feed import ParsedFeed
from newswire.domain.feeds.sitemaps import latest, parts_to_read, speaks_of_news
from newswire.domain.feeds.state import FeedState
from newswire.domain.urls.canonical import site_of
from newswire.errors import Reject, Retry
from newswire.parsing.sites.robots import sitemaps_named
from newswire.ports import Clock, Entries
from newswire.stages.poll.feed_reader import FeedReader
from newswire.waiting.patience import Patience

log = structlog.get_logger()

MAX_PAGES: Final = 10
"""So many pages of an archive are read in one try; the next try goes on where it ended."""
MAX_SITEMAPS: Final = 5
"""Sitemaps that one try reads, sitemap indexes included."""
LATE: Final = timedelta(hours=1)
"""The longest time between an article's publication and its appearance in the feed."""


@dataclass(frozen=True, slots=True)
class GapSearch:
    """One try to close one gap."""

    feed: FeedState
    gap: Gap
    until: datetime
    """After this moment no further page is requested."""
    patience: Patience
    """How to wait for a store that does not answer: an outage of it costs the publisher no second request."""


class Coverage:
    """Looks for entries that may have come and gone between two polls."""

    def __init__(self, entries: Entries, reader: FeedReader, clock: Clock) -> None:
        """Holds no state."""
        self._entries = entries
        self._reader = reader
        self._clock = clock

    async def refill(self, search: GapSearch, document: ParsedFeed, url: str) -> Refill:
        """Look in the archive that ``document`` (served at ``url``) leads to, or else in the site's news sitemap.

        A page that cannot be fetched leaves the gap open; a later poll tries again. Raises `Wait` only.
        """
        archived = await self._archive(search, document, url)
        mapped = None
        if archived.by is None:
            mapped = await self._sitemap(search, document, document.link or url)
        had = identify(document)
        keys, urls = {entry.key for entry in had}, {entry.url for entry in had if entry.url}
        found: list[Identified] = []
        for entry in (*archived.entries, *(mapped or ())):
            if entry.key not in keys and entry.url not in urls:
                found.append(entry)
                urls |= {entry.url} if entry.url else set()
        return Refill(tuple(found), archived.by or (None if mapped is None else "sitemap"), archived.resume)

    async def _archive(self, search: GapSearch, document: ParsedFeed, url: str) -> Refill:
        """RFC 5005 §4: ``prev-archive`` until a page shows something known, or there is no page before it.

        Without archives the pages of a paged feed (§3) will do: new entries only push older ones further back.
        """
        entries: list[Identified] = []
        seen, site = {url}, site_of(url)
        before = search.gap.resume or _before(document)
        if before is None:
            return Refill()
        while before is not None:
            if before in seen or not _same_site(before, site):
                return Refill(tuple(entries))
            if len(seen) > MAX_PAGES or self._clock.now() >= search.until:
                return Refill(tuple(entries), resume=before)
            seen.add(before)
            try:
                page = await self._reader.document(search.feed, before)
            except (Retry, Reject) as error:
                log.warning("feed.gap.page.failed", page=before, reason=error.reason, error=str(error))
                return Refill(tuple(entries), resume=before)
            found = identify(page)
            known = await search.patience(partial(self._entries.known, search.feed.id, [entry.key for entry in found]))
            entries += [entry for entry in found if entry.key not in known]
            if page.truncated:
                return Refill(tuple(entries), resume=before)
            # An entry that became known after the gap does not show that this page reaches back to before it.
            if await search.patience(partial(self._entries.brought, search.feed.id, found, search.gap.since)):
                break
            before = _before(page)
        return Refill(tuple(entries), "archive")

    async def _sitemap(self, search: GapSearch, document: ParsedFeed, home: str) -> Sequence[Identified] | None:
        """The gap's missing entries, from a news sitemap that robots.txt names; None where no sitemap covers the gap.

        It is the whole site's: only the hosts that the feed itself leads to count.
        """
        hosts = {urlsplit(entry.url).netloc for entry in identify(document) if entry.url}
        async for sitemap in self._news_sitemaps(search, home):
            dates = [entry.published for entry in sitemap.entries if entry.published]
            if sitemap.truncated or not dates or min(dates) > search.gap.since:
                continue
            found = [entry for entry in identify(sitemap) if _lies_in(search.gap, entry, hosts)]
            urls = [entry.url for entry in found if entry.url]
            known = await search.patience(partial(self._entries.known_urls, urls))
            return [entry for entry in found if entry.url not in known]
        return None

    async def _news_sitemaps(self, search: GapSearch, home: str) -> AsyncIterator[ParsedFeed]:
        parts = urlsplit(home)
        try:
            robots = await self._reader.text(search.feed, f"{parts.scheme}://{parts.netloc}/robots.txt")
        except (Retry, Reject) as error:
            log.warning("feed.gap.robots.failed", reason=error.reason, error=str(error))
            return
        waiting = sorted(sitemaps_named(robots, home), key=lambda address: not speaks_of_news(address))
        for _ in range(MAX_SITEMAPS):
            if not waiting or self._clock.now() >= search.until:
                return
            address = waiting.pop(0)
            try:
                document = await self._reader.document(search.feed, address, own=False)
            except (Retry, Reject) as error:
                log.warning("feed.gap.sitemap.failed", page=address, reason=error.reason, error=str(error))
                continue
            waiting = [*parts_to_read(document.children, address, search.gap.since), *waiting]
            if document.format == "news-sitemap":
                yield document


def _before(page: ParsedFeed) -> str | None:
    return page.prev_archive or page.next_page


def _lies_in(gap: Gap, entry: Identified, hosts: Collection[str]) -> bool:
    published = entry.entry.published
    if entry.url is None or published is None or urlsplit(entry.url).netloc not in hosts:
        return False
    return gap.since - LATE <= latest(published) and published <= gap.until


def _same_site(url: str, site: str) -> bool:
    try:
        return site_of(url) == site
    except ValueError:
        return False
