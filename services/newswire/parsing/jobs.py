"""The jobs that a worker process does, by name: bytes in, values out.

Each imports its parser at its first call. The process that hands the jobs out never calls one, so it needs neither
the memory nor the time that the parsers and their word lists take.
"""
# ruff: noqa: PLC0415  # the late imports are the purpose of this file

from datetime import datetime

from newswire.domain.articles.facts.page_claims import FeedFacts
from newswire.domain.articles.parsed_page import FeedText, ParsedPage
from newswire.domain.feeds.discovery import FeedLink
from newswire.domain.feeds.parsed_feed import ParsedFeed


def parse_page(
    body: bytes, url: str, content_type: str | None, feed: FeedText | None, stated: FeedFacts, now: datetime
) -> ParsedPage:
    """The article of one page: `newswire.parsing.pages.page.parse_page`."""
    from newswire.parsing.pages import page

    return page.parse_page(body, url, content_type, feed, stated, now)


def parse_feed_body(feed: FeedText) -> ParsedPage:
    """The article of a feed's own text: `newswire.parsing.pages.feed_body.parse_feed_body`."""
    from newswire.parsing.pages import feed_body

    return feed_body.parse_feed_body(feed)


def parse_feed(body: bytes, url: str, content_type: str | None) -> ParsedFeed:
    """The entries of a feed: `newswire.parsing.feeds.document.parse_feed`."""
    from newswire.parsing.feeds import document

    return document.parse_feed(body, url, content_type)


def feed_links(html: bytes, url: str, content_type: str | None) -> tuple[FeedLink, ...]:
    """The feeds that a page announces: `newswire.parsing.sites.autodiscovery.feed_links`."""
    from newswire.parsing.sites import autodiscovery

    return autodiscovery.feed_links(html, url, content_type)
