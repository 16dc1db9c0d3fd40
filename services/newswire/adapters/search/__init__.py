"""`newswire.ports.SearchIndex` and `newswire.ports.Searches` over a database: FTS5 on SQLite, tsvector on Postgres."""

from newswire.adapters.search.index import DatabaseSearchIndex
from newswire.adapters.search.searches import DatabaseSearches

__all__ = ["DatabaseSearchIndex", "DatabaseSearches"]
