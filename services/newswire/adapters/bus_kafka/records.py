"""A message as Kafka takes it, and a record as it gives it back."""

from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, Final

from aiokafka import TopicPartition

from newswire.errors import Reject
from newswire.ports import Message, Partition, Record

HEADROOM_BYTES: Final = 64_000
"""The bytes that a key and headers take beside the largest value; ``max.message.bytes`` of a topic allows them."""
_VALUE: Final = itemgetter(1)


def check(message: Message, max_value_bytes: int) -> None:
    """Raise `Reject` for what Kafka would refuse: ``too-large``, or ``invalid-key`` (no UTF-8)."""
    if len(message.value) > max_value_bytes:
        raise Reject(
            "too-large",
            f"a value of {len(message.value):,} bytes for {message.topic}: the limit is {max_value_bytes:,} bytes",
        )
    try:
        beside = len(message.key.encode()) + sum(len(name.encode()) + len(value) for name, value in message.headers)
    except UnicodeEncodeError:
        raise Reject("invalid-key", f"the key {message.key!r} for {message.topic} holds a lone surrogate") from None
    if beside > HEADROOM_BYTES:
        raise Reject(
            "too-large",
            f"a key and headers of {beside:,} bytes for {message.topic}: the limit is {HEADROOM_BYTES:,} bytes",
        )


def to_record(record: Any) -> Record:
    """One of aiokafka's consumer records. A tombstone is an empty value; what others wrote may be no UTF-8."""
    headers = record.headers
    if None in map(_VALUE, headers):  # rare, and most of the cost if every record's headers were made anew
        headers = ((name, value or b"") for name, value in headers)
    return Record(
        Partition(record.topic, record.partition),
        record.offset,
        None if record.key is None else record.key.decode("utf-8", "replace"),
        record.value or b"",
        tuple(headers),
        _moment(record.timestamp),
    )


def to_ours(at: TopicPartition) -> Partition:
    """A partition by aiokafka's name."""
    return Partition(at.topic, at.partition)


def to_theirs(at: Partition) -> TopicPartition:
    """A partition for aiokafka."""
    return TopicPartition(at.topic, at.number)


def _moment(milliseconds: int) -> datetime | None:
    """Kafka's time of a record; None where it has none (-1), or one beyond the calendar."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds >= 0 else None
    except (OverflowError, ValueError, OSError):
        return None
