"""Tables for the newest articles' words on SQLite. The index is built anew while newswire runs: its tokens changed."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
oldest = "0001"

_SQLITE: Final = tuple(
    f"""
    CREATE VIRTUAL TABLE search_words_recent_{number} USING fts5 (
        title, body, facets, content='', columnsize=0, tokenize="ascii tokenchars '.-'"
    )
"""
    for number in range(2)
)


def more(dialect: str) -> tuple[str, ...]:
    """The tables that SQLAlchemy does not describe."""
    return _SQLITE if dialect == "sqlite" else ()


def upgrade() -> None:
    """Add tables and a column, which an older newswire does not know."""
    op.add_column("search_state", sa.Column("generation", sa.BigInteger(), nullable=False, server_default="0"))
    for statement in more(op.get_bind().dialect.name):
        op.execute(statement)
