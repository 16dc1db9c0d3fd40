"""Feeds' subscriptions at WebSub hubs, and when a hub last hurried a feed's poll."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
oldest = "0001"


def upgrade() -> None:
    """Add a nullable column, which an older newswire leaves as it is, and a table."""
    moment = sa.DateTime(timezone=True)
    op.add_column("feeds", sa.Column("hurried_at", moment))
    op.create_table(
        "websub_subscriptions",
        sa.Column("subscription_id", sa.Uuid(), primary_key=True),
        sa.Column("feed_id", sa.Uuid(), nullable=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("state", sa.String(15), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base", sa.Text()),
        sa.Column("token", sa.Text()),
        sa.Column("asked_token", sa.Text()),
        sa.Column("former_token", sa.Text()),
        sa.Column("secret", sa.Text()),
        sa.Column("ask_at", moment),
        sa.Column("check_at", moment),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("verified_at", moment),
        sa.Column("lease_until", moment),
        sa.Column("last_delivery_at", moment),
        sa.Column("silent_since", moment),
        sa.Column("trouble", sa.Text()),
    )
    for column in ("feed_id", "token", "asked_token", "former_token", "check_at"):
        op.create_index(f"websub_subscriptions_{column}_idx", "websub_subscriptions", [column])
