"""Sitemaps (sitemaps.org protocol 0.9) with Google's news and image extensions, and indexes of them.

Elements are told by their names and places alone: real sitemaps have every namespace, or none. There
is no tree, so a sitemap costs the memory of what it lists.
"""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed, SitemapChild
from newswire.parsing.feeds.dates import feed_date
from newswire.parsing.feeds.raw import distinct, language_tag
from newswire.parsing.text.addresses import absolute
from newswire.parsing.text.cdata import without_cdata_markers
from newswire.parsing.text.plain_text import one_line, plain_text
from newswire.parsing.text.references import with_escaped_ampersands, with_usable_references
from newswire.parsing.text.time_zones import hints_of

MAX_URLS: Final = 50_000
"""The protocol's limit for one file; what is beyond it is not read."""

_CHUNK: Final = 65_536
_MAX_KEYWORDS: Final = 100
_NEWS_NAMESPACE: Final = re.compile(r"<[^>]*sitemap-news")
_HIDDEN: Final = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_ROW: Final = re.compile(r"<(?:[\w.-]+:)?(?:url|sitemap)(?=[\s/>])", re.IGNORECASE)
_CLOSED: Final = re.compile(r"\A<[^>]*/>|</(?:[\w.-]+:)?(?:urlset|sitemapindex)\s*>", re.IGNORECASE)

_ROWS: Final = frozenset(("url", "sitemap"))
_FIELDS: Final = frozenset(
    (
        *("/", "/loc", "lastmod", "image/loc", "news/title", "news/publication_date", "news/keywords"),
        *("publication/name", "publication/language"),
    )
)
"""What is kept: an element's name after its parent's. lastmod is kept wherever it stands."""


def read_sitemap(head: str, body: str, url: str) -> ParsedFeed:
    """The sitemap in ``body``, which begins with its root element; ``head`` stands before that.

    Its entries have no id: the address is one. ``updated`` is lastmod. Never raises.
    """
    rows, truncated = _rows(head, body)
    has_news = any(_is_news(row) for row in rows) or (not rows and _NEWS_NAMESPACE.match(body))
    names = (one_line(plain_text(row.get("publication/name", ""))) for row in rows)
    return ParsedFeed(
        format="news-sitemap" if has_news else "sitemap",
        title=next((name for name in names if name), None),
        truncated=truncated,
        entries=tuple(_entry(row, url) for row in rows if "/loc" in row or "/" in row or _is_news(row)),
    )


def read_index(head: str, body: str, url: str) -> ParsedFeed:
    """The sitemap index in ``body``, likewise: each sitemap that it names, once."""
    rows, truncated = _rows(head, body)
    children: dict[str, SitemapChild] = {}
    hints = hints_of(url)
    for row in rows:
        if (address := absolute(row.get("/loc") or row.get("/"), url)) is not None:
            children.setdefault(address, SitemapChild(address, feed_date((row.get("lastmod", ""),), hints).value))
    return ParsedFeed(format="sitemap-index", truncated=truncated, children=tuple(children.values()))


def _rows(head: str, body: str) -> tuple[list[dict[str, str]], bool]:
    """The fields of each row, and whether some are missing."""
    data = with_escaped_ampersands(with_usable_references(body, head))
    rows = _Rows()
    parser = etree.XMLParser(
        target=rows, recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    with suppress(etree.LxmlError, ValueError):  # what was read until then counts
        for start in range(0, len(data), _CHUNK):
            if rows.full:
                break
            parser.feed(data[start : start + _CHUNK])
        parser.close()
    visible = _HIDDEN.sub("", data)
    starts = [found.start() for found in _ROW.finditer(visible)]
    closed = _CLOSED.search(visible, starts[-1] if starts else 0) is not None
    return rows.found, not closed or len(rows.found) < len(starts)


def _entry(row: dict[str, str], url: str) -> ParsedEntry:
    language = language_tag(row.get("publication/language", ""))
    hints = hints_of(url, language)
    published = feed_date((row.get("news/publication_date", ""),), hints)
    updated = feed_date((row.get("lastmod", ""),), hints)
    keywords = row.get("news/keywords", "").split(",", _MAX_KEYWORDS)[:_MAX_KEYWORDS]
    return ParsedEntry(
        url=absolute(row.get("/loc") or row.get("/"), url),
        title=one_line(plain_text(row.get("news/title", ""))) or None,
        tags=distinct(one_line(plain_text(keyword)) for keyword in keywords),
        language=language,
        image=absolute(row.get("image/loc"), url),
        published=published.value,
        updated=updated.value,
        published_precision=published.precision,
        updated_precision=updated.precision,
        published_raw=published.raw,
    )


def _is_news(row: dict[str, str]) -> bool:
    return "news/title" in row or "news/publication_date" in row


@dataclass
class _Rows:
    """A parser target: keeps the fields of every <url> or <sitemap>, the first of each name that says something."""

    found: list[dict[str, str]] = field(default_factory=list)
    full: bool = False
    _path: list[str] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name in _ROWS:
            self._keep()  # of an element that was not closed
            self.full = len(self.found) == MAX_URLS
            if not self.full:
                self.found.append({})
            self._path = []
        else:
            if not self._path:
                self._keep()
            self._path.append(name)
        self._text = []

    def data(self, text: str) -> None:
        self._text.append(text)

    def end(self, tag: str) -> None:
        self._keep()
        self._text = []
        if self._path and _local(tag) not in _ROWS:
            self._path.pop()

    def close(self) -> None:
        pass

    def _keep(self) -> None:
        if self.full or not self.found:
            return
        name = self._path[-1] if self._path else ""  # some put the address between the row's own tags
        key = name if name == "lastmod" else f"{self._path[-2] if len(self._path) > 1 else ''}/{name}"
        if key in _FIELDS and (text := without_cdata_markers("".join(self._text)).strip()):
            self.found[-1].setdefault(key, text)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].lower()
