"""Links between articles that change: who decided, what was compared, and which event caused a change."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
oldest = "0001"


def upgrade() -> None:
    """Make the tables; a release before this one leaves them as they are."""
    op.add_column("articles", sa.Column("linked_by", sa.String(10)))
    op.create_table(
        "caused_changes",
        sa.Column("event_id", sa.Uuid(), primary_key=True),
        sa.Column("change_id", sa.Uuid(), sa.ForeignKey("changes.change_id"), primary_key=True),
    )
    op.create_table(
        "near_links",
        sa.Column("article_id", sa.Uuid(), sa.ForeignKey("articles.article_id"), primary_key=True),
        sa.Column("other_id", sa.Uuid(), primary_key=True),
        sa.Column("relation", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("shared_words", sa.Integer(), nullable=False),
        sa.Column("algorithm", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(
        "near_texts_original_id_published_article_id_idx", "near_texts", ["original_id", "published", "article_id"]
    )
    op.create_index("near_texts_seen_idx", "near_texts", ["seen"])
    op.drop_index("near_texts_original_id_seen_idx", "near_texts", if_exists=True)
