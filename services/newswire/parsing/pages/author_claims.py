"""Claims of a page about its authors, one for each source that names any."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from newswire.domain.articles.facts.authors import Authors
from newswire.domain.articles.facts.bylines import MOST_NAMES, byline_names, has_prefix, stated_names
from newswire.domain.articles.facts.claim import Claim
from newswire.domain.articles.facts.folding import folded
from newswire.domain.articles.facts.name_words import BESIDE_NAMES
from newswire.domain.articles.facts.names import Name, is_desk
from newswire.parsing.pages.head import Head
from newswire.parsing.pages.jsonld import NodeObject, as_list, text_of, types_of
from newswire.parsing.pages.marks import Mark, Marks
from newswire.parsing.text.language import language_code

_TAGS: Final = (
    "author", "article:author", "og:author", "og:article:author", "parsely-author", "sailthru.author", "byl",
    "dc.creator", "dcterms.creator", "dc.contributor", "cxenseparse:author", "article_author", "articleauthor",
)  # fmt: skip
_WRITTEN_BY: Final = frozenset((
    "written by", "geschrieben von", "verfasst von", "von", "escrito por", "écrit par", "scritto da", "author",
    "posted by", "by", "geschreven door", "skrevet av", "skriven av", "autor", "napisane przez", "автор", "écrit par :",
    "作者", "投稿者", "執筆者", "ditulis oleh", "yazan", "kirjoittanut",
))  # fmt: skip
_SCRIPTED: Final = re.compile(
    r"""uthors?(?:_?[nN]ames?)?["']?\s{0,3}[:=]\s{0,3}(?:"([^"\\<>{}\n]{3,80})"|'([^'\\<>{}\n]{3,80})')"""
)
_MOST_STATED: Final = 100
_MOST_SITES: Final = 20
"""Names of one site. Every part of every title is compared with each."""
_MOST_SCRIPTED: Final = 1_000
"""Statements in the scripts of a page that are read."""
_FEWEST_WORDS, _MOST_WORDS = 2, 4
"""Words of a person's name in a line that is not marked up as one."""
_LONGEST_SIGNATURE: Final = 50
_LONGEST_SCRIPT: Final = 200_000
_NEAR: Final = 150
"""Elements from the headline within which a byline is the article's own."""
_TOGETHER: Final = 14
"""Elements between two bylines of one article."""
_NAMED: Final = frozenset({"rel", "card"})
"""Marks whose text is a name, of one word too."""
_MOST_MARKED: Final = 4
"""More people than that are the readers who comment, or the authors of other articles."""
_SURE: Final = 0.5
"""Where a claim of more confidence names a person, the scripts are not read."""


def author_claims(head: Head, article: NodeObject, marks: Marks, tree: Any) -> tuple[Claim[Authors], ...]:
    """What each source of the page says; sources that name nobody are left out."""
    sites = site_names(head, article)
    language = language_code(head.lang)
    read: tuple[tuple[str, float, Iterable[Name]], ...] = (
        ("json-ld", 0.9, _linked(head, article, sites)),
        ("meta", 0.8, _own(_tagged(head, sites), sites)),
        ("microdata", 0.7, _marked(marks, "microdata", sites, language)),
        ("link", 0.65, _marked(marks, "link", sites, language)),
        ("byline", 0.6, _marked(marks, "byline", sites, language)),
        ("text", 0.66, _lines(marks, sites, language)),
        ("about-box", 0.3, _about(marks, sites, language)),
    )
    found = ((source, sure, _first(names)) for source, sure, names in read)
    claims = tuple(Claim(names, source, sure) for source, sure, names in found if names)
    if any(name.kind in {"person", "agency"} for claim in claims if claim.confidence > _SURE for name in claim.value):
        return claims
    scripted = _first(_scripted(tree, sites))
    signed = _first(_signed(tree, sites)) if language == "ko" else ()
    last = (Claim(signed, "text", 0.5), Claim(scripted, "script", 0.5))
    return (*claims, *(claim for claim in last if claim.value))


def _first(names: Iterable[Name]) -> Authors:
    """Each name once, the first dozen."""
    return tuple(dict.fromkeys(islice(names, _MOST_STATED)))[:MOST_NAMES]


def site_names(head: Head, article: NodeObject) -> frozenset[str]:
    """The folded names of the site and its publisher."""
    stated = (text_of(head.data.resolve(node.get("publisher"))) for node in (article, head.data.page()))
    tagged = head.every("og:site_name", "application-name", "publisher", "apple-mobile-web-app-title")
    names = (*(name for name in stated if name), *tagged[:_MOST_SITES])
    return frozenset(filter(None, map(folded, names)))


def _linked(head: Head, article: NodeObject, sites: frozenset[str]) -> Iterator[Name]:
    values = as_list(article.get("author")) or as_list(article.get("creator"))
    waiting = list(reversed(values[:_MOST_STATED]))
    for _ in range(_MOST_STATED):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value[:_MOST_STATED]))
            continue
        node = head.data.resolve(value)
        if not isinstance(node, dict):
            if text := text_of(node):
                yield from stated_names(text, sites)
            continue
        types = types_of(node)
        organisation = "person" not in types and any("organization" in kind or kind == "corporation" for kind in types)
        for text in _names_of_node(node):
            yield from stated_names(text, sites, organisation=organisation, person="person" in types)


def _names_of_node(node: NodeObject) -> Iterator[str]:
    stated = [text for each in as_list(node.get("name"))[:_MOST_STATED] if (text := text_of(each))]
    if stated:
        yield from stated
        return
    parts = [text for key in ("givenName", "additionalName", "familyName") if (text := text_of(node.get(key)))]
    if parts:
        yield " ".join(parts)


def _tagged(head: Head, sites: frozenset[str]) -> Iterator[Name]:
    for number in "12":
        if (head.first(f"twitter:label{number}") or "").casefold() in _WRITTEN_BY:
            for text in head.every(f"twitter:data{number}"):
                yield from stated_names(text, sites)
    for key in _TAGS:
        for text in head.every(key):
            yield from stated_names(text, sites)
    for text in head.every("citation_author"):
        last, comma, first = text.partition(",")
        yield from stated_names(f"{first.strip()} {last.strip()}" if comma and "," not in first else text, sites)


def _own(names: Iterable[Name], sites: frozenset[str]) -> Iterator[Name]:
    """Without companies other than the site's own: the agency that built the site fills in its own name."""
    return (name for name in names if name.kind != "organisation" or folded(name.text) in sites or is_desk(name.text))


def _near(marks: Marks, kind: str) -> list[Mark]:
    """The first marks of one kind that stand together: within reach of the headline, else the first ones."""
    own = [mark for mark in marks.marks if mark.kind == kind and not mark.about]
    behind = [mark for mark in own if -_NEAR // 3 <= mark.at - marks.headline_at <= _NEAR]
    behind = [mark for mark in behind if mark.at > marks.headline_at] or behind
    if kind == "microdata":
        behind = behind or own
    group: list[Mark] = []
    for mark in behind:
        if group and mark.at - group[-1].at > _TOGETHER:
            break
        group.append(mark)
    return group


def _marked(marks: Marks, kind: str, sites: frozenset[str], language: str | None) -> Iterator[Name]:
    group = _near(marks, kind)
    if len({mark.text for mark in group}) > _MOST_MARKED:
        return
    for mark in group:
        if kind == "microdata":
            yield from _first_line(mark, language, sites)
            continue
        names = _first_line(mark, language, sites)
        if mark.name not in _NAMED or len(names) > 1:
            names = tuple(name for name in names if _reads_like_a_name(name, sites))
        yield from names
        if names and kind == "byline":
            return


def _first_line(mark: Mark, language: str | None, sites: frozenset[str]) -> tuple[Name, ...]:
    """The names in the first line of a mark that has any: lines behind it are roles, dates and biographies."""
    lines = mark.text.split("\n")
    return next((names for line in lines if (names := byline_names(line, language, sites))), ())


def _lines(marks: Marks, sites: frozenset[str], language: str | None) -> Iterator[Name]:
    """Unmarked lines behind the headline that begin as bylines do."""
    for mark in marks.of("text"):
        first = mark.text.partition("\n")[0]
        if has_prefix(first, language):
            names = [name for name in byline_names(first, language, sites) if _reads_like_a_name(name, sites)]
            if names:
                yield from names
                return


def _about(marks: Marks, sites: frozenset[str], language: str | None) -> Iterator[Name]:
    for mark in marks.of("byline", "link"):
        if mark.about:
            names = [name for name in _first_line(mark, language, sites) if _reads_like_a_name(name, sites)]
            if names:
                yield from names
                return


def _reads_like_a_name(name: Name, sites: frozenset[str]) -> bool:
    if name.kind == "agency":
        return True
    if name.kind != "person":
        return folded(name.text) in sites or is_desk(name.text)
    words = name.text.split()
    counted = [word for word in words if word.strip(".").lower() not in BESIDE_NAMES]
    return not name.text.isascii() or (
        len(words) >= _FEWEST_WORDS
        and len(counted) <= _MOST_WORDS
        and not all(word.isupper() and len(word) <= 3 for word in words)
    )


def _signed(tree: Any, sites: frozenset[str]) -> Iterator[Name]:
    """The reporter who signs below a Korean text: ``김하늘 기자``."""
    for element in tree.iter("p", "div", "span"):
        text = (element.text or "").strip()
        if len(text) <= _LONGEST_SIGNATURE and "기자" in text:
            names = byline_names(text, "ko", sites)
            if names and all(name.kind == "person" for name in names):
                yield from names
                return


def _scripted(tree: Any, sites: frozenset[str]) -> Iterator[Name]:
    """The author that the page's own scripts give to its statistics; only where all of them say the same."""
    found: dict[str, tuple[Name, ...]] = {}
    for text in islice(_in_scripts(tree), _MOST_SCRIPTED):
        names = tuple(name for name in stated_names(text, sites) if _reads_like_a_name(name, sites))
        if names:
            found.setdefault(folded(text), names)
        if len(found) > 1:
            return
    for names in found.values():
        yield from names


def _in_scripts(tree: Any) -> Iterator[str]:
    """What the scripts assign to a name such as ``author``."""
    for script in tree.iter("script"):
        text = script.text or ""
        if len(text) <= _LONGEST_SCRIPT and "uthor" in text and "ld+json" not in (script.get("type") or ""):
            yield from (match[1] or match[2] for match in _SCRIPTED.finditer(text))
