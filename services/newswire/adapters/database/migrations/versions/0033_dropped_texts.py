"""Texts may be dropped after their time: which are, and what feeds still show."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
oldest = "0001"


def upgrade() -> None:
    """Add a table, an empty column and an index. Column and index may have been made by hand before.

    An older newswire reads an article whose text was dropped as one with an empty text.
    """
    op.create_table(
        "feed_shown",
        sa.Column("feed_id", sa.Uuid(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
    )
    connection = op.get_bind()
    if "text_dropped_at" not in {each["name"] for each in sa.inspect(connection).get_columns("revisions")}:
        op.add_column("revisions", sa.Column("text_dropped_at", sa.DateTime(timezone=True)))
    kept = sa.text("text_dropped_at IS NULL")
    op.create_index(
        "revisions_texts_idx",
        "revisions",
        ["at", "article_id"],
        sqlite_where=kept,
        postgresql_where=kept,
        if_not_exists=True,
    )
    if connection.dialect.name == "postgresql":
        # Each row is written once and emptied once: a fifth of the table, which is the default, would be dead rows.
        op.execute("ALTER TABLE revisions SET (autovacuum_vacuum_scale_factor = 0.02)")
