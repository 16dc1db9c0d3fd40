"""Recorded changes in the order in which readers may see them, also where two processes publish them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.store.recorded_rows import RECORDED, recorded_of
from newswire.adapters.store.sql import select_in
from newswire.adapters.store.tables import changes
from newswire.domain.articles.publishing_order import LINK_KINDS, behind_earlier, by_another
from newswire.domain.articles.recorded import RecordedChange


async def with_earlier(connection: AsyncConnection, told: Sequence[RecordedChange]) -> tuple[RecordedChange, ...]:
    """The changes, each behind the earlier ones of its article that another process may not have published yet."""
    moved = {each.article_id for each in told if by_another(each)}
    later = {each.article_id for each in told if each.kind != "published"} - moved
    moved |= await _moved_before(connection, later)
    return behind_earlier(told, await _all_of(connection, moved))


async def _moved_before(connection: AsyncConnection, article_ids: Collection[UUID]) -> set[UUID]:
    linked = select(changes.c.article_id).where(changes.c.kind.in_(sorted(LINK_KINDS)))
    return {row.article_id for row in await select_in(connection, linked, changes.c.article_id, article_ids)}


async def _all_of(connection: AsyncConnection, article_ids: Collection[UUID]) -> dict[UUID, list[RecordedChange]]:
    found: dict[UUID, list[RecordedChange]] = {}
    ordered = RECORDED.order_by(changes.c.article_id, changes.c.revision)
    for row in await select_in(connection, ordered, changes.c.article_id, article_ids):
        found.setdefault(row.article_id, []).append(recorded_of(row))
    return found
