"""The words of the index on SQLite.

For a prefix, FTS5 collects every article that has any of its words before it gives the first one. So the newest
articles are also in two small tables, which are asked first: a prefix that does not fill a page from them is rare, and
soon collected. Each of the two has the articles of one generation, a range of positions. When a generation begins, it
takes the table of the last but one, which is emptied.
"""

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.search.fts5_table import Fts5Table
from newswire.adapters.search.tables import search_docs, search_state
from newswire.adapters.search.words import WordsAt
from newswire.adapters.store.reading.article_conditions import times
from newswire.domain.search.query import SearchQuery, Term, day_groups, facet_groups, has_prefixes, has_times

_GENERATION: Final = 14
"""A generation has 2 to the power of so many positions: 16,384."""
_ALL: Final = Fts5Table("search_words")
_RECENT: Final = (Fts5Table("search_words_recent_0"), Fts5Table("search_words_recent_1"))


class Fts5Words:
    """`WordStore` on SQLite."""

    async def begin(self, connection: AsyncConnection, head: int) -> None:
        """Empty the tables of generations that are over. ``head`` is the greatest position that an article may have."""
        last, newest = await _generation(connection), head >> _GENERATION
        for begun in range(max(last, newest - len(_RECENT)) + 1, newest + 1):
            await _recent(begun).clear(connection)
        if newest > last:
            await connection.execute(update(search_state).values(generation=newest))

    async def add(self, connection: AsyncConnection, articles: Sequence[WordsAt]) -> None:
        """Add articles, none of which is there."""
        for words, some in await _by_table(connection, articles):
            await words.add(connection, some)

    async def remove(self, connection: AsyncConnection, articles: Sequence[WordsAt]) -> None:
        """Remove articles, each of which is there with exactly these words."""
        for words, some in await _by_table(connection, articles):
            await words.remove(connection, some)

    async def clear(self, connection: AsyncConnection) -> None:
        """Remove all."""
        for words in (_ALL, *_RECENT):
            await words.clear(connection)

    async def newest(
        self, connection: AsyncConnection, query: SearchQuery, below: int | None, limit: int
    ) -> Sequence[int]:
        """The positions of at most ``limit`` articles that match, the greatest first; FTS5 reads them in that order."""
        found: list[int] = []
        if has_prefixes(query):
            generation = await _generation(connection)
            for number in _kept(generation):
                found += await _newest(connection, _recent(number), query, below, limit - len(found))
                if len(found) == limit:
                    return found
            oldest = min(_kept(generation)) << _GENERATION
            below = oldest if below is None else min(below, oldest)
        return [*found, *await _newest(connection, _ALL, query, below, limit - len(found))]

    async def matching(self, connection: AsyncConnection, query: SearchQuery, among: Collection[int]) -> frozenset[int]:
        """Those of these positions whose articles match the words of the query."""
        if not among:
            return frozenset()
        kept = _kept(await _generation(connection)) if has_prefixes(query) else range(0)
        recent = [position for position in among if position >> _GENERATION in kept]
        tables = _RECENT if len(recent) == len(among) else (_ALL,)
        found: set[int] = set()
        for words in tables:
            near = words.matches.where(words.position.between(min(among), max(among)))
            found.update((await connection.execute(near, {"match": match_of(query)})).scalars())
        return frozenset(found.intersection(among))


async def merge(connection: AsyncConnection) -> None:
    """Write the index anew; until then, words of removed articles are in it."""
    for words in (_ALL, *_RECENT):
        await words.merge(connection)


async def _newest(
    connection: AsyncConnection, words: Fts5Table, query: SearchQuery, below: int | None, limit: int
) -> Sequence[int]:
    found = words.matches.order_by(words.position.desc()).limit(limit)
    if has_times(query.wanted):
        of_article = search_docs.c.position == words.position
        found = found.join(search_docs, of_article).where(*times(query.wanted, search_docs))
    if below is not None:
        found = found.where(words.position < below)
    return (await connection.execute(found, {"match": match_of(query)})).scalars().all()


async def _generation(connection: AsyncConnection) -> int:
    """The newest generation that has a table."""
    return int((await connection.execute(select(search_state.c.generation))).scalar_one())


def _kept(generation: int) -> range:
    """The generations whose articles are in tables of their own, the newest first."""
    return range(generation, generation - len(_RECENT), -1)


def _recent(generation: int) -> Fts5Table:
    return _RECENT[generation % len(_RECENT)]


async def _by_table(
    connection: AsyncConnection, articles: Sequence[WordsAt]
) -> list[tuple[Fts5Table, Sequence[WordsAt]]]:
    """The tables, each with those of the articles that are in it."""
    kept = _kept(await _generation(connection))
    recent = ((number, [each for each in articles if each.position >> _GENERATION == number]) for number in kept)
    return [(_ALL, articles), *((_recent(number), some) for number, some in recent)]


def match_of(query: SearchQuery) -> str:
    """The query in FTS5's own syntax (section 3 there)."""
    groups = [" OR ".join(map(_term, group)) for group in query.groups]
    facets = (*facet_groups(query.wanted), *day_groups(query.wanted))
    groups += [" OR ".join(f'facets : "{each}"' for each in group) for group in facets]
    found = " AND ".join(f"({group})" for group in groups)
    return f"({found}) NOT ({' OR '.join(map(_term, query.without))})" if query.without else found


def _term(term: Term) -> str:
    column_filter = "title : " if term.title else ""
    return f'{column_filter}"{" ".join(term.tokens)}"{" *" if term.prefix else ""}'
