"""Which tables a move carries, and which it leaves."""

from typing import Final

from sqlalchemy import Table

from newswire.adapters.database.moves import moves
from newswire.adapters.tables import log, metadata, recent_batches, search

LOG_TABLES: Final = frozenset({"bus_heads", "bus_records", "bus_keys", "bus_offsets"})
"""The log with its consumers' offsets."""
_LEFT: Final = frozenset(
    {
        moves.name,
        "schema_oldest",
        # Members and leases belong to processes, which do not move.
        log.bus_members.name,
        log.bus_leases.name,
        # What was recorded last matters to those who are recording.
        recent_batches.recent_batches.name,
        # The search index differs between the engines, and is made from the articles.
        search.search_docs.name,
        search.search_state.name,
    }
)
SEEDED: Final = frozenset({"wire_head", search.search_state.name, "schema_oldest", moves.name})
"""Tables that have a row before anybody works on the database."""
WORDS: Final = "search_words"
"""The table of words on Postgres, which SQLAlchemy does not describe."""


def every_table() -> tuple[Table, ...]:
    """Every table that SQLAlchemy describes; one stands behind those that it refers to."""
    return tuple(metadata.sorted_tables)


def carried_tables(*, with_log: bool) -> tuple[Table, ...]:
    """The tables that a move copies, in an order in which they can be filled."""
    return tuple(
        table for table in every_table() if table.name not in _LEFT and (with_log or table.name not in LOG_TABLES)
    )
