"""CloudEvents by the SDK's own reading and writing: our events are its events, and its events are ours."""

import json
from uuid import UUID

import pytest
from cloudevents.core.bindings.kafka import (
    KafkaMessage,
    from_binary_event,
    from_kafka_event,
    to_binary_event,
    to_structured_event,
)
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given

from newswire.contracts import BY_MODEL, decode, encode, entry_id_of, trace_id_of, traceparent_for, traceparent_of
from newswire.contracts.entry_examples import ENTRY
from newswire.contracts.examples import EXAMPLES
from newswire.errors import InvalidRecord
from newswire.ports import Message, Partition, Record
from support.event_strategies import ANY_EVENT

BUILT = [pytest.param(event, id=f"{kind}/{name}") for kind, named in EXAMPLES.items() for name, event in named.items()]
TRACE = traceparent_for(ENTRY.id)


def as_sent(message: Message) -> KafkaMessage:
    """Our message as the SDK takes one from any Kafka client."""
    return KafkaMessage(dict(message.headers), message.key.encode(), message.value)


def as_received(message: KafkaMessage, topic: str) -> Record:
    """The SDK's message as our consumer gets it."""
    return Record(Partition(topic, 0), 0, message.key, message.value, tuple(message.headers.items()))


def standard(event, **more) -> CloudEvent:
    """The event as somebody else would build it with the SDK, from what the contract says and no code of ours."""
    contract = BY_MODEL[type(event)]
    written = encode(event, traceparent=TRACE)
    named = ("id", "source", "subject", "dataschema", "partitionkey", "entryid")
    attributes = {name: text for name in named if (text := written.header(f"ce_{name}")) is not None}
    time = from_binary_event(as_sent(written)).get_time()
    attributes |= {"type": contract.ce_type, "time": time, "datacontenttype": "application/json", "traceparent": TRACE}
    return CloudEvent(attributes | more, json.loads(event.model_dump_json()))


# ------------------------------------------------------------------------------------ what we write
@pytest.mark.parametrize("event", BUILT)
def test_the_sdk_reads_the_attributes_and_the_data_that_we_wrote(event):
    message = encode(event, traceparent=TRACE)
    read = from_kafka_event(as_sent(message))
    said = {name.removeprefix("ce_"): value.decode() for name, value in message.headers if name.startswith("ce_")}
    attributes = read.get_attributes()
    assert attributes.pop("time").isoformat().replace("+00:00", "Z") == said.pop("time")
    assert attributes.pop("datacontenttype") == "application/json"
    assert attributes == said
    assert read.get_data() == event.model_dump(mode="json")
    assert (read.get_id(), read.get_type(), read.get_specversion()) == (
        str(event.id), BY_MODEL[type(event)].ce_type, "1.0",
    )  # fmt: skip


@given(ANY_EVENT)
def test_whatever_is_published_is_a_valid_cloudevent(event):
    message = encode(event, traceparent=TRACE)
    read = from_binary_event(as_sent(message))
    assert UUID(read.get_id()) == event.id
    assert read.get_time().utcoffset().total_seconds() == 0
    assert read.get_data() == json.loads(message.value)


@pytest.mark.parametrize("event", BUILT)
def test_the_partition_key_attribute_is_the_records_key(event):
    message = encode(event)
    without_key = from_binary_event(KafkaMessage(dict(message.headers), None, message.value))
    assert without_key.get_extension("partitionkey") == message.key


@pytest.mark.parametrize("event", BUILT)
def test_the_sdk_writes_the_same_headers_and_key_for_the_same_event(event):
    ours, theirs = encode(event, traceparent=TRACE), to_binary_event(standard(event))
    assert {name: value for name, value in ours.headers if name != "traceparent"} == theirs.headers
    assert (ours.key, json.loads(ours.value)) == (theirs.key, json.loads(theirs.value))


def test_attributes_are_plain_utf8_and_percent_signs_are_left_alone():
    """Percent-encoding belongs to the HTTP binding; the Kafka one (1.0.2 §3.2.3) has UTF-8 strings."""
    url = "https://hafen.example/fähre?von=Wyk%20auf%20Föhr&nach=100%"
    message = encode(ENTRY.model_copy(update={"url": url}))
    assert dict(message.headers)["ce_subject"] == url.encode()
    read = from_binary_event(as_sent(message))
    assert read.get_subject() == url
    assert decode(as_received(to_binary_event(read), message.topic)).url == url


def test_the_same_event_has_the_same_id_and_source_on_any_machine_and_another_event_another_id():
    again = ENTRY.model_validate_json(ENTRY.model_dump_json())
    assert encode(again) == encode(ENTRY)
    identities = [(m.header("ce_source"), m.header("ce_id")) for m in (encode(p.values[0]) for p in BUILT)]
    assert len(set(identities)) == len(identities)


# ------------------------------------------------------------------------------------ what others write
@pytest.mark.parametrize("event", BUILT)
def test_what_the_sdk_writes_in_binary_mode_is_our_event(event):
    record = as_received(to_binary_event(standard(event)), BY_MODEL[type(event)].topic)
    assert decode(record) == event
    assert entry_id_of(record) == entry_id_of(encode(event))
    assert traceparent_of(record) == TRACE


@pytest.mark.parametrize("event", BUILT)
def test_what_the_sdk_writes_in_structured_mode_is_our_event_with_its_entry_and_its_trace(event):
    record = as_received(to_structured_event(standard(event)), BY_MODEL[type(event)].topic)
    assert decode(record) == event
    assert entry_id_of(record) == entry_id_of(encode(event))
    assert trace_id_of(record) == TRACE.split("-")[1]


@given(ANY_EVENT)
def test_a_structured_event_whose_data_is_bytes_is_read_too(event):
    """An SDK that is handed bytes writes ``data_base64`` (JSON event format 1.0.2 §3.1.1)."""
    given_bytes = CloudEvent(standard(event).get_attributes(), event.model_dump_json().encode())
    message = to_structured_event(given_bytes)
    assert "data_base64" in json.loads(message.value)
    assert decode(as_received(message, BY_MODEL[type(event)].topic)) == event


@pytest.mark.parametrize(
    ("change", "says"),
    [({"data_base64": "not Base64!"}, "not Base64"), ({"data_base64": 7}, "JSON data"), ({}, "JSON data")],
)
def test_an_envelope_whose_data_cannot_be_had_is_an_invalid_record(change, says):
    message = to_structured_event(standard(ENTRY))
    envelope = {name: said for name, said in json.loads(message.value).items() if name != "data"} | change
    record = as_received(KafkaMessage(message.headers, None, json.dumps(envelope).encode()), "newswire.entries.v1")
    with pytest.raises(InvalidRecord, match=says):
        decode(record)


def test_the_content_type_and_not_the_headers_beside_it_says_which_mode_it_is():
    """Kafka binding 1.0.2 §3 and §3.3.3: a structured record may carry the binary mode's headers as well."""
    both = to_structured_event(standard(ENTRY))
    headers = dict(encode(ENTRY).headers) | {"content-type": b"Application/CloudEvents+JSON; charset=UTF-8"}
    record = as_received(KafkaMessage(headers, None, both.value), "newswire.entries.v1")
    assert decode(record) == ENTRY


@pytest.mark.parametrize("value", [b"", b"[]", b"\xff", b'{"entryid": 7, "traceparent": null}'])
def test_an_unreadable_envelope_names_no_entry_and_no_trace(value):
    headers = {"content-type": b"application/cloudevents+json"}
    record = as_received(KafkaMessage(headers, None, value), "newswire.entries.v1")
    assert (entry_id_of(record), traceparent_of(record), trace_id_of(record)) == (None, None, None)


def test_a_tracing_librarys_own_header_is_a_trace_too():
    record = as_received(KafkaMessage({"traceparent": TRACE.encode()}, None, b"{}"), "newswire.entries.v1")
    assert trace_id_of(record) == TRACE.split("-")[1]
