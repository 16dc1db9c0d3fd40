"""What can be done before a batch is recorded alone: signing, looking candidates up, laying texts side by side.

Optimistic (Kung and Robinson 1981): the batch is compared with a snapshot. Behind the lock the snapshot is still true
when the head of the wire has not moved, as nobody changes texts without a change on the wire. If it has moved, the
candidates are looked up again, and only texts whose candidates are others now are decided again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.database import Database
from newswire.adapters.store.near_texts import load_texts
from newswire.adapters.store.tables import wire_head
from newswire.domain.articles.batch import signed_events
from newswire.domain.articles.near_duplicates.stored import Signed, StoredTexts
from newswire.events import ArticleEvent, ArticleExtracted


@dataclass(frozen=True, slots=True)
class Ahead:
    """A batch's texts as they stood when the head of the wire was at ``head``."""

    head: int
    signed: Mapping[UUID, Signed]
    texts: StoredTexts


async def look_ahead(database: Database, events: Sequence[ArticleEvent], since: datetime) -> Ahead:
    """Compare a batch with what is stored now. Raises `Wait` when the database is away."""
    signed = signed_events(events)
    came = [event for event in events if isinstance(event, ArticleExtracted) and event.id in signed]
    async with database.read() as connection:
        head = await _head(connection)
        texts = await load_texts(connection, signed, signed, since)
    rehearsal = texts.copied()
    for event in came:
        found = rehearsal.nearest(event)
        original = UUID(found[1].other.article_id) if found else event.article.article_id
        rehearsal.stand(event.article, event.id, original)
    return Ahead(head, signed, texts)


async def texts_now(
    connection: AsyncConnection, ahead: Ahead, wanted: Collection[UUID], since: datetime
) -> StoredTexts:
    """The texts as they stand now, for a transaction that holds the lock of `record`."""
    if await _head(connection) == ahead.head:
        return ahead.texts
    now = await load_texts(connection, ahead.signed, wanted, since)
    now.remember(ahead.texts)
    return now


async def _head(connection: AsyncConnection) -> int:
    return int((await connection.execute(select(wire_head.c.next))).scalar_one())
