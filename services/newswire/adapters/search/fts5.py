"""The words of the index in an FTS5 table without contents (https://sqlite.org/fts5.html).

FTS5 gets tokens with spaces between them, and takes each as one word. To remove a row, it wants the row's words again:
this release of SQLite (3.40) cannot delete from a table without contents in another way.
"""

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import BigInteger, column, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.search.tables import search_docs
from newswire.adapters.search.words import WordsAt
from newswire.adapters.store.reading.article_conditions import times
from newswire.domain.search.query import SearchQuery, Term, facet_groups, has_times

_WORDS: Final = table("search_words", column("rowid", BigInteger))
_MATCH: Final = text("search_words MATCH :match")
_ADD: Final = text("INSERT INTO search_words (rowid, title, body, facets) VALUES (:position, :title, :body, :facets)")
_REMOVE: Final = text(
    "INSERT INTO search_words (search_words, rowid, title, body, facets)"
    " VALUES ('delete', :position, :title, :body, :facets)"
)
_CLEAR: Final = text("INSERT INTO search_words (search_words) VALUES ('delete-all')")
MERGE: Final = text("INSERT INTO search_words (search_words) VALUES ('optimize')")
"""Writes the index anew; until then the words of removed rows are in it, beside the marks that they are removed."""


class Fts5Words:
    """`WordStore` on SQLite."""

    async def add(self, connection: AsyncConnection, articles: Sequence[WordsAt]) -> None:
        """Add articles, none of which is there."""
        if articles:
            await connection.execute(_ADD, list(map(_row, articles)))

    async def remove(self, connection: AsyncConnection, articles: Sequence[WordsAt]) -> None:
        """Remove articles, each of which is there with exactly these words."""
        if articles:
            await connection.execute(_REMOVE, list(map(_row, articles)))

    async def clear(self, connection: AsyncConnection) -> None:
        """Remove all."""
        await connection.execute(_CLEAR)

    async def newest(
        self, connection: AsyncConnection, query: SearchQuery, below: int | None, limit: int
    ) -> Sequence[int]:
        """The positions of at most ``limit`` articles that match, the greatest first; FTS5 reads them in that order."""
        found = select(_WORDS.c.rowid).where(_MATCH).order_by(_WORDS.c.rowid.desc()).limit(limit)
        if has_times(query.wanted):
            of_article = search_docs.c.position == _WORDS.c.rowid
            found = found.join(search_docs, of_article).where(*times(query.wanted, search_docs))
        if below is not None:
            found = found.where(_WORDS.c.rowid < below)
        return (await connection.execute(found, {"match": match_of(query)})).scalars().all()

    async def matching(self, connection: AsyncConnection, query: SearchQuery, among: Collection[int]) -> frozenset[int]:
        """Those of these positions whose articles match the words of the query."""
        if not among:
            return frozenset()
        near = select(_WORDS.c.rowid).where(_MATCH, _WORDS.c.rowid.between(min(among), max(among)))
        found = (await connection.execute(near, {"match": match_of(query)})).scalars()
        return frozenset(found).intersection(among)


def match_of(query: SearchQuery) -> str:
    """The query in FTS5's own syntax (section 3 there)."""
    groups = [" OR ".join(map(_term, group)) for group in query.groups]
    groups += [" OR ".join(f'facets : "{each}"' for each in group) for group in facet_groups(query.wanted)]
    found = " AND ".join(f"({group})" for group in groups)
    return f"({found}) NOT ({' OR '.join(map(_term, query.without))})" if query.without else found


def _term(term: Term) -> str:
    column_filter = "title : " if term.title else ""
    return f'{column_filter}"{" ".join(term.tokens)}"{" *" if term.prefix else ""}'


def _row(article: WordsAt) -> dict[str, object]:
    return {
        "position": article.position,
        "title": " ".join(article.text.title),
        "body": " ".join(article.text.body),
        "facets": " ".join(article.facets),
    }
