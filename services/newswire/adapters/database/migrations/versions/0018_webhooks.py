"""Webhooks: the endpoints of receivers, and the place that each has reached."""

import sqlalchemy as sa
from alembic import op

from newswire.adapters.database.columns import JSON

revision = "0018"
down_revision = "0017"
oldest = "0001"


def upgrade() -> None:
    """Add a table, which an older newswire does not know."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "webhooks",
        sa.Column("webhook_id", sa.Uuid(), primary_key=True),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("wanted", JSON, nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("epoch", sa.String(36), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("former_secret", sa.Text()),
        sa.Column("former_until", moment),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lease", sa.Integer(), nullable=False),
        sa.Column("leased_until", moment),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failing_since", moment),
        sa.Column("last_answer", sa.Text()),
        sa.Column("last_attempt_at", moment),
        sa.Column("last_delivered_at", moment),
        sa.Column("disabled", sa.String(20)),
        sa.Column("disabled_at", moment),
    )
    op.create_index("webhooks_owner_idx", "webhooks", ["owner"])
