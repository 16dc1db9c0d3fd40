"""What a poller remembers of a feed, what the operator decided for it, and the events about feeds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
oldest = "0001"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Add nullable columns, which an older newswire leaves as they are, and a table."""
    op.add_column("feeds", sa.Column("memory", JSON))
    op.add_column("feeds", sa.Column("options", JSON))
    op.add_column("feeds", sa.Column("pushed_until", sa.DateTime(timezone=True)))
    op.create_table(
        "feed_events",
        sa.Column("event_id", sa.Uuid(), primary_key=True),
        sa.Column("feed_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True)),
    )
    op.create_index("feed_events_feed_id_idx", "feed_events", ["feed_id"])
    untold = sa.text("told_at IS NULL")
    op.create_index("feed_events_untold_idx", "feed_events", ["at"], sqlite_where=untold, postgresql_where=untold)
