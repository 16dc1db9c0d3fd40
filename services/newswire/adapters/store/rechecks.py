"""Moving articles' re-checks: sooner when a feed says that they changed, on when one was done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.store.article_rows import state_of
from newswire.adapters.store.sql import select_in
from newswire.adapters.store.tables import article_urls, articles
from newswire.domain.articles.hosts.habits import NO_HABITS
from newswire.domain.articles.recheck import hurried
from newswire.domain.articles.withdrawal import next_look
from newswire.domain.ledger import Sighting


async def hurry(connection: AsyncConnection, urls: Mapping[str, datetime | None]) -> None:
    """Bring the re-checks of the articles that ``urls`` lead to forward; withdrawn ones stay unscheduled.

    With each URL comes the moment of the poll that says so, where it is known.
    """
    leads = select(article_urls.c.article_id, article_urls.c.url)
    asked = {row.article_id: urls[row.url] for row in await select_in(connection, leads, article_urls.c.url, urls)}
    standing = (
        select(articles.c.article_id, articles.c.fetched_at, articles.c.recheck_at)
        .where(articles.c.kind != "withdrawn")
        .order_by(articles.c.article_id)  # everyone locks in one order
        .with_for_update()
    )
    rows = await select_in(connection, standing, articles.c.article_id, asked)
    moves = [
        {"id": row.article_id, "due": hurried(row.recheck_at, row.fetched_at, asked[row.article_id])} for row in rows
    ]
    if moves:
        due = bindparam("due", type_=articles.c.recheck_at.type)
        sooner = update(articles).where(articles.c.article_id == bindparam("id")).values(recheck_at=due)
        await connection.execute(sooner, moves)


async def booked(connection: AsyncConnection, rechecks: Sequence[Sighting]) -> None:
    """Count each re-check on its article and set the next one's time."""
    ids = {sighting.entry_id: UUID(sighting.entry_key) for sighting in rechecks}
    locked = select(articles).order_by(articles.c.article_id).with_for_update()
    rows = await select_in(connection, locked, articles.c.article_id, ids.values())
    states = {row.article_id: state_of(row) for row in rows}
    moves = [
        {"id": article_id, "due": next_look(states[article_id], NO_HABITS, sighting.found_at)}
        for sighting in sorted(rechecks, key=lambda sighting: sighting.found_at)
        if (article_id := ids[sighting.entry_id]) in states
    ]
    if moves:
        due = bindparam("due", type_=articles.c.recheck_at.type)
        counted = update(articles).where(articles.c.article_id == bindparam("id"))
        await connection.execute(counted.values(rechecks=articles.c.rechecks + 1, recheck_at=due), moves)
