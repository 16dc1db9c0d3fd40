"""Publishes the events about feeds and sources that were recorded with their states."""

from typing import Final

import structlog

from newswire import metrics
from newswire.contracts import encode_recorded
from newswire.domain.feeds.state import RecordedFeedEvent
from newswire.errors import InvalidRecord
from newswire.ports import Bus, Clock, FeedEvents, Message

log = structlog.get_logger()

AT_ONCE: Final = 500
"""Events read, published and marked together."""


async def tell(events: FeedEvents, bus: Bus, clock: Clock, *, at_once: int = AT_ONCE) -> None:
    """Publish the recorded events that are not published yet, oldest first, ``at_once`` together; then mark them.

    A crash in between publishes the same bytes again. An event of a kind that this version does not know was recorded
    by a later version and is left to it. Raises `Wait`.
    """
    while untold := await events.untold(at_once):
        told: list[RecordedFeedEvent] = []
        messages: list[Message] = []
        for event in untold:
            try:
                messages.append(encode_recorded(event))
            except InvalidRecord as error:
                log.debug("feed.event.not-ours", event_id=str(event.event_id), error=str(error))
            else:
                told.append(event)
        if told:
            await bus.publish(messages)
            await events.mark_told([event.event_id for event in told], clock.now())
            metrics.feeds_told([event.kind for event in told])
        if len(told) < len(untold):
            return
