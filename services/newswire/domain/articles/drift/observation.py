"""One page of a source as the drift alarm sees it: what it lacks, how long it is, how much furniture it holds."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import log2
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from newswire.domain.text.furniture import is_label
from newswire.domain.urls.canonical import registrable_domain
from newswire.events import Article, ArticleExtracted, DeadLetter, EntryFound, article_id_of

TEXTLESS: Final = frozenset({
    "no-text", "consent-wall", "login", "needs-javascript", "redirecting", "redirected-away", "error-page",
    "robot-check", "soft-404", "listing", "video-page", "gallery",
})  # fmt: skip
"""Reasons for which a page that was fetched is no article."""
SURE: Final = 0.7
"""The confidence in a text from which it needs no other account of it that agrees."""
LENGTH_BINS: Final = 28
FURNITURE_BINS: Final = 21
_LENGTH_SCALE: Final = 2
_FURNITURE_SCALE: Final = 20
_LONGEST_SECTION: Final = 24


@dataclass(frozen=True, slots=True)
class Observation:
    """One article of a source, seen for the first time."""

    article_id: UUID
    source: str
    """The registrable domain."""
    at: datetime
    """When its page was read."""
    section: str
    """The section of the site that its address names; empty where it names none."""
    values: Mapping[str, int]
    """By signal: 1 where the page lacks the thing and 0 where it has it; of a level, its bin."""


def observed(event: ArticleExtracted | DeadLetter) -> Observation | None:
    """What an event shows of its source's pages; None where it shows nothing new.

    Each article counts once, when it is found: a re-check or a changed entry is no further article, and an import is no
    page. A page that could not be fetched says nothing of the site's pages.
    """
    if isinstance(event, DeadLetter):
        return _of_letter(event)
    if event.reason != "new":
        return None
    article = event.article
    flags = set(article.extraction.flags)
    if article.extraction.body_from == "page":
        return _observation(article.article_id, article.source, article.extracted_at, article.url, _values(article))
    if "short-page" in flags or flags & {f"page-{reason}" for reason in TEXTLESS}:
        return _observation(article.article_id, article.source, article.extracted_at, article.url, {"text": 1})
    return None


def words_in(length_bin: int) -> int:
    """The words of a text whose length falls into this bin: half an octave each."""
    return round(2 ** (length_bin / _LENGTH_SCALE))


def density_in(furniture_bin: int) -> float:
    """The share of a text's words in lines like furniture that falls into this bin: finer where it is small."""
    return (furniture_bin / _FURNITURE_SCALE) ** 2


def section_of(url: str) -> str:
    """The first folder of the address where it is a word: a site's kinds of pages mostly have folders of their own."""
    first, slash, rest = urlsplit(url).path.lstrip("/").partition("/")
    named = slash and rest and len(first) <= _LONGEST_SECTION and not any(map(str.isdigit, first))
    return first.casefold() if named else ""


def _of_letter(letter: DeadLetter) -> Observation | None:
    if letter.stage != "extract" or letter.reason not in TEXTLESS or letter.url is None:
        return None
    try:
        entry = EntryFound.model_validate_json(base64.b64decode(letter.value_base64))
        source = registrable_domain(entry.url)
    except ValueError:
        return None
    if entry.reason != "new":
        return None
    return _observation(article_id_of(entry.url), source, letter.failed_at, entry.url, {"text": 1})


def _observation(article_id: UUID, source: str, at: datetime, url: str, values: Mapping[str, int]) -> Observation:
    return Observation(article_id, source, at, section_of(url), values)


def _values(article: Article) -> dict[str, int]:
    facts, extraction = article.facts, article.extraction
    dated_by = facts.published.source if facts and facts.published else None
    signed_by = facts.authors.source if facts and facts.authors else None
    lines = article.text.split("\n")
    labels = sum(len(line) for line in lines if is_label(line))
    density = labels / max(1, len(article.text))
    return {
        "text": 0,
        "date": int(article.published is None or dated_by == "feed"),
        "author": int(not article.authors or signed_by == "feed"),
        "agreement": int(not extraction.agreed and (extraction.confidence or 0.0) < SURE),
        "length": min(LENGTH_BINS - 1, round(_LENGTH_SCALE * log2(max(1, article.word_count)))),
        "furniture": min(FURNITURE_BINS - 1, round(_FURNITURE_SCALE * density**0.5)),
    }
