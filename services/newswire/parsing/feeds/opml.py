"""OPML 2.0 subscription lists, read and written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from newswire.domain.urls.syntax import shown
from newswire.errors import UsageError
from newswire.parsing.feeds.decoding import feed_text
from newswire.parsing.feeds.raw import distinct
from newswire.parsing.text.addresses import absolute
from newswire.parsing.text.plain_text import one_line
from newswire.parsing.text.references import with_escaped_ampersands

_SCHEMES: Final = ("feed:", "feeds:")
_DECLARATION: Final = re.compile(r"^<\?xml[^>]*\?>")
# A value ends at the quote that another attribute or the tag's end follows: others are quotes within it.
_END: Final = re.compile(r'"(?=\s+[\w:.-]+\s*=\s*["\']|\s*[/?]?>\s*(?:<|\Z))')
_ADDRESS: Final = re.compile(r"\sxmlurl\s*=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OpmlFeed:
    """One subscription."""

    url: str
    title: str | None = None
    tags: tuple[str, ...] = ()
    """The folders it lies in, outermost first, then its categories."""
    line: int | None = field(default=None, compare=False)
    """Where the file names it first, counted from 1."""


@dataclass(frozen=True, slots=True)
class OpmlList:
    """What a subscription list holds."""

    feeds: tuple[OpmlFeed, ...]
    """Each URL once, with the tags of all its places, in document order."""
    faults: tuple[str, ...] = ()
    """For each outline whose ``xmlUrl`` is no http(s) address: its line, and what is wrong."""


def parse_opml(body: bytes) -> OpmlList:
    """The feeds of a list, and the outlines that cannot be taken.

    Entities and DTDs are not resolved. Raises `UsageError` that says what is wrong, and in which line where that is
    known: the file is no well-formed XML, no OPML, or names no feed at all.
    """
    feeds: dict[str, OpmlFeed] = {}
    faults: list[str] = []
    for outline, folders in _outlines(_body(body)):
        given = _attribute(outline, "xmlUrl")
        if given is None:
            continue
        url = absolute(_without_feed_scheme(given), "")
        if url is None:
            faults.append(f"line {outline.sourceline}: xmlUrl={shown(given)[:200]!r} is not an http or https address")
            continue
        tags = distinct((*folders, *_categories(outline)))
        title = _title(outline)
        before = feeds.get(url, OpmlFeed(url, line=outline.sourceline))
        title = before.title or (title if title not in (given, url) else None)  # the address alone is no title
        feeds[url] = OpmlFeed(url, title, distinct((*before.tags, *tags)), before.line)
    if not feeds and not faults:
        raise UsageError("the OPML file lists no feeds: it has no <outline> with an xmlUrl")
    return OpmlList(tuple(feeds.values()), tuple(faults))


def write_opml(feeds: Iterable[OpmlFeed]) -> bytes:
    """An OPML 2.0 document, UTF-8. A feed with tags lies in nested folders named after them."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "newswire feeds"
    top = etree.SubElement(root, "body")
    folders: dict[tuple[str, ...], etree._Element] = {(): top}
    for feed in feeds:
        for depth in range(1, len(feed.tags) + 1):
            path = feed.tags[:depth]
            if path not in folders:
                name = one_line(path[-1])
                folders[path] = etree.SubElement(folders[path[:-1]], "outline", text=name, title=name)
        name = one_line(feed.title or feed.url)
        etree.SubElement(folders[feed.tags], "outline", type="rss", text=name, title=name, xmlUrl=feed.url)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _body(body: bytes) -> etree._Element:
    try:
        root = _parsed(body.strip())
    except etree.XMLSyntaxError:
        try:
            root = _parsed(_escaped(feed_text(body)).encode())
        except etree.XMLSyntaxError as error:
            raise UsageError(f"the OPML file is not well-formed XML: {error.msg}; correct that line") from error
    top = next((child for child in root if _name(child) == "body"), None)
    if _name(root) != "opml" or top is None:
        raise UsageError(f"this is not an OPML file: <opml> with a <body> is expected, line 1 starts <{_name(root)}>")
    return top


def _parsed(body: bytes) -> etree._Element:
    return etree.fromstring(
        body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    )


def _escaped(text: str) -> str:
    """With the "&", "<" and quotes escaped that many exporters leave bare in attributes; nothing else is guessed."""
    text = with_escaped_ampersands(_DECLARATION.sub("", text))
    pieces, at = [], 0
    while (start := text.find('="', at) + 2) > 1 and (end := _END.search(text, start)):
        value = text[start : end.start()]
        if not _ADDRESS.search(value):  # a quote that is missing is an error: a feed would be lost in a description
            value = value.replace("<", "&lt;").replace('"', "&quot;")
        pieces += [text[at:start], value]
        at = end.start()
    return "".join([*pieces, text[at:]])


def _outlines(top: etree._Element) -> Iterable[tuple[etree._Element, tuple[str, ...]]]:
    """Every outline with the names of the folders around it, in document order, without recursion."""
    stack: list[tuple[etree._Element, tuple[str, ...]]] = [(child, ()) for child in reversed(top)]
    while stack:
        outline, folders = stack.pop()
        if _name(outline) != "outline":
            continue
        yield outline, folders
        inner = folders
        if _attribute(outline, "xmlUrl") is None and (name := _title(outline)):
            inner = (*folders, name)
        stack.extend((child, inner) for child in reversed(outline))


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def _attribute(outline: etree._Element, name: str) -> str | None:
    """Attribute names are written in every case; an empty value is none."""
    found = next((value for key, value in outline.attrib.items() if str(key).lower() == name.lower()), None)
    return str(found).strip() or None if found is not None else None


def _title(outline: etree._Element) -> str | None:
    return one_line(_attribute(outline, "title") or _attribute(outline, "text") or "") or None


def _categories(outline: etree._Element) -> list[str]:
    """OPML 2.0: comma-separated, slash-delimited paths ("/Boston/Weather,/Harvard")."""
    given = (_attribute(outline, "category") or "").split(",")
    return [one_line(part) for path in given for part in path.split("/") if part.strip()]


def _without_feed_scheme(url: str) -> str:
    """``feed:https://…`` and ``feed://…`` are how some readers export."""
    for scheme in _SCHEMES:
        if url.lower().startswith(scheme):
            rest = url[len(scheme) :]
            return f"http:{rest}" if rest.startswith("//") else rest
    return url
