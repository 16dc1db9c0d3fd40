"""What is usual for the articles of each source."""

import sqlalchemy as sa
from alembic import op

from newswire.adapters.database.columns import JSON

revision = "0019"
down_revision = "0018"
oldest = "0001"


def upgrade() -> None:
    """Add a table, which an older newswire does not know."""
    op.create_table(
        "source_states",
        sa.Column("source", sa.Text(), primary_key=True),
        sa.Column("state", JSON, nullable=False),
        sa.Column("drifting_since", sa.DateTime(timezone=True)),
    )
