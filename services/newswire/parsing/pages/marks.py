"""What the page's visible part marks up: bylines, dates, headings. One walk over the tree, no search within it."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from newswire.domain.articles.facts.bylines import has_prefix
from newswire.domain.text.normalize import normalize_line
from newswire.parsing.pages import mark_words as words_
from newswire.parsing.pages.head import MAX_VALUE, text_within
from newswire.parsing.pages.headline_place import around_headline, is_headline
from newswire.parsing.pages.mark_texts import LONGEST, heading_text, label_before, lines_of, text_before
from newswire.parsing.pages.mark_words import marked, spoiled
from newswire.parsing.pages.mark_zones import MAX_NAMES, Zones
from newswire.parsing.pages.visible_lines import LINES, PLAIN, lines_at

MarkKind = Literal["microdata", "link", "byline", "text", "date", "time", "headline"]

_MOST_MARKS: Final = 300
_MOST_HEADINGS: Final = 12
_MOST_ELEMENTS: Final = 60_000
_WINDOW: Final = 60
_BEFORE: Final = 6
"""Elements behind the headline, and before it, in which an unmarked line may be the byline."""
_SUREST: Final = 3
"""The rank of a heading of the first order that says what the page's title says."""
_MOST_PROPERTIES: Final = 6
_LONGEST_PATH: Final = 500
_HEADINGS: Final = frozenset({"h1", "h2"})
_DATES: Final = frozenset({"time", "abbr"})
_TAGS: Final = (*PLAIN, *_HEADINGS, *_DATES, "a", "meta", "section", "header", "aside", "ul", "dl", "dt")
_OWN_ITEMS: Final = frozenset({"datepublished", "datemodified", "author"})


@dataclass(frozen=True, slots=True)
class Mark:
    """One marked-up place of the page."""

    kind: MarkKind
    text: str
    """The visible text, one line per piece of markup, or the machine's form of a date."""
    at: int
    """Its number among the elements, in document order."""
    about: bool = False
    """Whether it stands in a box about the author; of a heading, whether it is a logo's or another article's."""
    name: str = ""
    """The ``itemprop`` or the tag; of a date also its class and what stands before it.

    ``rel`` and ``card`` say that the page marks up the text as the author's name.
    """


@dataclass(frozen=True, slots=True)
class Marks:
    """All places of a page that are marked up as a fact."""

    marks: tuple[Mark, ...] = ()
    headings: tuple[Mark, ...] = ()
    """The h1 elements, and h2 elements before any h1, without kickers."""
    headline_at: int = 0

    def of(self, *kinds: MarkKind) -> Iterator[Mark]:
        """The marks of these kinds, in document order."""
        return (mark for mark in self.marks if mark.kind in kinds)


@dataclass(slots=True)
class _Walk:
    language: str | None
    marks: list[Mark] = field(default_factory=list)
    headings: list[Mark] = field(default_factory=list)
    titles: Sequence[str] = ()
    headline_at: int = -1
    headline_rank: int = -1
    lines: deque[tuple[Any, int]] = field(default_factory=lambda: deque(maxlen=_BEFORE))
    """The last elements that may be a line."""
    before_headline: tuple[tuple[Any, int], ...] = ()
    zones: Zones = field(default_factory=Zones)

    def is_wanted(self, line: str) -> bool:
        """Whether a line has a figure, or begins as bylines do in the page's language."""
        return any(map(str.isdecimal, line)) or has_prefix(f"{line} -", self.language)


def read_marks(tree: Any, language: str | None = None, titles: Sequence[str] = ()) -> Marks:
    """Walk once over the body of a page. ``tree`` is an lxml.html root element and is left as it is.

    ``language`` (ISO 639-1) says how bylines begin. ``titles`` are the titles that the page states in its head.

    The time is linear in the number of elements; only the first 60,000 are looked at, and 300 marks are kept.
    """
    found = _Walk(language, titles=titles)
    body = tree.find(".//body")
    root = tree if body is None else body
    found.zones.clear(around_headline(root, titles))
    for at, element in enumerate(root.iter(*_TAGS)):
        if at >= _MOST_ELEMENTS or len(found.marks) >= _MOST_MARKS:
            break
        _read(element, at, found)
    for element, at in found.before_headline:
        _read_lines(element, at, found)
    return Marks(tuple(found.marks), tuple(found.headings), max(0, found.headline_at))


def _read(element: Any, at: int, found: _Walk) -> None:
    tag: str = element.tag
    words = ""
    keys = element.keys()  # to ask for an attribute that is not there takes as long as this
    if keys:
        get = element.get
        words = get("class") if "class" in keys else ""
        if extra := ("id" in keys and get("id")) or ("data-testid" in keys and get("data-testid")):
            words = f"{words} {extra}"
        if "itemprop" in keys:
            _read_itemprop(element, get("itemprop"), at, found)
    if tag == "a" and keys:
        _read_link(element, keys, at, found)
    elif tag in _HEADINGS:
        _read_heading(element, words.lower(), at, found)
    elif tag in _DATES:
        _add_date(element, at, found, "time" if tag == "time" or element.get("title") else "date")
    if words and (bits := marked(words)):
        _read_words(element, words, bits, at, found)
    if tag in LINES and (found.headline_rank < _SUREST or at - found.headline_at <= _WINDOW):
        _read_near(element, at, found)


def _read_words(element: Any, words: str, bits: int, at: int, found: _Walk) -> None:
    bits |= spoiled(words)
    if bits & words_.BYLINE and not bits & words_.NO_BYLINE:
        _add(element, "byline", at, found, "card" if words_.CARD.search(words) else "")
    if bits & words_.DATE and not bits & words_.NO_DATE and element.tag != "time":
        _add_date(element, at, found, "date")


def _read_near(element: Any, at: int, found: _Walk) -> None:
    """The lines behind the headline are read; those before it when it is found."""
    if found.headline_at >= 0 and at - found.headline_at <= _WINDOW:
        _read_lines(element, at, found)
    found.lines.append((element, at))


def _read_lines(element: Any, at: int, found: _Walk) -> None:
    """Unmarked lines near the headline that begin as bylines do, or have a figure."""
    for line, label in lines_at(element, found.is_wanted):
        numbered = any(map(str.isdecimal, line))
        if line and (numbered or not words_.OTHER_LABEL.fullmatch(label)):
            _append(found, element, Mark("text", line[:LONGEST], at, name=label if numbered else ""))


def _read_itemprop(element: Any, itemprop: str, at: int, found: _Walk) -> None:
    for name in itemprop.lower().split()[:_MOST_PROPERTIES]:
        if name in {"author", "creator"}:
            _add(element, "microdata", at, found, name)
        elif name in {"datepublished", "datemodified", "datecreated"}:
            stated = element.get("content") or element.get("datetime") or element.get("title")
            text = normalize_line((stated or text_within(element, LONGEST))[:LONGEST])
            _append(found, element, Mark("date", text, at, name=name))
        elif name == "headline":
            text = normalize_line((element.get("content") or "")[:MAX_VALUE]) or heading_text(element)
            _append(found, element, Mark("headline", text, at, name=name))


def _read_link(element: Any, keys: Sequence[str], at: int, found: _Walk) -> None:
    path = element.get("href")[:_LONGEST_PATH].lower() if "href" in keys else ""
    of_author = "/" in path and words_.AUTHOR_PATH.search(path) is not None
    relations = element.get("rel").lower().split() if "rel" in keys else ()
    own = "author" in relations or (of_author and _ends_with_text(path, element))
    if (own or of_author) and not words_.OTHER_HAND.search(text_before(element)):
        _add(element, "link", at, found, "rel" if own else "")


def _ends_with_text(path: str, element: Any) -> bool:
    """Whether the address names whom the link names: ``/author/ana`` under "Ana"."""
    words = text_within(element, LONGEST).casefold().split()
    return "-".join(words) == path.partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]


def _read_heading(element: Any, words: str, at: int, found: _Walk) -> None:
    first = element.tag == "h1"
    if (not first and found.headline_at >= 0) or len(found.headings) >= _MOST_HEADINGS:
        return
    text = heading_text(element)
    if not text:
        return
    parent = element.getparent()
    around = f"{words[:MAX_NAMES]} {found.zones.names(parent)[0]}" if parent is not None else words
    if first and words_.BREADCRUMB.search(f"{around} {' '.join(element.attrib)}"):
        found.headings.append(Mark("headline", text, at, name="breadcrumb"))
        return
    doubtful = words_.LOGO.search(around) is not None or bool(found.zones.of(element) & words_.FOREIGN)
    if doubtful and not first:
        return
    found.headings.append(Mark("headline", text, at, doubtful, element.tag))
    own = is_headline(text, found.titles)
    rank = 2 * own + first
    if not doubtful and (rank > found.headline_rank or (first and rank == found.headline_rank and not own)):
        found.headline_at, found.headline_rank, found.before_headline = at, rank, tuple(found.lines)


def _add(element: Any, kind: MarkKind, at: int, found: _Walk, name: str = "") -> None:
    content = element.get("content")
    text = normalize_line(content[:LONGEST]) if content else lines_of(element)
    if not text and kind == "byline" and found.zones.of(element) & words_.ABOUT:
        text = lines_of(element, beginning=True)
    if text and len(text) <= LONGEST:
        _append(found, element, Mark(kind, text, at, name=name))


def _add_date(element: Any, at: int, found: _Walk, kind: MarkKind) -> None:
    stated = element.get("datetime") or element.get("content")
    if not stated and element.tag == "abbr":
        stated = element.get("title")
    text = normalize_line(stated[:LONGEST]) if stated else lines_of(element)
    if text and any(map(str.isdecimal, text)):
        around = [element.get("itemprop") or "", (element.get("class") or "")[:LONGEST]]
        around.append(label_before(element))
        if kind == "time":
            around.append(text_within(element, 60))
        _append(found, element, Mark(kind, text[:LONGEST], at, name=" ".join(around).lower()[:LONGEST]))


def _append(found: _Walk, element: Any, mark: Mark) -> None:
    zones = found.zones.of(element)
    if not zones & words_.FOREIGN or (mark.name in _OWN_ITEMS and mark.text and not found.zones.is_of_other(element)):
        about = bool(zones & words_.ABOUT)
        found.marks.append(Mark(mark.kind, mark.text, mark.at, about, mark.name))
