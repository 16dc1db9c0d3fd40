"""Events about feeds and sources: recorded with the state of the feed or source, published, then marked."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.store.rows import AnyRow, feed_event_row
from newswire.adapters.store.sql import insert_fresh, select_in
from newswire.adapters.store.tables import feed_events
from newswire.adapters.store.wire_head import lock_head, take_positions
from newswire.domain.feeds.state import RecordedFeedEvent
from newswire.domain.wire.filters import SOURCE_KINDS
from newswire.events import FeedEvent, SourceEvent


async def record(connection: AsyncConnection, events: Sequence[FeedEvent | SourceEvent]) -> None:
    """Record, in the order in which they are to be told; one that exists is left as it is.

    The last step of a transaction: the head of the wire stays locked until its end.
    """
    if not events:
        return
    # Behind this lock nobody else records an event, so each that is new is sure to use the position that it takes.
    await lock_head(connection)
    column = feed_events.c.event_id
    known = {row.event_id for row in await select_in(connection, select(column), column, (e.id for e in events))}
    new = {event.id: event for event in events if event.id not in known}
    if not new:
        return
    first = await take_positions(connection, len(new))
    placed = [event.model_copy(update={"position": at}) for at, event in enumerate(new.values(), start=first)]
    await insert_fresh(connection, feed_events, [feed_event_row(event, place) for place, event in enumerate(placed)])


async def untold(connection: AsyncConnection, limit: int, *, about_sources: bool) -> tuple[RecordedFeedEvent, ...]:
    """The events about sources, or else about feeds, that are not marked as published, oldest first."""
    kind = feed_events.c.kind
    query = (
        select(feed_events)
        .where(feed_events.c.told_at.is_(None), kind.in_(SOURCE_KINDS) if about_sources else kind.not_in(SOURCE_KINDS))
        .order_by(feed_events.c.at, feed_events.c.place, feed_events.c.event_id)
        .limit(limit)
    )
    return tuple(map(recorded_of, await connection.execute(query)))


def recorded_of(row: AnyRow) -> RecordedFeedEvent:
    """The event of a row."""
    return RecordedFeedEvent(row.event_id, row.feed_id, row.kind, row.value, row.at, row.position)


async def mark_told(connection: AsyncConnection, event_ids: Sequence[UUID], now: datetime) -> None:
    """Mark them; one that is marked keeps its time."""
    marked = (
        update(feed_events)
        .where(feed_events.c.event_id == bindparam("id"), feed_events.c.told_at.is_(None))
        .values(told_at=now)
    )
    if event_ids:
        await connection.execute(marked, [{"id": event_id} for event_id in event_ids])
