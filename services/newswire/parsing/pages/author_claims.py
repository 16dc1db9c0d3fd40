"""Claims of a page about its authors, one for each source that names any."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from newswire.domain.articles.facts.authors import Authors
from newswire.domain.articles.facts.bylines import MOST_NAMES, stated_names
from newswire.domain.articles.facts.claim import Claim
from newswire.domain.articles.facts.folding import folded
from newswire.domain.articles.facts.names import Name, is_desk
from newswire.parsing.pages.author_marks import about_boxes, marked, prefixed_lines
from newswire.parsing.pages.author_scripts import scripted, signed
from newswire.parsing.pages.head import Head
from newswire.parsing.pages.jsonld import NodeObject, as_list, text_of, types_of
from newswire.parsing.pages.marks import Marks
from newswire.parsing.pages.seen_authors import with_unseen_doubted
from newswire.parsing.pages.site_names import site_names
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
_MOST_STATED: Final = 100
_SURE: Final = 0.5
"""Where a claim of more confidence names a person, the scripts are not read."""


def author_claims(head: Head, article: NodeObject, marks: Marks, tree: Any) -> tuple[Claim[Authors], ...]:
    """What each source of the page says; sources that name nobody are left out."""
    sites = site_names(head, article)
    language = language_code(head.lang)
    read: tuple[tuple[str, float, Iterable[Name]], ...] = (
        ("json-ld", 0.9, _linked(head, article, sites)),
        ("meta", 0.8, _own(_tagged(head, sites), sites)),
        ("microdata", 0.7, marked(marks, "microdata", sites, language)),
        ("link", 0.65, marked(marks, "link", sites, language)),
        ("byline", 0.6, marked(marks, "byline", sites, language)),
        ("text", 0.66, prefixed_lines(marks, sites, language)),
        ("about-box", 0.3, about_boxes(marks, sites, language)),
    )
    found = ((source, sure, _first(names)) for source, sure, names in read)
    claims = tuple(Claim(names, source, sure) for source, sure, names in found if names)
    if any(name.kind in {"person", "agency"} for claim in claims if claim.confidence > _SURE for name in claim.value):
        return with_unseen_doubted(claims, tree)
    signature = _first(signed(tree, sites)) if language == "ko" else ()
    last = (Claim(signature, "text", 0.5), Claim(_first(scripted(tree, sites)), "script", 0.5))
    return (*claims, *(claim for claim in last if claim.value))


def _first(names: Iterable[Name]) -> Authors:
    """Each name once, the first dozen."""
    return tuple(dict.fromkeys(islice(names, _MOST_STATED)))[:MOST_NAMES]


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
