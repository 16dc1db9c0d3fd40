"""The order by relevance: facts that both engines state alike, and so one order on both.

The weights of engines (bm25, ts_rank) are different functions of different statistics. Here an article stands the
higher, the more of the query stands in its title, and above all where it stands there side by side; then where it
stands side by side in the text; then the newest comes first.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from newswire.domain.search.query import SearchQuery, Term
from newswire.domain.search.tokens import is_spaceless

CANDIDATES: Final = 1000
"""The newest matches, among which the order is made."""
_TITLE_PHRASE: Final = 100
_TITLE_GROUP: Final = 2
_PHRASE: Final = 1


@dataclass(frozen=True, slots=True, order=True)
class RankPlace:
    """A place in the order by relevance; the greatest stands first."""

    score: int
    position: int


def features(query: SearchQuery) -> tuple[tuple[SearchQuery, int], ...]:
    """Queries each of which, where an article matches it, adds its weight to the article's score.

    Words of the query itself stand in each of them again: so an engine need not read every article with the feature.
    """
    groups = query.groups
    found = [(tuple(replace(term, title=True) for term in group), _TITLE_GROUP) for group in groups]
    phrase = _phrase(groups)
    if phrase is not None:
        found.append(((phrase,), _PHRASE))
        found.append(((replace(phrase, title=True),), _TITLE_PHRASE))
    words = tuple(group for group in groups if not any(term.prefix or len(term.tokens) > 1 for term in group))
    return tuple((SearchQuery((*words, feature)), weight) for feature, weight in found)


def ranked(positions: Collection[int], matches: Sequence[tuple[Collection[int], int]]) -> list[RankPlace]:
    """The places of articles, the best first. ``matches`` has the positions that match each feature, and its weight."""
    scores = dict.fromkeys(positions, 0)
    for found, weight in matches:
        for position in found:
            scores[position] += weight
    return sorted((RankPlace(score, position) for position, score in scores.items()), reverse=True)


def _phrase(groups: tuple[tuple[Term, ...], ...]) -> Term | None:
    """The whole query side by side; None where it has one word, an OR, or a place where a longer run may go on."""
    terms = [group[0] for group in groups]
    if len(terms) < 2 or any(len(group) > 1 for group in groups):
        return None
    if any(term.prefix or term.title or is_spaceless(term.tokens[-1][0]) for term in terms[:-1]):
        return None
    return Term(tuple(token for term in terms for token in term.tokens), terms[-1].prefix)
