"""What the page's visible part marks up: bylines, dates, headings. One walk over the tree, no search within it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from newswire.domain.text.normalize import normalize_line
from newswire.parsing.pages.head import MAX_VALUE, text_within

MarkKind = Literal["microdata", "link", "byline", "text", "date", "time", "headline"]

_LONGEST: Final = 240
_MOST_MARKS: Final = 300
_MOST_ANCESTORS: Final = 14
_MOST_ELEMENTS: Final = 60_000
_WINDOW: Final = 60
"""Elements behind the headline in which an unmarked line may be the byline."""

_BYLINE: Final = re.compile(
    r"by-?_?line|author|written-?_?by|\bby\b|writer|autor|auteur|verfasser|redakt[oø]r|journalist|reporter|\bfirma\b|signature"
    r"|contributor|posted-?_?by|\bvcard\b|penulis|muhabir|yazar|skribent|creator|credit-?line|story-?meta|meta__info|page-header__meta"
)
_NO_BYLINE: Final = re.compile(
    r"bio\b|biograph|authorbox|author-?_?box|about-?_?author|author-?_?about|avatar|image|photo|img|icon|social|follow|mail|description"
    r"|comment|list\b|wrapper-outer|role|title\b|position|job|twitter|date\b|authors-page|count"
)
_DATE: Final = re.compile(
    r"date|\btime|fecha|datum|publish|posted|\bdata\b|timestamp|pubtime|tanggal|tarih|\bmeta\b|entry-?_?meta|post-?_?meta|article-?_?meta"
    r"|byline|author|info\b"
)
_NO_DATE: Final = re.compile(r"event|expire|countdown|birth|copyright|deadline|schedule")
_FOREIGN: Final = re.compile(
    r"comment|related|recommend|sidebar|side-bar|footer|\bnav|menu|widget|teaser|\bcards?\b|promo|most-?_?read|popular|trending"
    r"|newsletter|read-?_?more|more-?_?(?:from|news|stories)|latest|carousel|slider|event|further|up-?next|next-?_?post|disqus|calendar|agenda"
    r"|also-?like|post-?list|listing|advert|cookie|consent|archive|liveblog|live-blog"
)
"""Containers of other articles, of readers' comments, of events."""
_ABOUT: Final = re.compile(
    r"bio\b|biograph|authorbox|author-?_?box|about-?_?the-?_?author|about-?_?author|post-?_?author|author-?_?info|author-?_?card|author-?_?section"
)
_FOREIGN_TAGS: Final = frozenset({"footer", "nav", "figcaption", "figure", "blockquote"})
_KICKER: Final = re.compile(
    r"kicker|overline|roofline|topline|eyebrow|dachzeile|spitzmarke|surtitle|antetitulo|category|label|badge|pretitle|pre-?_?title|icon|sr-only|visually-?hidden|hidden"
)
_LOGO: Final = re.compile(r"logo|brand|site-?_?title|site-?_?name|masthead")
_AUTHOR_PATH: Final = re.compile(
    r"/(?:authors?|autor(?:en|es|i|ka)?|auteurs?|autore|autori|by|staff|profiles?|contributors?|writers?|journalists?|reporters?"
    r"|redakteure?|redaktion|columnists?|penulis|yazar(?:lar)?|firmas?)/(?!\d)[^/?#]+/?(?:[?#]|$)"
)
_OTHER_HAND: Final = re.compile(
    r"(?:review|check|edit|vett|approv|verif|photo|foto|illustrat|bild)\w*[ :]", re.IGNORECASE
)
"""Words before the name of somebody who did not write the article."""
_JOINING: Final = re.compile(
    r"(?:and|und|et|y|e|i|&|,|og|och|en|by|von|par|por|di|da|door|af|av|written by|story by|words by|author|автор|текст|и|[:：／/]|文|記者|记者)[:,]?",
    re.IGNORECASE,
)
"""A piece of a byline that belongs to the names around it."""
_HEADINGS: Final = frozenset({"h1", "h2"})
_SHORT_TEXT: Final = frozenset(
    {"p", "span", "div", "small", "em", "i", "b", "strong", "li", "address", "cite", "h3", "h4", "h5", "h6", "td", "dd"}
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One marked-up place of the page."""

    kind: MarkKind
    text: str
    """The visible text (or the machine's form of it, for dates), one line per piece."""
    at: int
    """Its number among the elements, in document order."""
    about: bool = False
    """Whether it stands in a box about the author."""
    name: str = ""
    """The ``itemprop``, where it has one."""


@dataclass(frozen=True, slots=True)
class Marks:
    """All places of a page that are marked up as a fact."""

    marks: tuple[Mark, ...] = ()
    headings: tuple[Mark, ...] = ()
    """The h1 elements, and h2 elements before any h1, without kickers; ``about`` marks those of logos and other articles."""
    headline_at: int = 0

    def of(self, *kinds: MarkKind) -> Iterator[Mark]:
        """The marks of these kinds, in document order."""
        return (mark for mark in self.marks if mark.kind in kinds)


@dataclass(slots=True)
class _Found:
    marks: list[Mark] = field(default_factory=list)
    headings: list[Mark] = field(default_factory=list)
    headline_at: int = -1
    zones: dict[Any, tuple[bool, bool]] = field(default_factory=dict)


_BITS: dict[str, int] = {}
"""What the words of classes and ids are known to mean; the same ones come again and again."""
_MOST_HEADINGS: Final = 12
_MOST_WORDS: Final = 50_000
_IS: Final = tuple(enumerate((_BYLINE, _NO_BYLINE, _DATE, _NO_DATE, _FOREIGN, _ABOUT)))
_BY, _NOT_BY, _DAY, _NOT_DAY, _ELSE, _ABOUT_AUTHOR = (1 << number for number in range(6))


def _meaning(words: str) -> int:
    """The bits that any word of a class or id has."""
    found = 0
    for word in words.lower().split()[:_MOST_ANCESTORS]:
        bits = _BITS.get(word)
        if bits is None:
            bits = sum(1 << number for number, pattern in _IS if pattern.search(word[:80]))
            if len(_BITS) > _MOST_WORDS:
                _BITS.clear()
            _BITS[word] = bits
        found |= bits
    return found


def read_marks(tree: Any) -> Marks:
    """Walk once over the body of a page. ``tree`` is an lxml.html root element and is left as it is.

    The time is linear in the number of elements; only the first 60,000 are looked at, and 300 marks are kept.
    """
    found = _Found()
    body = tree.find(".//body")
    for at, element in enumerate((tree if body is None else body).iter()):
        if at >= _MOST_ELEMENTS or len(found.marks) >= _MOST_MARKS:
            break
        if isinstance(element.tag, str):
            _read(element, at, found)
    return Marks(tuple(found.marks), tuple(found.headings), max(0, found.headline_at))


def _read(element: Any, at: int, found: _Found) -> None:
    tag = element.tag
    get = element.get
    words = get("class") or ""
    if extra := get("id") or get("data-testid"):
        words = f"{words} {extra}"
    itemprop = get("itemprop")
    if itemprop is not None:
        _read_itemprop(element, itemprop, at, found)
    if tag == "time" or tag == "abbr":
        _add_date(element, at, found, "time" if tag == "time" or get("title") else "date")
    if tag == "a":
        _read_link(element, at, found)
    elif tag in _HEADINGS:
        _read_heading(element, words.lower(), at, found)
    if words and tag not in {"body", "html", "main", "article"}:
        bits = _meaning(words)
        if bits & _BY and not bits & _NOT_BY:
            _add(element, "byline", at, found)
        if bits & _DAY and not bits & _NOT_DAY and tag != "time":
            _add_date(element, at, found, "date")
    if found.headline_at >= 0 and at - found.headline_at <= _WINDOW and tag in _SHORT_TEXT and not len(element) > 6:
        text = element.text
        if (text and len(text) <= _LONGEST and not text.isspace()) or (len(element) and element[0].tag == "a"):
            _add(element, "text", at, found)


def _read_itemprop(element: Any, itemprop: str, at: int, found: _Found) -> None:
    for name in itemprop.lower().split():
        if name in {"author", "creator"}:
            _add(element, "microdata", at, found, name)
        elif name in {"datepublished", "datemodified", "datecreated"}:
            stated = element.get("content") or element.get("datetime") or element.get("title")
            text = normalize_line((stated or text_within(element, _LONGEST))[:_LONGEST])
            _append(found, element, Mark("date", text, at, name=name))
        elif name == "headline":
            text = normalize_line((element.get("content") or "")[:MAX_VALUE]) or heading_text(element)
            _append(found, element, Mark("headline", text, at, name=name))


def _read_link(element: Any, at: int, found: _Found) -> None:
    relation = (element.get("rel") or "").lower()
    path = element.get("href") or ""
    own = "author" in relation.split()
    if (own or (len(path) <= 500 and _AUTHOR_PATH.search(path.lower()))) and not _OTHER_HAND.search(_before(element)):
        _add(element, "link", at, found, "rel" if own else "")


def _before(element: Any) -> str:
    """The text that stands before a link, in its own line."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is None:
        text = (parent.text or "") if parent is not None else ""
        above = parent.getprevious() if parent is not None and not text.strip() else None
        return text + (text_within(above, 40)[:40] if above is not None else "")
    return text_within(previous, 40)[:40] + (previous.tail or "")[-40:]


def _read_heading(element: Any, words: str, at: int, found: _Found) -> None:
    first = element.tag == "h1"
    if (not first and found.headline_at >= 0) or len(found.headings) >= _MOST_HEADINGS:
        return
    parent = element.getparent()
    around = words + " " + ((parent.get("class") or "") if parent is not None else "").lower()
    text = heading_text(element)
    doubtful = _LOGO.search(around) is not None or _zones(element, found)[0]
    if not text or (doubtful and not first):
        return
    found.headings.append(Mark("headline", text, at, doubtful, element.tag))
    if not doubtful and (first or found.headline_at < 0):
        found.headline_at = at


def heading_text(element: Any) -> str:
    """A heading's text on one line, without the kicker that stands in an element of its own."""
    if not len(element):
        return text_within(element, MAX_VALUE)
    pieces = [element.text or ""]
    for child in element:
        words = f"{child.get('class') or ''} {child.get('id') or ''}".lower() if isinstance(child.tag, str) else ""
        if isinstance(child.tag, str) and not _KICKER.search(words):
            pieces.append(text_within(child, MAX_VALUE))
        pieces.append(child.tail or "")
    without = normalize_line(" ".join(pieces)[:MAX_VALUE]).strip(" :|–—-")
    return without if len(without.split()) >= 2 else text_within(element, MAX_VALUE)


def _add(element: Any, kind: MarkKind, at: int, found: _Found, name: str = "") -> None:
    content = element.get("content")
    text = normalize_line(content[:_LONGEST]) if content else _pieces(element)
    if text and len(text) <= _LONGEST:
        _append(found, element, Mark(kind, text, at, name=name))


def _add_date(element: Any, at: int, found: _Found, kind: MarkKind) -> None:
    stated = (
        element.get("datetime") or element.get("content") or (element.get("title") if element.tag == "abbr" else None)
    )
    text = normalize_line(stated[:_LONGEST]) if stated else _pieces(element)
    if text and any(map(str.isdecimal, text)):
        around = [element.get("itemprop") or "", element.get("class") or ""]
        if kind == "time":
            around += [_before(element), text_within(element, 60)]
        _append(found, element, Mark(kind, text[:_LONGEST], at, name=" ".join(around).lower()[:200]))


def _append(found: _Found, element: Any, mark: Mark) -> None:
    foreign, about = _zones(element, found)
    if not foreign or (
        mark.name in {"datepublished", "datemodified", "author"} and mark.text and not _in_comment(element)
    ):
        found.marks.append(Mark(mark.kind, mark.text, mark.at, about, mark.name))


def _in_comment(element: Any) -> bool:
    for _, ancestor in zip(range(_MOST_ANCESTORS), element.iterancestors(), strict=False):
        words = f"{ancestor.get('class') or ''} {ancestor.get('id') or ''} {ancestor.get('itemtype') or ''}".lower()
        if re.search(r"comment|related|recommend|teaser|sidebar|event|disqus", words):
            return True
    return False


def _zones(element: Any, found: _Found) -> tuple[bool, bool]:
    """Whether an element stands among things that are not this article, and whether in a box about the author."""
    foreign = about = False
    node = element
    for _ in range(_MOST_ANCESTORS):
        if node is None or node.tag in {"body", "html"}:
            break
        known = found.zones.get(node)
        if known is None:
            bits = _meaning(f"{node.get('class') or ''} {node.get('id') or ''}")
            known = (bool(bits & _ELSE), bool(bits & _ABOUT_AUTHOR))
            if node.tag in _FOREIGN_TAGS:
                known = (True, known[1])
            if "event" in (node.get("itemtype") or "").lower():
                known = (True, known[1])
            found.zones[node] = known
        foreign, about = foreign or known[0], about or known[1]
        node = node.getparent()
    return foreign, about


def _pieces(element: Any) -> str:
    """The element's text, one line per piece of markup, so that a name and the role behind it stay apart."""
    pieces: list[str] = []
    length = 0
    for piece in element.itertext():
        if line := " ".join(piece[:_LONGEST].split()):
            pieces.append(line)
            length += len(line) + 1
            if length > _LONGEST:
                return ""
    if pieces and all(" " not in each for each in pieces) and len(pieces) <= 3:
        return normalize_line(" ".join(pieces))
    lines: list[str] = []
    joined = False
    for piece in map(normalize_line, pieces):
        joins = _JOINING.fullmatch(piece) is not None or piece[:2] in {", ", "& "} or piece[:4].lower() == "and "
        if lines and (joined or joins):
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
        joined = joins or piece[-1:] in {",", "&"} or piece[-4:].lower() in {" and", " und"}
    return "\n".join(lines)
