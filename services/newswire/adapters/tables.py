"""Every table there is, for migrations and tests: importing this fills the metadata."""

from newswire.adapters.bus_database import tables as log
from newswire.adapters.database import moves, schema
from newswire.adapters.database.columns import metadata
from newswire.adapters.search import tables as search
from newswire.adapters.store import api_keys, page_hosts, recent_batches, recheck_table, shown, webhooks, websub_table
from newswire.adapters.store import near_tables as near
from newswire.adapters.store import tables as books

__all__ = [
    "api_keys",
    "books",
    "log",
    "metadata",
    "moves",
    "near",
    "page_hosts",
    "recent_batches",
    "recheck_table",
    "schema",
    "search",
    "shown",
    "webhooks",
    "websub_table",
]
