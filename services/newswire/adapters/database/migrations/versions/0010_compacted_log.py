"""Where the newest record of each key of a compacted topic is, in the log over the database."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
oldest = "0001"


def upgrade() -> None:
    """Make a table, which an older newswire does not know: it publishes to no compacted topic."""
    op.create_table(
        "bus_keys",
        sa.Column("topic", sa.Text(), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
