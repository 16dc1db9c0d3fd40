"""The table of re-checks. Its history is in database/migrations/."""

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid

from newswire.adapters.database.columns import UtcDateTime, metadata

# The articles that are to be looked at again, with all that a look moves, so that a look leaves their wide rows alone.
# While an article has a row here, it stands for the columns `fetched_at`, `etag`, `last_modified` and `rechecks` (here
# `number`) of `articles`, which get its values when the article comes to rest.
rechecks = Table(
    "rechecks",
    metadata,
    Column("article_id", Uuid, primary_key=True),  # no foreign key: checking it would lock the wide row
    Column("due", UtcDateTime, nullable=False),
    Column("number", Integer, nullable=False),  # of the looks so far
    Column("fetched_at", UtcDateTime, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_sha256", Text),
    Index(None, "due"),
)
