"""Writes decisions to the tables of articles: new articles by themselves, then all else.

Writers that lock rows in one order never wait for each other in a ring: hence rows are sorted by their keys.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.store.article_rows import article_row, only_looked_at, revision_row, state_row
from newswire.adapters.store.near_texts import write_texts
from newswire.adapters.store.rechecks import start_rechecks, write_rechecks
from newswire.adapters.store.rows import outcome_row
from newswire.adapters.store.sql import execute_rows, insert, insert_fresh, insert_new, select_in, update_rows
from newswire.adapters.store.tables import article_urls, articles, originals, outcomes, revisions
from newswire.domain.articles.decisions import Decisions
from newswire.events import Duplicate, Published, Revised


async def lock_rows(connection: AsyncConnection, article_ids: Iterable[UUID]) -> None:
    """Lock these articles, in one order: others move the times of their re-checks."""
    rows = select(articles.c.article_id).order_by(articles.c.article_id).with_for_update()
    await select_in(connection, rows, articles.c.article_id, article_ids)


async def write_fresh(connection: AsyncConnection, made: Decisions, now: datetime) -> None:
    """Write new articles and their texts. Raises `asyncpg.UniqueViolationError` where another has recorded one."""
    new = sorted(made.fresh())
    await insert_fresh(connection, articles, [article_row(made.moved[each], made.texts[each]) for each in new])
    await start_rechecks(connection, [made.moved[each] for each in new])
    await insert_fresh(connection, revisions, _revisions(made, fresh=True))
    await write_texts(connection, made, now, fresh=True)


def _revisions(made: Decisions, *, fresh: bool) -> list[dict[str, Any]]:
    """The rows of texts: of new articles, or of all others."""
    told = [change for change, _ in made.changes if isinstance(change, Published | Revised | Duplicate)]
    new = made.fresh()
    wanted = [change for change in told if (change.article_id in new) is fresh]
    return [revision_row(change, change.article) for change in wanted]


async def write_rest(connection: AsyncConnection, made: Decisions) -> None:
    """Write all of the batch's own articles that `write_fresh` and `write_texts` do not write."""
    known = [(key, state) for key, state in _sorted(made.moved) if key in made.former]
    with_text = [article_row(state, made.texts[key]) for key, state in known if key in made.texts]
    same_text = [
        state_row(state)
        for key, state in known
        if key not in made.texts and not only_looked_at(made.former[key], state)
    ]
    for rows in (with_text, same_text):
        await update_rows(connection, articles.c.article_id, [_without_first(row) for row in rows])
    await write_rechecks(connection, dict(known))
    await insert_fresh(connection, revisions, _revisions(made, fresh=False))
    await _originate(connection, _links(made.originals, "content_hash"))
    await insert_new(connection, article_urls, _links(made.urls, "url"))
    await _book(connection, [outcome_row(*line) for line in _sorted(made.outcomes)])


def _without_first(row: dict[str, Any]) -> dict[str, Any]:
    """A row of ``articles`` without what stays as it was when the article was new."""
    return {name: value for name, value in row.items() if name not in {"first_seen", "rechecks"}}


async def _originate(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Let articles carry texts that nobody carries, or only one that was withdrawn."""
    if rows:
        statement = insert(connection, originals)
        newer = {"article_id": statement.excluded.article_id}
        upsert = statement.on_conflict_do_update(index_elements=["content_hash"], set_=newer)
        await execute_rows(connection, upsert, rows)


async def _book(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Book outcomes. A rejection gives way to what came of a second try; nothing else is ever overwritten."""
    if rows:
        statement = insert(connection, outcomes)
        newer = {name: statement.excluded[name] for name in rows[0] if name != "entry_id"}
        settled = statement.on_conflict_do_update(
            index_elements=["entry_id"], set_=newer, where=outcomes.c.kind == "rejected"
        )
        await execute_rows(connection, settled, rows)


def _links(found: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return [{key: value, "article_id": article_id} for value, article_id in _sorted(found)]


def _sorted(found: dict[Any, Any]) -> list[tuple[Any, Any]]:
    return sorted(found.items(), key=_key)


def _key(item: tuple[Any, Any]) -> Any:
    return item[0]
