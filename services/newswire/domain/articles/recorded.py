"""An article event as it arrives at the store stage, and a decided change as it is published."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from newswire.events import ArticleEvent, Change

_NO_POSITION: Final = b'"position":null'
"""How a change is encoded that has no position yet."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One article event as `store` received it, with the trace it belongs to."""

    event: ArticleEvent
    traceparent: str | None = None
    later: bool = False
    """Whether its page was read at a later attempt than the first."""


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
    position: int | None = None
    """Its number on the wire; None as long as its transaction has not given it one."""


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


def numbered(made: Sequence[tuple[Change, RecordedChange]], first: int) -> list[tuple[Change, RecordedChange]]:
    """The changes with their positions, from ``first`` on, in their order; the bytes say the position too."""
    return [(change, _placed(record, position)) for position, (change, record) in enumerate(made, start=first)]


def _placed(record: RecordedChange, position: int) -> RecordedChange:
    return replace(record, value=with_position(record.value, position), position=position)


def with_position(value: bytes, position: int) -> bytes:
    """Write the position into the bytes: it is quicker than to encode the change again, and a lock is held meanwhile.

    Ids, numbers and a time alone come before it, so its first place is the field of the change.
    """
    return value.replace(_NO_POSITION, b'"position":%d' % position, 1)
