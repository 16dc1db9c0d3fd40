"""Events about feeds, recorded with the polls that they are about, put onto the wire."""

from typing import Final

import structlog

from newswire import metrics
from newswire.contracts import encode_recorded
from newswire.domain.feeds.state import RecordedFeedEvent
from newswire.errors import InvalidRecord
from newswire.ports import Bus, Clock, FeedEvents, Message

log = structlog.get_logger()

AT_ONCE: Final = 500


async def tell(events: FeedEvents, bus: Bus, clock: Clock) -> None:
    """Publish the recorded events that nobody has told yet, oldest first, then mark them.

    A crash in between tells the same bytes again. What a later version recorded, whose kind this one does not know, is
    left for that one to tell. Raises `Wait`.
    """
    while untold := await events.untold(AT_ONCE):
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
