"""What a search asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from newswire.domain.search.days import tokens_between
from newswire.domain.search.document import CHANGED, PUBLISHED, facet
from newswire.domain.wire.filters import NO_FILTER, WireFilter
from newswire.domain.wire.refusals import Impossible

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or several side by side."""

    tokens: tuple[str, ...]
    prefix: bool = False
    """Whether the last token stands for all that begin with it."""
    title: bool = False
    """Whether it must stand in the title."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Every group must be there, by one of its terms; no term of ``without`` may be; the filter must pass."""

    groups: tuple[tuple[Term, ...], ...]
    without: tuple[Term, ...] = ()
    wanted: WireFilter = NO_FILTER


def facet_groups(wanted: WireFilter) -> Iterator[tuple[str, ...]]:
    """The conditions of a filter that are facts of the index; of each group one must hold. The times are not here."""
    for name, values in (
        ("k", wanted.kinds),
        ("s", wanted.sources),
        ("l", wanted.languages),
        ("f", wanted.feeds),
    ):
        if values:
            yield tuple(facet(name, value) for value in sorted(map(str, values)))
    if wanted.duplicates != "all":
        yield (facet("k", "published"),)


def day_groups(wanted: WireFilter) -> Iterator[tuple[str, ...]]:
    """The conditions of a filter on times, as days of the index; of each group one must hold."""
    for name, after, before in (
        (PUBLISHED, wanted.published_after, wanted.published_before),
        (CHANGED, wanted.changed_after, wanted.changed_before),
    ):
        if after is not None or before is not None:
            yield tokens_between(name, after, before)


def has_times(wanted: WireFilter) -> bool:
    """Whether the filter has conditions on times."""
    moments = (wanted.published_after, wanted.published_before, wanted.changed_after, wanted.changed_before)
    return any(moment is not None for moment in moments)


def has_phrases(query: SearchQuery) -> bool:
    """Whether a term has several words, which must stand side by side."""
    return any(len(term.tokens) > 1 for group in (*query.groups, query.without) for term in group)


def has_prefixes(query: SearchQuery) -> bool:
    """Whether a term stands for every word that begins with it."""
    return any(term.prefix for group in (*query.groups, query.without) for term in group)


def narrowed(one: WireFilter, other: WireFilter) -> WireFilter:
    """The filter that takes what both take. Raises `Impossible` where a condition of both has no value in common."""
    return WireFilter(
        kinds=_both("kind", one.kinds, other.kinds),
        sources=_both("source", one.sources, other.sources),
        feeds=_both("feed", one.feeds, other.feeds),
        languages=_both("lang", one.languages, other.languages),
        published_after=max(_given(one.published_after, other.published_after), default=None),
        published_before=min(_given(one.published_before, other.published_before), default=None),
        changed_after=max(_given(one.changed_after, other.changed_after), default=None),
        changed_before=min(_given(one.changed_before, other.changed_before), default=None),
        duplicates="all" if one.duplicates == other.duplicates == "all" else "none",
    )


def _both(field: str, one: frozenset[_T], other: frozenset[_T]) -> frozenset[_T]:
    if not one or not other:
        return one or other
    if one.isdisjoint(other):
        raise Impossible("q", f"{field}: in the query and the parameter have no value in common: leave one of them out")
    return one & other


def _given(*moments: datetime | None) -> list[datetime]:
    return [moment for moment in moments if moment is not None]
