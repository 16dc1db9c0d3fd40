"""The log in SQLite as a table with row ids: its records are large, and took half as much room again without them."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
oldest = "0001"

_MOST: Final = 100_000
"""Records that are copied while other processes wait, some seconds; a longer log stays as it is, which works alike."""


def upgrade() -> None:
    """Copy a log that is not long into a table with row ids. Every newswire reads and writes both kinds alike.

    Without row ids, SQLite keeps at most a quarter of a page of a row in the tree and begins a page of its own for
    the rest (https://www.sqlite.org/withoutrowid.html, "When To Use WITHOUT ROWID").
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    beginning = sa.text("SELECT count(*) FROM (SELECT 1 FROM bus_records LIMIT :most)")
    if connection.execute(beginning, {"most": _MOST + 1}).scalar_one() > _MOST:
        return
    op.create_table(
        "bus_records_copied",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text()),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("topic", "partition", "offset", name="bus_records_pkey"),
    )
    op.execute("INSERT INTO bus_records_copied SELECT * FROM bus_records")
    # In this order nothing that refers to the table is rewritten (https://www.sqlite.org/lang_altertable.html).
    op.drop_table("bus_records")
    op.rename_table("bus_records_copied", "bus_records")
    op.create_index("bus_records_published_at_idx", "bus_records", ["published_at"])
