"""The tables of near-duplicates and of links that change. Their history is in database/migrations/."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table, Uuid

from newswire.adapters.database.columns import UtcDateTime, metadata

# The words of articles, for finding near-duplicates. A row is stale, and not read, when the article has moved on.
near_texts = Table(
    "near_texts",
    metadata,
    Column("article_id", Uuid, ForeignKey("articles.article_id"), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("original_id", Uuid, nullable=False),  # the article's own id when it is no duplicate
    Column("published", UtcDateTime, nullable=False),
    Column("seen", BigInteger, nullable=False),  # when it was recorded, in milliseconds since 1970
    Column("version", Integer, nullable=False),
    Column("title", LargeBinary, nullable=False),
    Column("text", LargeBinary, nullable=False),
    Index(None, "original_id", "published", "article_id"),
    Index(None, "seen"),
)

# At most 16 rows for each original: those of `near_texts` that share a key are candidates.
near_keys = Table(
    "near_keys",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("seen", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", Uuid, primary_key=True),
    sqlite_with_rowid=False,
)

# How an article stands to the earlier originals that it was compared with: its best links, whatever they came to.
near_links = Table(
    "near_links",
    metadata,
    Column("article_id", Uuid, ForeignKey("articles.article_id"), primary_key=True),
    Column("other_id", Uuid, primary_key=True),
    Column("relation", String(20), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("score", Float, nullable=False),
    Column("shared_words", Integer, nullable=False),
    Column("algorithm", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# Changes of other articles that an event caused, besides the one that it is the source of: they are published with it.
caused_changes = Table(
    "caused_changes",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("change_id", Uuid, ForeignKey("changes.change_id"), primary_key=True),
)
