"""The search index. It is filled while newswire runs, from the oldest change on."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
oldest = "0001"

# FTS5 keeps no copy of the words (contentless), and no counts of them, which only its own ranking reads. Its words are
# tokens already: those of facts have a point or a dash in them.
_SQLITE: Final = (
    """
    CREATE VIRTUAL TABLE search_words USING fts5 (
        title, body, facets, content='', columnsize=0, tokenize="ascii tokenchars '.-'"
    )
""",
)
# A search reads the pending list as a whole, so it is kept short.
_POSTGRES: Final = (
    "CREATE TABLE search_words (position bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX search_words_words_idx ON search_words USING gin (words) WITH (gin_pending_list_limit = 512)",
)
_STATE: Final = "INSERT INTO search_state (version, position) VALUES ('', 0)"


def more(dialect: str) -> tuple[str, ...]:
    """The table of words of an engine, and the row of the state: the part that SQLAlchemy does not describe."""
    return (*(_POSTGRES if dialect == "postgresql" else _SQLITE), _STATE)


def upgrade() -> None:
    """Add tables, which an older newswire does not know."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "search_docs",
        sa.Column("article_id", sa.Uuid(), sa.ForeignKey("articles.article_id"), primary_key=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("facets", sa.Text(), nullable=False),
        sa.Column("published", moment),
        sa.Column("changed_at", moment, nullable=False),
    )
    op.create_index("search_docs_position_idx", "search_docs", ["position"], unique=True)
    op.create_table(
        "search_state",
        sa.Column("version", sa.Text(), primary_key=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
    )
    for statement in more(op.get_bind().dialect.name):
        op.execute(statement)
