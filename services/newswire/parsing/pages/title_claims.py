"""Claims of a page about its headline."""

from collections.abc import Iterator
from typing import Final

from newswire.domain.articles.facts.claim import Claim
from newswire.domain.text.normalize import normalize_line
from newswire.parsing.pages.head import Head
from newswire.parsing.pages.jsonld import NodeObject, text_of
from newswire.parsing.pages.marks import Marks
from newswire.parsing.text.plain_text import decode_references

_TAGS: Final = ("parsely-title", "sailthru.title", "dc.title", "dcterms.title", "citation_title", "cxenseparse:title")
_MOST_HEADINGS: Final = 6


def title_claims(head: Head, article: NodeObject, marks: Marks) -> tuple[Claim[str], ...]:
    """What each source says. Headings in logos and beside other articles are left out by the walk over the page."""
    return tuple(Claim(text, source, sure) for text, source, sure in _claims(head, article, marks) if text)


def _claims(head: Head, article: NodeObject, marks: Marks) -> Iterator[tuple[str, str, float]]:
    yield _line(text_of(article.get("headline"))), "json-ld", 0.8
    for mark in marks.of("headline"):
        yield _line(mark.text), "microdata", 0.7
        break
    for number, mark in enumerate(sorted(marks.headings, key=lambda mark: mark.about)[:_MOST_HEADINGS]):
        sure = max(0.2, 0.85 - 0.1 * number) if mark.name == "h1" else 0.4
        yield _line(mark.text), mark.name, sure / 2 if mark.about else sure
    yield _line(head.first("og:title")), "og", 0.75
    yield _line(head.first("twitter:title")), "twitter", 0.65
    yield _line(head.first(*_TAGS)), "meta", 0.6
    yield _line(head.title), "title", 0.6


def _line(text: str | None) -> str:
    """One line; an entity that was escaped twice is read twice."""
    return normalize_line(decode_references(text or ""))
