"""An XML feed's text to feedparser's raw feed and entries.

Well-formed XML goes through feedparser's strict parser; what is not goes through its loose one and,
where entries are missing after that, through libxml2's recovery. Nothing here opens a file or a
socket: external entities and DTDs are off.
"""

import re
import xml.sax  # expat ≥ 2.5 bounds entity expansion; DOCTYPEs never reach it
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, Final
from xml.sax import handler as sax

import lxml.sax
from lxml import etree

from newswire.errors import Reject
from newswire.parsing.feeds.handlers import Loose, Recovered, Strict, without_base
from newswire.parsing.text.references import with_usable_references

_HIDDEN: Final = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_ITEM: Final = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)(?=[\s/>])", re.IGNORECASE)
_CLOSED: Final = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RawFeed:
    """What feedparser made of a document: dicts whose every value is as untrusted as the feed."""

    version: str
    feed: dict[str, Any]
    entries: list[dict[str, Any]]
    truncated: bool
    """Ill-formed, and its end or some of its entries are missing."""
    deleted: tuple[dict[str, Any], ...] = ()
    """The attributes of the tombstones (RFC 6721)."""


def read_xml(head: str, body: str, url: str) -> RawFeed:
    """The raw feed in ``body``, which begins with its root element; ``head`` stands before that.

    Links under an xml:base are resolved against it and ``url``; others stay as they are. Raises `Reject`
    ``not-a-feed`` when there is no feed.
    """
    data = with_usable_references(body, head)
    strict = _strict(data, url)
    feed = strict if strict is not None else _lenient(data, url)
    if feed is None or not (feed.version or feed.entries or feed.feed.get("title") or feed.feed.get("links")):
        raise Reject("not-a-feed", f"the XML at {url} holds no RSS, Atom or RDF feed")
    netscape = "netscape" in head.lower() and feed.version.startswith("rss")
    return replace(feed, version="rss091n") if netscape else feed


def _strict(data: str, url: str) -> RawFeed | None:
    parser = Strict(without_base(url), None, "utf-8")
    reader = xml.sax.make_parser()  # noqa: S317  # see the import
    reader.setFeature(sax.feature_namespaces, True)
    reader.setFeature(sax.feature_external_ges, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    try:
        reader.parse(BytesIO(data.encode()))
    except Exception:  # noqa: BLE001  # besides SAX errors, hostile element names make its handlers fail in any way
        return None
    return _raw(parser, truncated=False)


def _lenient(data: str, url: str) -> RawFeed | None:
    visible = _HIDDEN.sub("", data)
    items = [found.start() for found in _ITEM.finditer(visible)]
    closed = _CLOSED.search(visible, items[-1] if items else 0) is not None
    best: RawFeed | None = None
    for attempt in (_loose, _recovered):
        parser = attempt(data, url)
        found = len(parser.entries)
        if best is None or found > len(best.entries):
            best = _raw(parser, truncated=not closed or found < len(items))
        if found >= len(items):
            break
    return best


def _loose(data: str, url: str) -> Any:
    parser = Loose(without_base(url), None, "utf-8", {})
    parser.namespacemap["atom"] = ""  # where nobody declared it
    with suppress(Exception):  # as in _strict; what it read until then counts, recovery comes next
        parser.feed(data)
    return parser


def _recovered(data: str, url: str) -> Any:
    options = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8"
    )
    parser = Recovered(without_base(url), None, "utf-8")
    parser.namespacemap["atom"] = ""
    with suppress(Exception):  # as in _strict; what it read until then counts
        root = etree.fromstring(data.encode(), options)
        if root is not None:
            lxml.sax.saxify(root, parser)
    return parser


def _raw(parser: Any, *, truncated: bool) -> RawFeed:
    tombstones: dict[int, dict[str, Any]] = dict(getattr(parser, "deleted", ()))
    entries = [dict(entry) for at, entry in enumerate(parser.entries) if at not in tombstones]
    return RawFeed(parser.version, dict(parser.feeddata), entries, truncated, tuple(tombstones.values()))
