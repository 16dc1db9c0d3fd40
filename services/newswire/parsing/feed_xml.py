"""An XML feed's text to feedparser's raw feed and entries.

Well-formed XML goes through feedparser's strict parser; what is not goes through its loose one and,
where entries are missing after that, through libxml2's recovery. Nothing here opens a file or a
socket: external entities and DTDs are off.
"""

import re
import xml.sax  # expat ≥ 2.5 bounds entity expansion; DOCTYPEs never reach it
from contextlib import suppress
from dataclasses import dataclass
from html.entities import html5
from io import BytesIO
from typing import Any, Final
from xml.sax import handler as sax

import lxml.sax
from lxml import etree

from newswire.errors import Reject
from newswire.parsing.feed_handlers import Loose, Recovered, Strict
from newswire.parsing.feed_text import unusable

_HEAD: Final = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?:[\w.-]+:)?(?P<feed>rss|feed|rdf)(?=[\s/>])"
    r"|<(?P<html>!doctype\s+html|(?:html|head|body)(?=[\s/>]))"
    r"|<(?P<other>[a-z][\w.:-]*)",
    re.IGNORECASE | re.DOTALL,
)
_ENTITY: Final = re.compile(r"""<!ENTITY\s+(\w{1,32})\s+(?:"([^"<&%]{0,64})"|'([^'<&%]{0,64})')""")
_REFERENCE: Final = re.compile(r"&(?:(\w{2,32})|#(\d+)|#x([0-9a-f]+));", re.IGNORECASE)
_NAMED: Final = {name[:-1]: text for name, text in html5.items() if name[-1] == ";" and not set(text) & set("<>&\"'")}

_LAST: Final = 0x10FFFF

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


def read_xml(text: str, url: str) -> RawFeed:
    """The raw feed in ``text``, links resolved against xml:base and ``url``.

    Raises `Reject` ``not-a-feed`` when it holds none.
    """
    root = _root(text)
    head = text[:root]
    data = _with_usable_references(text[root:], head)
    strict = _strict(data, url)
    feed = strict if strict is not None else _lenient(data, url)
    if feed is None or not (feed.version or feed.entries or feed.feed.get("title") or feed.feed.get("links")):
        raise Reject("not-a-feed", f"the XML at {url} holds no RSS, Atom or RDF feed")
    netscape = "netscape" in head.lower() and feed.version.startswith("rss")
    return RawFeed("rss091n", feed.feed, feed.entries, feed.truncated) if netscape else feed


def _root(text: str) -> int:
    """Where the feed's root element begins: what servers put before it (warnings, white space) is skipped."""
    first = True
    for found in _HEAD.finditer(text):
        if found["html"]:
            raise Reject("not-a-feed", "this is an HTML page, not a feed; `newswire feeds add` finds a page's feeds")
        if found["feed"] or (first and (found["other"] or "").lower() == "channel"):
            return found.start()
        first = first and not found["other"]
    raise Reject("not-a-feed", "there is no <rss>, <feed> or <rdf:RDF> element in it")


def _with_usable_references(data: str, head: str) -> str:
    """HTML's named entities, and short ones that the DOCTYPE declares, as the characters they stand for.

    References to characters that XML forbids go: one of them would make the whole document ill-formed.
    Within CDATA all this comes early but to the same end, for what is there is HTML.
    """
    declared = {found[1]: found[2] or found[3] or "" for found in _ENTITY.finditer(head)}
    named = declared | _NAMED

    def usable(found: re.Match[str]) -> str:
        name, decimal, hexadecimal = found.groups()
        if name:
            return named.get(name, found[0])
        digits = (decimal or hexadecimal).lstrip("0")
        point = int(digits or "0", 10 if decimal else 16) if len(digits) < 8 else _LAST + 1
        return found[0] if point <= _LAST and not unusable(chr(point)) else ""

    return _REFERENCE.sub(usable, data) if "&" in data else data


def _strict(data: str, url: str) -> RawFeed | None:
    parser = Strict(url, None, "utf-8")
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
    parser = Loose(url, None, "utf-8", {})
    with suppress(Exception):  # as in _strict; what it read until then counts, recovery comes next
        parser.feed(data)
    return parser


def _recovered(data: str, url: str) -> Any:
    options = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8"
    )
    parser = Recovered(url, None, "utf-8")
    with suppress(Exception):  # as in _strict; what it read until then counts
        root = etree.fromstring(data.encode(), options)
        if root is not None:
            lxml.sax.saxify(root, parser)
    return parser


def _raw(parser: Any, *, truncated: bool) -> RawFeed:
    return RawFeed(parser.version, dict(parser.feeddata), [dict(entry) for entry in parser.entries], truncated)
