"""What a page says of itself in its markup, gathered in one pass: meta tags, links, JSON-LD, headings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from newswire.domain.text.normalize import normalize_line
from newswire.parsing.pages.jsonld import LinkedData, read
from newswire.parsing.text.addresses import absolute
from newswire.parsing.text.time_zones import NO_HINTS, ZoneHints, hints_of

_NAMES: Final = ("property", "name", "itemprop", "http-equiv")
_RELATIONS: Final = frozenset({"canonical", "license"})
_MOST_HEADINGS: Final = 50
"""Headings that are kept: each one is compared with each block of the page."""
MAX_VALUE: Final = 10_000
"""Characters of one meta tag, title or heading that are read."""


@dataclass(frozen=True, slots=True)
class Head:
    """A page's statements about itself, by lower-case key, in document order."""

    url: str
    """The address that relative links are resolved against."""
    meta: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Absolute targets of link and a elements by their ``rel``: ``canonical`` and ``license``."""
    data: LinkedData = field(default_factory=LinkedData)
    title: str | None = None
    headings: tuple[str, ...] = ()
    """The texts of the first h1 elements that have one."""
    lang: str | None = None
    hints: ZoneHints = NO_HINTS
    """Where the page comes from, for dates that are written differently elsewhere."""

    def first(self, *keys: str) -> str | None:
        """The first value of the first key that has one."""
        return next((values[0] for key in keys if (values := self.meta.get(key))), None)

    def every(self, *keys: str) -> tuple[str, ...]:
        """All values of all keys."""
        return tuple(value for key in keys for value in self.meta.get(key, ()))

    def absolute(self, url: str | None) -> str | None:
        """An http(s) address resolved against the page's, or None when it is none."""
        return absolute(url, self.url)


def read_head(tree: Any, url: str) -> Head:
    """Gather from a parsed page. ``tree`` is an lxml.html root element and is left as it is."""
    base = tree.find(".//base[@href]")
    head = Head(url)
    if base is not None and (target := head.absolute(base.get("href"))):
        head = Head(target)
    lang = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang")
    return Head(
        url=head.url,
        meta=_meta(tree),
        links=_links(tree, head),
        data=read(script.text or "" for script in tree.iter("script") if _is_linked_data(script)),
        title=_text(next(tree.iter("title"), None)),
        headings=tuple(islice(filter(None, map(_text, tree.iter("h1"))), _MOST_HEADINGS)),
        lang=lang,
        hints=hints_of(url, lang),
    )


def _is_linked_data(script: Any) -> bool:
    return str(script.get("type", "")).split(";")[0].strip().casefold() == "application/ld+json"


def _meta(tree: Any) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        value = normalize_line((element.get("content") or "")[:MAX_VALUE])
        if not value:
            continue
        for key in {str(element.get(name, "")).strip().casefold() for name in _NAMES} - {""}:
            found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def _links(tree: Any, head: Head) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("link", "a"):
        relation = element.get("rel")
        wanted = _RELATIONS.intersection(relation.casefold().split()) if relation else None
        if wanted and (target := head.absolute(element.get("href"))):
            for word in wanted:
                found.setdefault(word, []).append(target)
    return {key: tuple(values) for key, values in found.items()}


def text_within(element: Any, most: int) -> str:
    """The beginning of an element's text on one line, up to the piece that reaches ``most`` characters.

    An element may stand in hundreds of its own kind: to read all of the text of each would read the page as often.
    """
    pieces: list[str] = []
    length = 0
    for piece in element.itertext():
        pieces.append(" ".join(piece[:MAX_VALUE].split()))
        length += len(pieces[-1]) + 1
        if length > most:
            break
    return normalize_line(" ".join(pieces))


def _text(element: Any) -> str | None:
    return None if element is None else text_within(element, MAX_VALUE) or None
