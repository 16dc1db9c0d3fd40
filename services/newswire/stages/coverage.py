"""Closing a gap: the feed's archive pages, or the site's news sitemap, read back to what was known before it."""

from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

import structlog

from newswire.domain.documents import ParsedFeed
from newswire.domain.entries import Identified, identify
from newswire.domain.feed_memory import Gap
from newswire.domain.urls import registrable_domain
from newswire.errors import Reject, Retry
from newswire.parsing.robots import sitemaps_named
from newswire.ports import FeedState, FeedStore
from newswire.stages.feed_reader import FeedReader

log = structlog.get_logger()

MAX_PAGES: Final = 10
"""Of an archive, in one try: what lies further back is left to the next one."""
MAX_SITEMAPS: Final = 3


@dataclass(frozen=True, slots=True)
class Refill:
    """What was found of a gap."""

    entries: tuple[Identified, ...] = ()
    """Not known yet, newest first."""
    by: Literal["archive", "sitemap"] | None = None
    """What closed the gap; None when it is still open."""


class Coverage:
    """Looks for what two polls may have missed between them."""

    def __init__(self, feeds: FeedStore, reader: FeedReader) -> None:
        """Holds no state."""
        self._feeds = feeds
        self._reader = reader

    async def refill(self, feed: FeedState, document: ParsedFeed, url: str, gap: Gap) -> Refill:
        """Look in the archive that ``document`` (had at ``url``) leads to, else in the site's news sitemap.

        What cannot be had leaves the gap open, to be tried again with a later poll.
        """
        try:
            archived = await self._archive(feed, document, url)
            if archived.by is not None:
                return archived
            mapped = await self._sitemap(url, gap)
        except (Retry, Reject) as error:
            log.warning("feed.gap.refill.failed", reason=error.reason, error=str(error))
            return Refill()
        return Refill((*archived.entries, *mapped.entries), mapped.by)

    async def _archive(self, feed: FeedState, document: ParsedFeed, url: str) -> Refill:
        """RFC 5005 §4: ``prev-archive`` until a page shows something known, or there is no page before it."""
        entries: list[Identified] = []
        seen, site = {url}, registrable_domain(url)
        page = document
        for _ in range(MAX_PAGES):
            before = page.prev_archive or page.next_page
            if before is None or before in seen or registrable_domain(before) != site:
                return Refill(tuple(entries), "archive" if len(seen) > 1 and before is None else None)
            seen.add(before)
            page = await self._reader.document(before)
            found = identify(page)
            known = await self._feeds.known(feed.id, [entry.key for entry in found])
            entries += [entry for entry in found if entry.key not in known]
            if known:
                return Refill(tuple(entries), "archive")
        return Refill(tuple(entries))

    async def _sitemap(self, url: str, gap: Gap) -> Refill:
        """The news sitemaps that robots.txt names: one that reaches back to before the gap closes it."""
        robots = await self._reader.text(f"{_origin(url)}/robots.txt")
        for address in sitemaps_named(robots, url)[:MAX_SITEMAPS]:
            document = await self._reader.document(address)
            if document.format != "news-sitemap":
                continue
            dates = [entry.published for entry in document.entries if entry.published]
            if not dates or min(dates) > gap.since:
                continue
            found = [
                entry
                for entry in identify(document)
                if entry.entry.published and gap.since <= entry.entry.published <= gap.until
            ]
            known = await self._feeds.known_urls([entry.url for entry in found if entry.url])
            return Refill(tuple(entry for entry in found if entry.url and entry.url not in known), "sitemap")
        return Refill()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
