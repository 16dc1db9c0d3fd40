"""The table of subscriptions at WebSub hubs. Its history is in database/migrations/."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, Uuid

from newswire.adapters.database.columns import UtcDateTime, metadata

# HubSubscription of domain/websub/subscription.py. A token is what a hub knows and nobody else.
websub_subscriptions = Table(
    "websub_subscriptions",
    metadata,
    Column("subscription_id", Uuid, primary_key=True),
    Column("feed_id", Uuid, nullable=False),  # no foreign key: the hub of a removed feed is told so afterwards
    Column("hub", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("state", String(15), nullable=False),
    Column("version", Integer, nullable=False),
    Column("base", Text),
    Column("token", Text),
    Column("asked_token", Text),
    Column("former_token", Text),
    Column("secret", Text),
    Column("ask_at", UtcDateTime),
    Column("check_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("verified_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("last_delivery_at", UtcDateTime),
    Column("silent_since", UtcDateTime),
    Column("trouble", Text),
    *(Index(None, column) for column in ("feed_id", "token", "asked_token", "former_token", "check_at")),
)
