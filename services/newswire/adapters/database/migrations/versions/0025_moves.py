"""The marks of a move to another database."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0023"
oldest = "0001"


def upgrade() -> None:
    """Add a table, which an older newswire does not know."""
    op.create_table(
        "moves",
        sa.Column("role", sa.String(10), primary_key=True),
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("bus", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
