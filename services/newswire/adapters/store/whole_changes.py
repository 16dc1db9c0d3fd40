"""`WholeChanges` over a database."""

from typing import Any, Final

from sqlalchemy import Select, bindparam, select

from newswire.adapters.database import Database
from newswire.adapters.store.changes import may_part
from newswire.adapters.store.sql import update_rows
from newswire.adapters.store.tables import changes, revisions, wire_head
from newswire.domain.articles.apart import without_article
from newswire.errors import UsageError
from newswire.ports import SplitPage

_OF_CHANGE: Final = (revisions.c.article_id == changes.c.article_id) & (revisions.c.revision == changes.c.revision)
_WHOLE: Final[Select[*tuple[Any, ...]]] = (
    select(changes.c.change_id, changes.c.value, revisions.c.article)
    .join(revisions, _OF_CHANGE)
    .where(
        changes.c.position > bindparam("behind"),
        changes.c.position <= bindparam("to"),
        changes.c.article_apart.is_(None),
    )
    # An erasure waits until this transaction ends; a row that an erasure holds is left out.
    .with_for_update(of=changes, skip_locked=True)
)


class DatabaseWholeChanges:
    """`newswire.ports.WholeChanges`. Every method raises `Wait` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def split(self, behind: int, limit: int, *, dry: bool = False) -> SplitPage:
        """Split the changes of the next ``limit`` positions."""
        async with self._database.write() as connection:
            if not await may_part(connection):
                raise UsageError(
                    "an older newswire may still read this database: when every process has this version, run "
                    "'newswire migrate --finish'"
                )
            head = await connection.scalar(select(wire_head.c.next)) or 0
            rows, saved = [], 0
            for row in await connection.execute(_WHOLE, {"behind": behind, "to": behind + limit}):
                if (kept := without_article(row.value, row.article)) is not None:
                    rows.append({"change_id": row.change_id, "value": kept, "article_apart": True})
                    saved += len(row.value) - len(kept)
            if not dry:
                await update_rows(connection, changes.c.change_id, rows)
        return SplitPage(len(rows), saved, behind + limit if behind + limit < head else None)
