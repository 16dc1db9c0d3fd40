"""The rows of ``rechecks``. Each is made, moved on and ended behind the lock of its article's row.

A claim alone moves rows without that lock: it holds no lock but theirs, and so never waits in a ring.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.store.article_rows import recheck_row, state_of, with_recheck
from newswire.adapters.store.recheck_table import rechecks
from newswire.adapters.store.sql import insert_fresh, one_of, select_in, update_rows
from newswire.adapters.store.tables import article_urls, articles
from newswire.domain.articles.hosts.habits import NO_HABITS
from newswire.domain.articles.recheck import LOOK, hurried
from newswire.domain.articles.verdict import ArticleState
from newswire.domain.articles.withdrawal import next_look
from newswire.domain.ledger import Sighting

_OF: Final = bindparam("of", type_=articles.c.article_id.type)
_AT_REST: Final = select(articles.c.rechecks).where(articles.c.article_id == _OF).scalar_subquery()
_NUMBER: Final = func.coalesce(
    select(rechecks.c.number).where(rechecks.c.article_id == articles.c.article_id).scalar_subquery(),
    articles.c.rechecks,
)
_LOOKS: Final = bindparam("looks", type_=rechecks.c.number.type)
_WAKE: Final = insert(rechecks).values(number=_AT_REST)
_COUNT: Final = (
    update(rechecks)
    .where(rechecks.c.article_id == _OF)
    .values(number=rechecks.c.number + _LOOKS, due=bindparam("at", type_=rechecks.c.due.type))
)
_RESTING: Final = ("fetched_at", "etag", "last_modified")
_REST: Final = (
    update(articles)
    .where(articles.c.article_id == _OF)
    .values(rechecks=_NUMBER, **{name: bindparam(f"last_{name}", type_=articles.c[name].type) for name in _RESTING})
)
_COUNT_AT_REST: Final = (
    update(articles).where(articles.c.article_id == _OF).values(rechecks=articles.c.rechecks + _LOOKS)
)


async def states_of(
    connection: AsyncConnection, article_ids: Iterable[UUID], *, locked: bool = True
) -> dict[UUID, ArticleState]:
    """The states of those of the articles that exist. With ``locked`` their rows are locked until the commit.

    An article has a row in ``rechecks`` exactly where its state says when it is due.
    """
    ids = list(article_ids)
    named = select(articles).order_by(articles.c.article_id)  # everyone locks in one order
    rows = await select_in(connection, named.with_for_update() if locked else named, articles.c.article_id, ids)
    # In a statement of its own: a join would read these as they were before the wait for the locks.
    due = {row.article_id: row for row in await select_in(connection, select(rechecks), rechecks.c.article_id, ids)}
    return {row.article_id: with_recheck(state_of(row), due.get(row.article_id)) for row in rows}


async def start_rechecks(connection: AsyncConnection, states: Iterable[ArticleState]) -> None:
    """Write when these new articles are looked at for the first time."""
    await insert_fresh(connection, rechecks, [recheck_row(state) | {"number": 0} for state in states if _is_due(state)])


async def write_rechecks(connection: AsyncConnection, states: Mapping[UUID, ArticleState]) -> None:
    """Write when and with what these articles are looked at again, as their states say.

    Their rows in ``articles`` are locked. What else changed of them is written there by the caller.
    """
    rows = await select_in(connection, select(rechecks.c.article_id), rechecks.c.article_id, states)
    had = {row.article_id for row in rows}
    due = [state for _, state in sorted(states.items()) if _is_due(state)]
    moved = [recheck_row(state) for state in due if state.article_id in had]
    await update_rows(connection, rechecks.c.article_id, moved)
    await _wake(connection, [state for state in due if state.article_id not in had])
    await _end(connection, [state for _, state in sorted(states.items()) if not _is_due(state)])


async def hurry(connection: AsyncConnection, urls: Mapping[str, datetime | None]) -> None:
    """Bring the re-checks of the articles that ``urls`` lead to forward; withdrawn ones stay unscheduled.

    With each URL comes the moment of the poll that says so, where it is known.
    """
    leads = select(article_urls.c.article_id, article_urls.c.url)
    asked = {row.article_id: urls[row.url] for row in await select_in(connection, leads, article_urls.c.url, urls)}
    before = await states_of(connection, asked)
    after = {
        article_id: replace(state, recheck_at=hurried(state.recheck_at, state.fetched_at, asked[article_id]))
        for article_id, state in before.items()
        if state.kind != "withdrawn"
    }
    await write_rechecks(connection, after)


async def booked(connection: AsyncConnection, new: Sequence[Sighting]) -> None:
    """Count each look on its article and set the next one's time, which other re-checks do, too.

    Only looks are counted: a look that is counted and has no line is known as one that was folded.
    """
    of_looks = [(UUID(each.entry_key), each) for each in sorted(new, key=lambda each: each.found_at)]
    before = await states_of(connection, [key for key, _ in of_looks])
    of_looks = [(key, look) for key, look in of_looks if key in before]
    after = {
        key: replace(before[key], recheck_at=next_look(before[key], NO_HABITS, look.found_at)) for key, look in of_looks
    }
    had = {key for key, state in before.items() if _is_due(state)}
    counts = [(key, int(look.fingerprint.startswith(LOOK))) for key, look in of_looks]
    if due := [(key, looks) for key, looks in counts if key in had]:
        dates = {key: state.recheck_at or before[key].recheck_at for key, state in after.items()}
        await connection.execute(_COUNT, [{"of": key, "looks": looks, "at": dates[key]} for key, looks in due])
    if resting := [{"of": key, "looks": looks} for key, looks in counts if key not in had]:
        await connection.execute(_COUNT_AT_REST, resting)
    await _wake(connection, [state for key, state in after.items() if key not in had and _is_due(state)])
    await _end(connection, [state for key, state in after.items() if key in had and not _is_due(state)])


def _is_due(state: ArticleState) -> bool:
    return state.recheck_at is not None


async def _wake(connection: AsyncConnection, states: Sequence[ArticleState]) -> None:
    """Give articles at rest a row, which goes on counting where they stopped."""
    if states:
        await connection.execute(_WAKE, [recheck_row(state) | {"of": state.article_id} for state in states])


async def _end(connection: AsyncConnection, states: Sequence[ArticleState]) -> None:
    """Let articles rest: what a row would say goes into ``articles``, and the row goes."""
    rows = [recheck_row(state) for state in states]
    if not rows:
        return
    values = [{"of": row["article_id"], **{f"last_{name}": row[name] for name in _RESTING}} for row in rows]
    await connection.execute(_REST, values)
    for among in one_of(connection, rechecks.c.article_id, [row["article_id"] for row in rows]):
        await connection.execute(delete(rechecks).where(among))
