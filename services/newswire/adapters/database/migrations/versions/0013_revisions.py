"""Withdrawals that are confirmed, purges, headlines that alternate, and what is learned of the hosts of pages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0011"
oldest = "0001"


def upgrade() -> None:
    """Add columns that are null for articles recorded before, and one table."""
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    op.add_column("articles", sa.Column("headlines", sa.Text()))
    op.add_column("articles", sa.Column("gone_since", sa.DateTime(timezone=True)))
    op.add_column("articles", sa.Column("withdrawn_by", sa.String(10)))
    op.add_column("articles", sa.Column("purged_at", sa.DateTime(timezone=True)))
    purged = sa.text("purged_at IS NOT NULL")
    op.create_index("articles_purged_idx", "articles", ["purged_at"], sqlite_where=purged, postgresql_where=purged)
    op.create_table(
        "page_hosts",
        sa.Column("host", sa.Text(), primary_key=True),
        sa.Column("habits", json, nullable=False),
    )
