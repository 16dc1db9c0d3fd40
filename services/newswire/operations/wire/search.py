"""Articles by the words in them."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from newswire.domain.search.parse import parse_query
from newswire.domain.search.query import SearchQuery, narrowed
from newswire.domain.search.relevance import CANDIDATES, RankPlace, features, ranked
from newswire.domain.wire.cursor import Cursor
from newswire.domain.wire.filters import WireFilter, impossible
from newswire.domain.wire.keys import Caller
from newswire.domain.wire.refusals import Impossible
from newswire.operations.wire.articles import document, fields_for
from newswire.ports import Searches, TooBroad

COUNTED: Final = 1000
"""The most matches that are counted."""
Sort = Literal["new", "relevance"]


@dataclass(frozen=True, slots=True)
class SearchPlace:
    """A place in the answers of a search."""

    below: int
    """Articles that changed later than at the time of the first page have greater positions, and are left out."""
    rank: RankPlace | None = None
    """By relevance: the last article that was given."""


@dataclass(frozen=True, slots=True)
class MatchCount:
    """How many articles match, counted up to a bound."""

    value: int
    more: bool
    """Whether there are more than were counted."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of the answers of a search."""

    articles: list[dict[str, Any]]
    behind: SearchPlace | None
    """The place to go on from; None where there is nothing more."""
    indexed_to: Cursor
    """The newest change that the index had. A change behind it is not searched yet."""
    head: int
    """The position of the newest change of the wire."""
    count: MatchCount | None = None


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """The request of a reader."""

    q: str
    wanted: WireFilter
    fields: frozenset[str]
    sort: Sort
    limit: int
    behind: SearchPlace | None = None
    count: bool = False


async def search_articles(caller: Caller, searches: Searches, asked: SearchRequest) -> SearchPage:
    """A page of the articles that match.

    Raises `Denied`, `Impossible` also where the search takes too long, and `Wait` when the database is away.
    """
    try:
        return await _page(caller, searches, asked)
    except TooBroad as error:
        told = f"{error}: search for a rarer word, or add a source, a language or a time"
        raise Impossible("q", told) from error


async def _page(caller: Caller, searches: Searches, asked: SearchRequest) -> SearchPage:
    caller.must("read")
    shown = fields_for(caller, asked.fields)
    query = parse_query(asked.q)
    query = SearchQuery(query.groups, query.without, narrowed(query.wanted, asked.wanted))
    if (conflict := impossible(query.wanted)) is not None:
        raise Impossible(*conflict)
    state = await searches.state()
    find = _most_relevant if asked.sort == "relevance" else _newest
    positions, behind = await find(searches, query, asked)
    there = await searches.articles(positions)
    return SearchPage(
        articles=[document(there[position], shown) for position in positions if position in there],
        behind=behind,
        indexed_to=Cursor(state.epoch, state.position),
        head=state.head,
        count=await _count(searches, query) if asked.count else None,
    )


async def _newest(searches: Searches, query: SearchQuery, asked: SearchRequest) -> tuple[list[int], SearchPlace | None]:
    below = asked.behind.below if asked.behind else None
    found = await searches.newest(query, below, asked.limit + 1)
    page = list(found[: asked.limit])
    return page, SearchPlace(page[-1]) if len(found) > asked.limit else None


async def _most_relevant(
    searches: Searches, query: SearchQuery, asked: SearchRequest
) -> tuple[list[int], SearchPlace | None]:
    """The best among the newest matches, which are the same from page to page."""
    found = await searches.newest(query, asked.behind.below if asked.behind else None, CANDIDATES)
    if not found:
        return [], None
    matches = [(await searches.matching(feature, found), weight) for feature, weight in features(query)]
    order = ranked(found, matches)
    if asked.behind is not None and (last := asked.behind.rank) is not None:
        order = [place for place in order if place < last]
    page = order[: asked.limit]
    more = len(order) > asked.limit
    below = asked.behind.below if asked.behind else found[0] + 1
    return [place.position for place in page], SearchPlace(below, page[-1]) if more else None


async def _count(searches: Searches, query: SearchQuery) -> MatchCount:
    found = len(await searches.newest(query, None, COUNTED + 1))
    return MatchCount(min(found, COUNTED), found > COUNTED)
