"""The tables of the log over the database. Their history is in database/migrations/."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text, Uuid

from newswire.adapters.database.columns import JSON, UtcDateTime, metadata

# --------------------------------------------------------------------------- the log over the database
bus_heads = Table(
    "bus_heads",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
)

bus_records = Table(
    "bus_records",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("offset", BigInteger, primary_key=True),
    Column("key", Text),
    Column("value", LargeBinary, nullable=False),
    Column("headers", JSON, nullable=False),  # [[name, latin-1 text], …]
    Column("published_at", UtcDateTime, nullable=False),
    Index(None, "published_at"),
)

# Of compacted topics: where the one record of each key is.
bus_keys = Table(
    "bus_keys",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

bus_offsets = Table(
    "bus_offsets",
    metadata,
    Column("consumer_group", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("committed", BigInteger, nullable=False),
)

bus_members = Table(
    "bus_members",
    metadata,
    Column("consumer_group", Text, primary_key=True),
    Column("member_id", Uuid, primary_key=True),
    Column("process", Text),  # see process_identity.py; null where processes cannot be told apart
    Column("topics", JSON, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

bus_leases = Table(
    "bus_leases",
    metadata,
    Column("consumer_group", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("member_id", Uuid),
    Column("epoch", BigInteger, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
