"""Feeds, the books, articles with their revisions and changes, dead letters.

There is no way down: an older version's schema is an older backup.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
oldest = "0001"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _at(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _needed(name: str, kind: sa.types.TypeEngine[Any] | None = None) -> sa.Column[Any]:
    return sa.Column(name, kind or sa.Text(), nullable=False)


def _of_article(**more: Any) -> sa.Column[Any]:
    return sa.Column("article_id", sa.Uuid(), sa.ForeignKey("articles.article_id"), nullable=False, **more)


def upgrade() -> None:
    """Create the tables, those that others refer to first."""
    _poll()
    _articles()
    _texts()
    _changes()
    _dead_letters()


def _poll() -> None:
    op.create_table(
        "feeds",
        sa.Column("feed_id", sa.Uuid(), primary_key=True),
        sa.Column("url", sa.Text(), nullable=False, unique=True),
        sa.Column("title", sa.Text()),
        _needed("tags", JSON),
        _at("added_at"),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("body_hash", sa.Text()),
        _at("next_poll_at", nullable=True),
        _at("last_polled_at", nullable=True),
        sa.Column("last_outcome", sa.Text()),
        _needed("errors", sa.Integer()),
        sa.Column("disabled", sa.Text()),
    )
    op.create_index("feeds_next_poll_at_idx", "feeds", ["next_poll_at"])

    op.create_table(
        "sightings",
        sa.Column("entry_id", sa.Uuid(), primary_key=True),
        sa.Column("feed_id", sa.Uuid()),
        _needed("reason", sa.String(10)),
        _needed("entry_key"),
        _needed("fingerprint"),
        _needed("url"),
        sa.Column("title", sa.Text()),
        _at("updated", nullable=True),
        _at("found_at"),
        sa.Column("follows", sa.Uuid()),
    )
    op.create_index("sightings_feed_id_entry_key_idx", "sightings", ["feed_id", "entry_key"])
    op.create_index("sightings_url_idx", "sightings", ["url"], postgresql_using="hash")
    op.create_index("sightings_follows_idx", "sightings", ["follows"])

    op.create_table(
        "outcomes",
        sa.Column("entry_id", sa.Uuid(), primary_key=True),
        _needed("kind", sa.String(10)),
        sa.Column("reason", sa.Text()),
        sa.Column("article_id", sa.Uuid()),
        sa.Column("change_id", sa.Uuid()),
        sa.Column("duplicate_of", sa.Uuid()),
        _at("at"),
    )
    op.create_index("outcomes_article_id_idx", "outcomes", ["article_id"])


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("article_id", sa.Uuid(), primary_key=True),
        _needed("kind", sa.String(10)),
        _needed("revision", sa.Integer()),
        _needed("url"),
        _needed("canonical_url"),
        _needed("source"),
        sa.Column("title", sa.Text()),
        sa.Column("language", sa.Text()),
        _needed("word_count", sa.Integer()),
        _at("published", nullable=True),
        _needed("content_hash"),
        _needed("text_hash"),
        _needed("body_from", sa.String(10)),
        sa.Column("duplicate_of", sa.Uuid()),
        _at("first_seen"),
        _at("fetched_at"),
        _at("changed_at"),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        _at("recheck_at", nullable=True),
        _needed("rechecks", sa.Integer()),
    )
    op.create_index("articles_recheck_at_idx", "articles", ["recheck_at"])
    op.create_index("articles_changed_at_idx", "articles", ["changed_at"])
    op.create_index("articles_duplicate_of_idx", "articles", ["duplicate_of"])


def _texts() -> None:
    op.create_table("article_urls", sa.Column("url", sa.Text(), primary_key=True), _of_article())
    op.create_index("article_urls_article_id_idx", "article_urls", ["article_id"])

    op.create_table(
        "revisions",
        _of_article(primary_key=True),
        sa.Column("revision", sa.Integer(), primary_key=True),
        _needed("content_hash"),
        _needed("word_count", sa.Integer()),
        _needed("article", JSON),
        _at("at"),
    )

    op.create_table("originals", sa.Column("content_hash", sa.Text(), primary_key=True), _of_article())


def _changes() -> None:
    op.create_table(
        "changes",
        sa.Column("change_id", sa.Uuid(), primary_key=True),
        sa.Column("source_event_id", sa.Uuid(), nullable=False, unique=True),
        _of_article(),
        _needed("entry_id", sa.Uuid()),
        _needed("revision", sa.Integer()),
        _needed("kind", sa.String(10)),
        _needed("value", sa.LargeBinary()),
        sa.Column("traceparent", sa.Text()),
        _at("at"),
    )
    op.create_index("changes_article_id_idx", "changes", ["article_id"])


def _dead_letters() -> None:
    op.create_table(
        "dead_letters",
        sa.Column("letter_id", sa.Uuid(), primary_key=True),
        sa.Column("entry_id", sa.Uuid()),
        _needed("stage", sa.String(10)),
        _needed("reason"),
        sa.Column("url", sa.Text()),
        _needed("letter", JSON),
        _at("failed_at"),
        _at("retried_at", nullable=True),
    )
    op.create_index("dead_letters_entry_id_idx", "dead_letters", ["entry_id"])
    op.create_index("dead_letters_failed_at_idx", "dead_letters", ["failed_at"])
