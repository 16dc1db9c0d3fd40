"""The keys to the read side."""

import sqlalchemy as sa
from alembic import op

from newswire.adapters.database.columns import JSON

revision = "0016"
down_revision = "0013"
oldest = "0001"


def upgrade() -> None:
    """Add a table, which an older newswire does not know."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "api_keys",
        sa.Column("key_id", sa.String(12), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment),
        sa.Column("revoked_at", moment),
        sa.Column("last_used_at", moment),
    )
