"""Texts are compressed with lz4, where the server can do it: storing one then takes it about half the CPU time."""

from typing import Final

from alembic import op

revision = "0022"
down_revision = "0021"
oldest = "0001"

_TEXTS: Final = (("changes", "value"), ("revisions", "article"), ("bus_records", "value"))


def upgrade() -> None:
    """Choose it for what is stored from now on; stored rows stay as they are. An older newswire need not know.

    A Postgres that was built without lz4, or before version 14, keeps its own method.
    """
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, column in _TEXTS:
        op.execute(f"""
            DO $$ BEGIN
              EXECUTE 'ALTER TABLE {table} ALTER COLUMN {column} SET COMPRESSION lz4';
            EXCEPTION WHEN feature_not_supported OR syntax_error THEN NULL;
            END $$
        """)
