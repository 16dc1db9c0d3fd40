"""The words of articles and the keys by which near-duplicates are found."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
oldest = "0001"


def upgrade() -> None:
    """Make two tables; articles recorded before have no rows in them and are compared by their hash alone."""
    op.create_table(
        "near_texts",
        sa.Column("article_id", sa.Uuid(), sa.ForeignKey("articles.article_id"), primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("original_id", sa.Uuid(), nullable=False),
        sa.Column("published", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
    )
    op.create_index("near_texts_original_id_seen_idx", "near_texts", ["original_id", "seen"])
    op.create_table(
        "near_keys",
        sa.Column("key", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("seen", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("article_id", sa.Uuid(), primary_key=True),
        sqlite_with_rowid=False,
    )
