"""An article event as it arrives at the store stage, and a decided change as it is published."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from newswire.events import ArticleEvent, Change


@dataclass(frozen=True, slots=True)
class Arrival:
    """One article event as `store` received it, with the trace it belongs to."""

    event: ArticleEvent
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A decided change exactly as it is (re-)published: the same bytes every time."""

    change_id: UUID
    article_id: UUID
    kind: str
    value: bytes
    at: datetime
    entry_id: UUID
    traceparent: str | None = None


def recorded(change: Change, traceparent: str | None) -> RecordedChange:
    """A change, turned into the bytes that it keeps for ever."""
    return RecordedChange(
        change_id=change.id,
        article_id=change.article_id,
        kind=change.kind,
        value=change.model_dump_json().encode(),
        at=change.at,
        entry_id=change.entry_id,
        traceparent=traceparent,
    )
