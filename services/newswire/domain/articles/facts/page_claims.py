"""All claims of one page, and the decisions over them with or without the feed's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from newswire.domain.articles.facts.authors import Authors, decide_authors
from newswire.domain.articles.facts.bylines import stated_names
from newswire.domain.articles.facts.claim import Claim, Decision
from newswire.domain.articles.facts.dates import decide_modified, decide_published
from newswire.domain.articles.facts.titles import decide_title
from newswire.events import Dated, EntryFound, Precision

_MOST_AUTHORS: Final = 20


@dataclass(frozen=True, slots=True)
class PageClaims:
    """What one page claims, by fact, each source once or a few times."""

    titles: tuple[Claim[str], ...] = ()
    authors: tuple[Claim[Authors], ...] = ()
    published: tuple[Claim[Dated], ...] = ()
    modified: tuple[Claim[Dated], ...] = ()
    sites: frozenset[str] = frozenset()
    """The folded names of the site."""


NO_CLAIMS: Final = PageClaims()


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """What an entry in a feed says of the article."""

    title: str | None
    authors: tuple[str, ...]
    published: datetime | None
    published_precision: Precision
    modified: datetime | None
    modified_precision: Precision


@dataclass(frozen=True, slots=True)
class Decided:
    """What is believed of an article, with the claims that lost."""

    title: Decision[str]
    authors: Decision[Authors]
    published: Decision[Dated]
    modified: Decision[Dated]


def decide(claims: PageClaims, now: datetime | None = None) -> Decided:
    """Weigh all claims. ``now``, where it is given, tells dates in the future."""
    published = decide_published(claims.published, claims.modified, now)
    return Decided(
        title=decide_title(claims.titles, claims.sites),
        authors=decide_authors(claims.authors),
        published=published,
        modified=decide_modified(claims.modified, published.value),
    )


def feed_facts(entry: EntryFound) -> FeedFacts:
    """The facts that an entry states."""
    return FeedFacts(
        entry.title,
        entry.authors[:_MOST_AUTHORS],
        entry.published,
        entry.published_precision,
        entry.modified,
        entry.modified_precision,
    )


def with_feed(claims: PageClaims, entry: FeedFacts) -> PageClaims:
    """The page's claims and those of its entry in the feed."""
    title = (Claim(entry.title, "feed", 0.75),) if entry.title else ()
    names = [name for author in entry.authors for name in stated_names(author, claims.sites)]
    authors = (Claim(tuple(dict.fromkeys(names)), "feed", 0.7),) if names else ()
    return PageClaims(
        titles=(*claims.titles, *title),
        authors=(*claims.authors, *authors),
        published=(*claims.published, *_dated(entry.published, entry.published_precision, 0.85)),
        modified=(*claims.modified, *_dated(entry.modified, entry.modified_precision, 0.6)),
        sites=claims.sites,
    )


def _dated(value: datetime | None, precision: Precision, confidence: float) -> Sequence[Claim[Dated]]:
    if value is None:
        return ()
    return (Claim(Dated(value=value, source="feed", precision=precision), "feed", confidence),)
