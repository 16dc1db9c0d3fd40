"""The words of the index in a tsvector with a GIN index (https://www.postgresql.org/docs/current/textsearch.html).

Two kinds of lexemes are added to the words. ``t.word`` is a word of the title: a weight would be looked at only in each
article's own vector, after the index. ``b0.7`` names a range of positions. With it the index itself gives the newest
articles alone, however many there are with a common word.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Text,
    any_,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.search.tables import search_docs
from newswire.adapters.search.windows import PositionWindow, range_names, window_of, windows
from newswire.adapters.search.words import WordsAt
from newswire.adapters.store.reading.article_conditions import times
from newswire.adapters.store.tables import articles
from newswire.domain.search.document import LEFT_OUT
from newswire.domain.search.query import SearchQuery, Term, day_groups, facet_groups, has_phrases, has_times
from newswire.domain.wire.filters import WireFilter

_WORDS: Final = table("search_words", column("position", BigInteger), column("words"))
_OWN: Final = _WORDS.alias("own")
_ADD: Final = text(
    "INSERT INTO search_words (position, words) VALUES (:position, CAST(CAST(:words AS text) AS tsvector))"
)
_CLEAR: Final = text("TRUNCATE search_words")
APART: Final = 2
"""Places between title and text, so that no phrase reaches from one into the other."""


class TsvectorWords:
    """`WordStore` on Postgres."""

    async def begin(self, connection: AsyncConnection, head: int) -> None:
        """Nothing is to be made ready."""

    async def add(self, connection: AsyncConnection, articles: Sequence[WordsAt]) -> None:
        """Add articles, none of which is there."""
        if articles:
            await connection.execute(_ADD, [{"position": each.position, "words": vector_of(each)} for each in articles])

    async def remove(self, connection: AsyncConnection, articles: Sequence[WordsAt]) -> None:
        """Remove articles."""
        await connection.execute(_WORDS.delete().where(_among(each.position for each in articles)))

    async def clear(self, connection: AsyncConnection) -> None:
        """Remove all."""
        await connection.execute(_CLEAR)

    async def newest(
        self, connection: AsyncConnection, query: SearchQuery, below: int | None, limit: int
    ) -> Sequence[int]:
        """The positions of at most ``limit`` articles that match, the greatest first, from window to window."""
        if below is None:
            newest = (await connection.execute(select(func.max(_WORDS.c.position)))).scalar_one()
            below = (newest or 0) + 1
        found: list[int] = []
        for window in windows(below, await _position_at(connection, query.wanted)):
            found += await _within(connection, query, window, limit - len(found))
            if len(found) == limit:
                break
        return found

    async def matching(self, connection: AsyncConnection, query: SearchQuery, among: Collection[int]) -> frozenset[int]:
        """Those of these positions whose articles match the words of the query."""
        if not among:
            return frozenset()
        window = window_of(min(among), max(among) + 1)
        return frozenset(await _within(connection, query, window, None)).intersection(among)


async def _position_at(connection: AsyncConnection, wanted: WireFilter) -> int:
    """About where the articles begin that are older than the filter wants; 0 where it says nothing of that."""
    moments = [moment for moment in (wanted.published_before, wanted.changed_before) if moment is not None]
    if not moments:
        return 0
    older = select(search_docs.c.position).join(articles, articles.c.article_id == search_docs.c.article_id)
    older = older.where(articles.c.changed_at < min(moments)).order_by(articles.c.changed_at.desc()).limit(1)
    return (await connection.execute(older)).scalar_one_or_none() or 0


async def _within(
    connection: AsyncConnection, query: SearchQuery, window: PositionWindow, limit: int | None
) -> Sequence[int]:
    phrases = has_phrases(query)
    words = loose_match_of(query) if phrases else match_of(query)
    # Each a condition of its own: GIN then skips from one to the next place of both, and reads no more of the longer.
    keys = [words, *(_any_of(group) for group in (*day_groups(query.wanted), window.names) if group)]
    # Materialised: or else the planner may walk the key backwards, and look at every article on the way.
    matches = select(_WORDS.c.position).where(*(_matches(_WORDS, key) for key in keys)).cte("matches")
    position = matches.prefix_with("MATERIALIZED").c.position
    found = select(position).where(position >= window.low, position < window.high)
    if has_times(query.wanted):
        found = found.join(search_docs, search_docs.c.position == position).where(*times(query.wanted, search_docs))
    found = found.order_by(position.desc())
    if phrases:
        # The index knows no places of words, so phrases are looked for in each article's own vector, which takes much
        # longer: the newest first, and no more of them than fill the page. OFFSET keeps the two steps apart.
        newest = found.offset(literal_column("0")).subquery()
        matches_itself = select(_matches(_OWN, match_of(query))).where(_OWN.c.position == newest.c.position)
        found = select(newest.c.position).where(matches_itself.scalar_subquery()).order_by(newest.c.position.desc())
    return (await connection.execute(found.limit(limit))).scalars().all()


def _matches(words: FromClause, query: str) -> ColumnElement[bool]:
    return words.c.words.bool_op("@@")(cast(literal(query, Text), TSQUERY))


def match_of(query: SearchQuery) -> str:
    """The words and facts of the query as text of a tsquery."""
    return _joined(query, query.without, " <-> ")


def loose_match_of(query: SearchQuery) -> str:
    """The part of it that the index answers: the words of a phrase may stand anywhere."""
    return _joined(query, [term for term in query.without if len(term.tokens) == 1], " & ")


def _joined(query: SearchQuery, without: Sequence[Term], between: str) -> str:
    groups = [" | ".join(_term(term, between) for term in group) for group in query.groups]
    groups += map(_any_of, facet_groups(query.wanted))
    found = " & ".join(f"({group})" for group in groups)
    return found + "".join(f" & !({_term(term, between)})" for term in without)


def _any_of(group: Sequence[str]) -> str:
    return " | ".join(map(_lexeme, group))


def vector_of(article: WordsAt) -> str:
    """The tsvector of an article as text."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, token in enumerate(article.text.title, start=1):
        places[token].append(place)
        places[f"t.{token}"].append(place)
    for place, token in enumerate(article.text.body, start=len(article.text.title) + APART):
        places[token].append(place)
    places.pop(LEFT_OUT, None)
    places.pop(f"t.{LEFT_OUT}", None)
    plain = (*article.facets, *range_names(article.position))
    return " ".join((*map(_lexeme, plain), *_placed(places)))


def _placed(places: dict[str, list[int]]) -> Iterator[str]:
    for token, some in places.items():
        yield f"{_lexeme(token)}:{','.join(map(str, some))}"


def _term(term: Term, between: str) -> str:
    words = [_lexeme(f"t.{token}" if term.title else token) for token in term.tokens]
    return between.join(words) + (":*" if term.prefix else "")


def _lexeme(token: str) -> str:
    """A lexeme in quotation marks. Tokens have none within them, and no backslash."""
    return f"'{token}'"


def _among(positions: Iterable[int]) -> ColumnElement[bool]:
    return _WORDS.c.position == any_(literal(list(positions), ARRAY(BigInteger)))
