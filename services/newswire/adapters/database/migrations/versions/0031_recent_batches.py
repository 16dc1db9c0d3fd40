"""What the batches that were recorded last wrote: replicas of `store` decide side by side with it."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
oldest = "0001"


def upgrade() -> None:
    """Add a table. A replica of an older newswire keeps the others out as before while it records."""
    op.create_table(
        "recent_batches",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("written", sa.LargeBinary()),
        prefixes=["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else [],
    )
