"""Events to messages and back.

Written in CloudEvents 1.0 binary mode (Kafka protocol binding 1.0.2 §3.2): attributes are ``ce_*``
headers in plain UTF-8 (§3.2.3; nothing is percent-encoded as in HTTP), the value is the event's JSON.
Structured mode (§3.3) is read as well. The same event always gives the same bytes, value and headers,
so that an event published twice is one event.

The trace travels twice: as ``ce_traceparent`` (CloudEvents distributed tracing extension) for those who
read events, and as ``traceparent`` for the tracing libraries that look at Kafka headers.
"""

import base64
import json
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError, from_json

from newswire.contracts.registry import (
    ALONE,
    BY_KIND,
    BY_MODEL,
    BY_TYPE,
    HOME,
    Contract,
    Event,
    attributes,
    recorded_attributes,
)
from newswire.domain.articles.recorded import RecordedChange
from newswire.domain.feeds.state import RecordedFeedEvent
from newswire.errors import InvalidRecord
from newswire.events import CHANGES, LATEST
from newswire.ports import Message, Record

STRUCTURED: Final = "application/cloudevents"
"""The content type of a structured-mode record begins with this (Kafka protocol binding §3.3.1)."""


def encode(event: Event, *, traceparent: str | None = None) -> Message:
    """The event as a message for its topic; equal input gives equal bytes.

    Raises:
        InvalidRecord: a text holds a lone surrogate, which no JSON can carry, or the address of an entry
            is none, so that it has no key.
    """
    contract = BY_MODEL[type(event)]
    try:
        named = attributes(event)
    except ValueError as error:
        raise InvalidRecord(f"{contract.ce_type} {event.id} has no key: {error}") from error
    try:
        return _message(contract, named, event.model_dump_json().encode(), traceparent)
    except (PydanticSerializationError, UnicodeEncodeError) as error:
        raise InvalidRecord(f"{contract.ce_type} {event.id} cannot be written as UTF-8 JSON: {error}") from error


def encode_recorded(recorded: RecordedChange | RecordedFeedEvent) -> Message:
    """A recorded event as it was first published: the recorded bytes, even where this version would write others.

    They are not read for it: what the headers say is recorded beside them.

    Raises:
        InvalidRecord: no change is of that kind.
    """
    contract = BY_KIND.get(recorded.kind)
    if contract is None or contract.topic != CHANGES:
        raise InvalidRecord(f"unknown kind of change {recorded.kind!r}")
    trace = recorded.traceparent if isinstance(recorded, RecordedChange) else None
    return _message(contract, recorded_attributes(contract, recorded), recorded.value, trace)


def _message(contract: Contract, named: dict[str, str], value: bytes, traceparent: str | None) -> Message:
    headers = {f"ce_{name}": text for name, text in named.items()} | {"content-type": "application/json"}
    if traceparent is not None:
        headers |= {"ce_traceparent": traceparent, "traceparent": traceparent}
    encoded = tuple((name, text.encode()) for name, text in headers.items())
    return Message(contract.topic, named["partitionkey"], value, encoded)


def tombstone(article_id: UUID) -> Message:
    """The record that deletes an article's state from the compacted topic: its key, and no value."""
    return Message(LATEST, str(article_id), b"")


def decode(record: Record | Message) -> Event:
    """The event that a record carries; fields of a newer version are left out.

    The ``ce_type`` header says which model it is. Without one, the JSON's ``kind`` does, or else the topic.

    Raises:
        InvalidRecord: anything else than a well-formed event of a type that belongs on the record's topic.
    """
    topic = record.topic if isinstance(record, Message) else record.partition.topic
    ce_type, value = _unwrap(record)
    contract = _by_content(value, topic) if ce_type is None else BY_TYPE.get(ce_type)
    if contract is None:
        raise InvalidRecord(f"unknown event type {ce_type!r}; known are {', '.join(BY_TYPE)}")
    if HOME.get(topic, contract.topic) != contract.topic:
        raise InvalidRecord(f"{contract.ce_type} does not belong on {topic}, but on {contract.topic}")
    return _parse(contract, value)


def entry_id_of(record: Record | Message) -> UUID | None:
    """The ledger's entry id that a record is about, without reading the event; None when it names none."""
    text = _attribute(record, "entryid")
    try:
        return None if text is None else UUID(text)
    except ValueError:
        return None


def traceparent_of(record: Record | Message) -> str | None:
    """The W3C trace context that a record carries, whatever is in it; None without one."""
    return record.header("traceparent") or _attribute(record, "traceparent")


def trace_id_of(record: Record | Message) -> str | None:
    """The trace that a record belongs to: 32 hex digits (W3C Trace Context §3.2.2.3), or None without one."""
    parts = (traceparent_of(record) or "").split("-")
    return parts[1] if len(parts) >= 4 and len(parts[1]) == 32 else None


def _attribute(record: Record | Message, name: str) -> str | None:
    """A CloudEvents attribute of the record, from its header or, in structured mode, from the envelope."""
    text = record.header(f"ce_{name}")
    if text is not None or not _media_type(record).startswith(STRUCTURED):
        return text
    try:
        found = _object(record.value).get(name)
    except InvalidRecord:
        return None
    return found if isinstance(found, str) else None


def _media_type(record: Record | Message) -> str:
    return (record.header("content-type") or "").partition(";")[0].strip().lower()


def _unwrap(record: Record | Message) -> tuple[str | None, bytes]:
    """The type, where the record names one, and the event's JSON."""
    media_type = _media_type(record)
    if not media_type.startswith(STRUCTURED):
        if record.header("ce_specversion") not in {None, "1.0"}:
            raise InvalidRecord("only CloudEvents specversion 1.0 is read")
        return record.header("ce_type"), record.value
    if media_type != f"{STRUCTURED}+json":
        raise InvalidRecord(f"content type {media_type!r} is not read; send application/cloudevents+json")
    envelope = _object(record.value)
    ce_type, value = envelope.get("type"), _data(envelope)
    if envelope.get("specversion") != "1.0" or not isinstance(ce_type, str) or value is None:
        raise InvalidRecord("not a CloudEvents 1.0 envelope with a type and JSON data")
    return ce_type, value


def _data(envelope: dict[str, Any]) -> bytes | None:
    """The event's JSON: an object in ``data``, or its bytes in ``data_base64`` (JSON event format 1.0.2 §3.1)."""
    data, encoded = envelope.get("data"), envelope.get("data_base64")
    if isinstance(data, dict):
        return json.dumps(data).encode()
    try:
        return base64.b64decode(encoded, validate=True) if isinstance(encoded, str) else None
    except ValueError as error:
        raise InvalidRecord(f"data_base64 is not Base64: {error}") from error


def _by_content(value: bytes, topic: str) -> Contract:
    """The contract of a record that has no CloudEvents headers."""
    kind = _object(value).get("kind")
    contract = BY_KIND.get(kind) if isinstance(kind, str) else ALONE.get(HOME.get(topic, topic))
    if contract is None:
        raise InvalidRecord("neither a ce_type header nor a known kind in the JSON says what this record is")
    return contract


def _object(value: bytes) -> dict[str, Any]:
    try:
        parsed = from_json(value)
    except ValueError as error:
        raise InvalidRecord(f"not JSON: {error}") from error
    if not isinstance(parsed, dict):
        raise InvalidRecord(f"a JSON object was expected, not {type(parsed).__name__}")
    return parsed


def _parse(contract: Contract, value: bytes) -> Event:
    try:
        return contract.model.model_validate_json(value)
    except ValidationError as error:
        raise InvalidRecord(f"not a {contract.ce_type}: {_reasons(error)}") from error


def _reasons(error: ValidationError) -> str:
    """Which fields are wrong and why, without the values: those may be large, and are in the record."""
    lines = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, line['loc'])) or 'value'}: {line['msg']}" for line in lines[:5])
