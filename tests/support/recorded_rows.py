"""What `record` leaves in the tables, to compare two databases by."""

import json

from sqlalchemy import select

from newswire.adapters.store.near_tables import caused_changes, near_keys, near_links, near_texts
from newswire.adapters.store.page_hosts import page_hosts
from newswire.adapters.store.tables import article_urls, articles, changes, originals, outcomes, revisions

TABLES = (
    *(articles, article_urls, revisions, originals, outcomes, changes),
    *(near_texts, near_keys, near_links, caused_changes, page_hosts),
)


async def rows(database):
    """All rows, without the positions, which follow the commits."""
    async with database.read() as connection:
        return {
            table.name: sorted(
                json.dumps({name: row._mapping[name] for name in names}, sort_keys=True, default=repr)
                for row in await connection.execute(select(table))
            )
            for table in TABLES
            for names in [[column.name for column in table.c if column.name not in {"position", "value"}]]
        }
