"""Events about feeds: recorded with the feed's state, published afterwards, then marked as published."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newswire.adapters.store.rows import AnyRow, feed_event_row
from newswire.adapters.store.sql import insert_new
from newswire.adapters.store.tables import feed_events
from newswire.domain.feeds.state import RecordedFeedEvent
from newswire.events import FeedEvent


async def record(connection: AsyncConnection, events: Sequence[FeedEvent]) -> None:
    """Record, in the order in which they are to be told; one that exists is left as it is."""
    await insert_new(connection, feed_events, [feed_event_row(event, place) for place, event in enumerate(events)])


async def untold(connection: AsyncConnection, limit: int) -> tuple[RecordedFeedEvent, ...]:
    """The events that are not marked as published, oldest first."""
    query = (
        select(feed_events)
        .where(feed_events.c.told_at.is_(None))
        .order_by(feed_events.c.at, feed_events.c.place, feed_events.c.event_id)
        .limit(limit)
    )
    return tuple(map(recorded_of, await connection.execute(query)))


def recorded_of(row: AnyRow) -> RecordedFeedEvent:
    """The event of a row."""
    return RecordedFeedEvent(row.event_id, row.feed_id, row.kind, row.value, row.at)


async def mark_told(connection: AsyncConnection, event_ids: Sequence[UUID], now: datetime) -> None:
    """Mark them; one that is marked keeps its time."""
    marked = (
        update(feed_events)
        .where(feed_events.c.event_id == bindparam("id"), feed_events.c.told_at.is_(None))
        .values(told_at=now)
    )
    if event_ids:
        await connection.execute(marked, [{"id": event_id} for event_id in event_ids])
