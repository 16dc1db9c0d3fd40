"""The tables of the search index that both engines have alike.

The words themselves are in ``search_words``: an FTS5 table without contents on SQLite, a table with a tsvector on
Postgres (migration 0017). Its key is ``position``. On SQLite, two tables have the newest articles once more (0030).
"""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text, Uuid

from newswire.adapters.database.columns import UtcDateTime, metadata

search_docs: Final = Table(
    "search_docs",
    metadata,
    Column("article_id", Uuid, ForeignKey("articles.article_id"), primary_key=True),
    Column("position", BigInteger, nullable=False),  # that of the change with which it was indexed
    Column("revision", Integer, nullable=False),  # whose text is indexed
    Column("facets", Text, nullable=False),  # tokens of domain/search/document.py, between spaces
    Column("published", UtcDateTime),
    Column("changed_at", UtcDateTime, nullable=False),
    Index(None, "position", unique=True),
)

# One row: the version of the tokens, and the last change that is indexed. Whatever writes to the index locks it first.
search_state: Final = Table(
    "search_state",
    metadata,
    Column("version", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("generation", BigInteger, nullable=False, server_default="0"),  # on SQLite: see fts5.py
)
