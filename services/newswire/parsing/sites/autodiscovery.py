"""The feeds that a page announces (RSS autodiscovery: ``<link rel="alternate" type=…>``)."""

import re
from typing import Final

from lxml import etree

from newswire.domain.feeds.discovery import FeedLink
from newswire.parsing.feeds.decoding import feed_text
from newswire.parsing.text.addresses import absolute
from newswire.parsing.text.plain_text import one_line

_GENERAL: Final = ("application/json", "text/xml", "application/xml")
_SAYS_FEED: Final = re.compile(r"feed|rss|atom", re.IGNORECASE)
FEED_TYPES: Final = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    *_GENERAL,
)


class _AnnouncedLinks:
    """A parser target: tags are seen as they come, so there is no tree whose depth could be exceeded."""

    def __init__(self) -> None:
        self.base: str | None = None
        self.found: list[dict[str, str]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "link":
            self.found.append(dict(attributes))
        elif tag == "base" and self.base is None:
            self.base = attributes.get("href")

    def end(self, tag: str) -> None:
        pass

    def close(self) -> None:
        pass


def feed_links(html: bytes, url: str, content_type: str | None = None) -> tuple[FeedLink, ...]:
    """The feeds announced in ``html``, absolute, each once, in the page's order.

    ``url`` is the page's address; its ``<base href>`` counts. JSON and XML of the general types are
    feeds only when the link's title or address says so (WordPress announces its API as application/json).
    """
    seen = _scan(feed_text(html, content_type))
    base = absolute(seen.base, url) or url
    links: dict[str, FeedLink] = {}
    for attributes in seen.found:
        kind = attributes.get("type", "").partition(";")[0].strip().lower()
        address = absolute(attributes.get("href"), base)
        if "alternate" not in attributes.get("rel", "").lower().split() or kind not in FEED_TYPES or address is None:
            continue
        title = one_line(attributes.get("title", ""))
        if kind in _GENERAL and not _SAYS_FEED.search(f"{title} {address}"):
            continue
        links.setdefault(address, FeedLink(address, title or None, kind))
    return tuple(links.values())


def _scan(text: str) -> _AnnouncedLinks:
    target = _AnnouncedLinks()
    parser = etree.HTMLParser(target=target, no_network=True, huge_tree=False)
    try:
        parser.feed(text)
        parser.close()
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        pass  # what was seen until then counts
    return target
