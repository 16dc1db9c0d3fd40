"""Totals of the ledger, and the mark of a line that they count."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
oldest = "0001"

_INDEXES = (
    ("sightings_open_idx", "sightings", ["found_at", "entry_id"], "folded_into IS NULL"),
    ("outcomes_open_idx", "outcomes", ["at"], "folded_as IS NULL"),
    (
        "outcomes_revised_idx",
        "outcomes",
        ["entry_id"],
        "folded_as <> '' AND (kind <> 'rejected' OR reason <> folded_as)",
    ),
)


def upgrade() -> None:
    """Add a table, two empty columns and three indexes. Columns and indexes may have been made by hand before.

    A release before this one leaves all of them as they are: the lines that it writes are not folded.
    """
    op.create_table(
        "ledger_totals",
        sa.Column("month", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), primary_key=True),
        sa.Column("reason", sa.Text(), primary_key=True),
        sa.Column("n", sa.BigInteger(), nullable=False),
    )
    connection = op.get_bind()
    for table, column in (("sightings", "folded_into"), ("outcomes", "folded_as")):
        if column not in {each["name"] for each in sa.inspect(connection).get_columns(table)}:
            op.add_column(table, sa.Column(column, sa.Text()))
    for name, table, columns, where in _INDEXES:
        condition = sa.text(where)
        op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition, if_not_exists=True)
    if connection.dialect.name == "postgresql":
        # Each line is written once and marked once: a fifth of the table, which is the default, would be dead rows.
        for table in ("sightings", "outcomes"):
            op.execute(f"ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0.02)")
