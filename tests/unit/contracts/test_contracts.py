"""Events on the wire: what is sent, what is read, what is refused."""

import dataclasses
import json
import re
from datetime import datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.contracts import (
    BY_KIND,
    BY_TYPE,
    CONTRACTS,
    decode,
    encode,
    encode_recorded,
    entry_id_of,
    key_of,
    traceparent_for,
)
from newswire.contracts.dead_examples import NOT_FOUND, NOT_JSON
from newswire.contracts.entry_examples import ENTRY, EXTRACTED_EVENT, RECHECK, UNCHANGED
from newswire.contracts.examples import EXAMPLES, PUBLISHED
from newswire.domain.articles.recorded import RecordedChange
from newswire.domain.feeds.state import RecordedFeedEvent
from newswire.errors import InvalidRecord
from newswire.events import ARTICLES, CHANGES, DEAD, ENTRIES, RETRIES, TOPICS
from newswire.ports import Message, Partition, Record
from support.event_strategies import ANY_EVENT, EVENTS, TEXT


def received(message: Message, **changes) -> Record:
    message = dataclasses.replace(message, **changes)
    return Record(Partition(message.topic, 0), 7, message.key, message.value, message.headers)


def bare(value: object, topic: str = "elsewhere") -> Record:
    return Record(Partition(topic, 0), 0, None, json.dumps(value).encode())


def structured(envelope: object, content_type: str = "application/cloudevents+json; charset=utf-8") -> Record:
    headers = (("content-type", content_type.encode()),)
    return Record(Partition(ENTRIES, 0), 0, None, json.dumps(envelope).encode(), headers)


# ------------------------------------------------------------------------------------ round trips
def test_every_event_model_has_a_contract_and_a_strategy_here():
    assert set(EVENTS) == {contract.model for contract in CONTRACTS}
    assert set(EXAMPLES) == set(BY_TYPE)
    assert set(BY_KIND) == {
        "extracted", "unchanged", "gone", "published", "revised", "duplicate", "withdrawn",
            "relinked", "unlinked",
        "feed-failing", "feed-not-a-feed", "feed-silent", "feed-recovered", "feed-moved", "feed-gone",
        "coverage-gap", "coverage-restored", "source-drift", "source-recovered",
    }  # fmt: skip


@given(ANY_EVENT)
def test_what_is_encoded_is_decoded_as_the_same_event(event):
    assert decode(encode(event)) == event
    assert decode(received(encode(event))) == event


@given(ANY_EVENT)
def test_the_same_event_gives_the_same_bytes_even_after_a_trip(event):
    message = encode(event, traceparent="t")
    again = encode(decode(received(message)), traceparent="t")
    assert again == message


@given(ANY_EVENT)
def test_an_event_without_headers_is_told_by_its_kind_or_its_topic(event):
    assert decode(received(encode(event), headers=())) == event


@given(ANY_EVENT)
def test_a_structured_mode_event_is_read_too(event):
    message = encode(event)
    envelope = {"specversion": "1.0", "type": message.header("ce_type"), "data": json.loads(message.value)}
    record = dataclasses.replace(structured(envelope), partition=Partition(message.topic, 0))
    assert decode(record) == event


@given(ANY_EVENT)
def test_the_value_is_the_plain_event_without_an_envelope(event):
    value = encode(event).value
    parsed = json.loads(value)
    assert parsed["id"] == str(event.id)
    assert not {"specversion", "ce_type", "type"} & set(parsed)


# ------------------------------------------------------------------------------------ the envelope
def test_an_entrys_headers_are_its_cloudevents_attributes():
    message = encode(ENTRY, traceparent=traceparent_for(ENTRY.id))
    assert (message.topic, message.key) == (ENTRIES, "harbour.example")
    assert dict(message.headers) == {
        "ce_specversion": b"1.0",
        "ce_id": str(ENTRY.id).encode(),
        "ce_type": b"newswire.entry.found.v1",
        "ce_source": b"/newswire/poll",
        "ce_subject": b"https://harbour.example/2026/ferry-strike-ends",
        "ce_time": b"2026-03-02T08:15:00.250000Z",
        "ce_dataschema": b"urn:newswire:schema:newswire.entry.found.v1",
        "ce_partitionkey": b"harbour.example",
        "ce_entryid": str(ENTRY.id).encode(),
        "ce_traceparent": traceparent_for(ENTRY.id).encode(),
        "content-type": b"application/json",
        "traceparent": traceparent_for(ENTRY.id).encode(),
    }


@pytest.mark.parametrize(
    ("event", "topic", "key", "source", "subject", "time", "entry_id"),
    [
        (EXTRACTED_EVENT, ARTICLES, PUBLISHED.article_id, "extract", PUBLISHED.article_id, "08:15:03.500000", ENTRY.id),
        (UNCHANGED, ARTICLES, UNCHANGED.article_id, "extract", UNCHANGED.article_id, "09:30:00", RECHECK.id),
        (PUBLISHED, CHANGES, PUBLISHED.article_id, "store", PUBLISHED.article_id, "08:15:04", ENTRY.id),
        (NOT_FOUND, DEAD, ENTRY.id, "extract", f"{ENTRIES}/3/17", "09:30:00", ENTRY.id),
        (NOT_JSON, DEAD, NOT_JSON.id, "extract", f"{ENTRIES}/3/18", "08:15:00.250000", None),
    ],
    ids=["extracted", "unchanged", "published", "dead", "dead-without-entry"],
)  # fmt: skip
def test_each_stage_says_where_when_and_about_what(event, topic, key, source, subject, time, entry_id):  # one a column
    message = encode(event)
    assert (message.topic, message.key, message.header("ce_partitionkey")) == (topic, str(key), str(key))
    assert message.header("ce_source") == f"/newswire/{source}"
    assert message.header("ce_subject") == str(subject)
    assert message.header("ce_time") == f"2026-03-02T{time}Z"
    assert entry_id_of(message) == entry_id_of(received(message)) == entry_id
    assert message.header("traceparent") is None


def test_an_imported_entry_names_its_source():
    assert encode(ENTRY.model_copy(update={"reason": "import"})).header("ce_source") == "/newswire/import"


def test_entries_of_one_site_share_a_key_whatever_the_host():
    urls = ("https://www.inland.co.uk/a", "https://news.inland.co.uk/b")
    assert {key_of(ENTRY.model_copy(update={"url": url})) for url in urls} == {"inland.co.uk"}


@pytest.mark.parametrize("value", [b"", b"not-a-uuid", b"\xff"])
def test_an_unreadable_entry_id_header_is_no_entry_id(value):
    assert entry_id_of(received(encode(ENTRY), headers=(("ce_entryid", value),))) is None


def test_an_entrys_trace_is_the_same_everywhere_and_each_stage_has_its_span():
    of_poll, of_extract = traceparent_for(ENTRY.id), traceparent_for(ENTRY.id, "extract")
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", of_poll)
    assert of_poll == traceparent_for(UUID(str(ENTRY.id)), "poll")
    assert of_poll[:35] == of_extract[:35]
    assert of_poll != of_extract
    assert of_poll[:35] != traceparent_for(RECHECK.id)[:35]


def test_a_lone_surrogate_is_refused_by_name_and_not_by_a_crash():
    with pytest.raises(InvalidRecord, match=r"newswire\.entry\.found\.v1 .* cannot be written"):
        encode(ENTRY.model_copy(update={"title": "\ud800"}))
    with pytest.raises(InvalidRecord, match="cannot be written"):
        encode(NOT_JSON.model_copy(update={"topic": "\ud800"}))


@pytest.mark.parametrize("url", ["ce_type: https://harbour.example/a", "https://a@b.example/", ""])
def test_an_entry_without_an_address_has_no_key_and_is_refused_by_name(url):
    with pytest.raises(InvalidRecord, match=r"newswire\.entry\.found\.v1 .* has no key"):
        encode(ENTRY.model_copy(update={"url": url}))


def test_a_recorded_change_is_published_with_the_recorded_bytes():
    value = json.dumps({**json.loads(encode(PUBLISHED).value), "of_a_former_version": 1}).encode()
    recorded = RecordedChange(
        PUBLISHED.id, PUBLISHED.article_id, "published", value, PUBLISHED.at, PUBLISHED.entry_id, "00-t"
    )
    message = encode_recorded(recorded)
    assert message.value == value
    assert message.headers == encode(PUBLISHED, traceparent="00-t").headers


@pytest.mark.parametrize("kind", ["heard", "extracted"])
def test_what_is_recorded_and_no_change_is_refused_by_its_kind(kind):
    recorded = RecordedChange(PUBLISHED.id, PUBLISHED.article_id, kind, b"{}", PUBLISHED.at, PUBLISHED.entry_id)
    with pytest.raises(InvalidRecord, match=kind):
        encode_recorded(recorded)


@given(st.one_of(*(EVENTS[contract.model] for contract in CONTRACTS if contract.topic == CHANGES)))
def test_a_recorded_event_is_announced_as_the_event_itself_is(event):
    value = event.model_dump_json().encode()
    if hasattr(event, "article_id"):
        recorded = RecordedChange(event.id, event.article_id, event.kind, value, event.at, event.entry_id, "00-t")
        assert encode_recorded(recorded) == encode(event, traceparent="00-t")
    else:
        about = event.source_id if hasattr(event, "source_id") else event.feed.id
        assert encode_recorded(RecordedFeedEvent(event.id, about, event.kind, value, event.at)) == encode(event)


# ------------------------------------------------------------------------------------ what is refused
@given(st.sampled_from(TOPICS), st.binary(max_size=60), st.lists(st.tuples(
    st.sampled_from(("ce_type", "ce_specversion", "content-type", "ce_entryid", "x")),
    st.binary(max_size=20) | st.sampled_from((b"1.0", b"application/cloudevents+json", *(t.encode() for t in BY_TYPE))),
), max_size=4))  # fmt: skip
def test_garbage_is_an_invalid_record_and_nothing_else(topic, value, headers):
    record = Record(Partition(topic, 0), 0, None, value, tuple(headers))
    entry_id_of(record)
    with pytest.raises(InvalidRecord):
        decode(record)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(ANY_EVENT, st.data())
def test_an_event_with_one_field_spoilt_is_read_or_refused_but_never_breaks(event, data):
    message = encode(event)
    parsed = json.loads(message.value)
    parsed[data.draw(st.sampled_from(sorted(parsed)))] = data.draw(JSON)
    try:
        found = decode(received(message, value=json.dumps(parsed).encode()))
    except InvalidRecord as error:
        refusal = error
    else:
        assert type(found) is type(event)
        return
    assert len(str(refusal)) < 2000


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (bare([1]), "a JSON object was expected"),
        (bare({"kind": "rumour"}), "neither a ce_type header nor a known kind"),
        (bare({}, CHANGES), "neither a ce_type header nor a known kind"),
        (bare({}, ENTRIES), r"not a newswire\.entry\.found\.v1: id: Field required"),
        (bare({"kind": "published"}, ENTRIES), r"does not belong on newswire\.entries\.v1"),
        (received(encode(ENTRY), topic=CHANGES), r"belong on newswire\.changes\.v1, but on newswire\.entries\.v1"),
        (received(encode(ENTRY), headers=(("ce_type", b"newswire.entry.found.v9"),)), "unknown event type"),
        (received(encode(ENTRY), headers=(("ce_specversion", b"2.0"),)), "specversion 1.0"),
        (received(encode(ENTRY), value=b"[" * 100_000), r"not a newswire\.entry"),
        (structured({"specversion": "0.3", "type": "newswire.entry.found.v1", "data": {}}), "1.0 envelope"),
        (structured({"specversion": "1.0", "type": "newswire.entry.found.v1", "data": "{}"}), "1.0 envelope"),
        (structured([{}], "application/cloudevents-batch+json"), "is not read"),
        (structured({}, "application/cloudevents+avro"), "is not read"),
    ],
)  # fmt: skip
def test_each_refusal_says_what_is_wrong(record, message):
    with pytest.raises(InvalidRecord, match=message):
        decode(record)


def test_a_retry_topic_carries_entries():
    assert [decode(received(encode(ENTRY), topic=topic)) for topic in RETRIES] == [ENTRY] * 3


def test_fields_of_a_newer_version_are_ignored():
    message = encode(PUBLISHED)
    parsed = json.loads(message.value)
    parsed["invented_later"] = parsed["article"]["invented_later"] = {"x": 1}
    assert decode(received(message, value=json.dumps(parsed).encode())) == PUBLISHED


def test_a_refusal_does_not_repeat_the_value():
    message = encode(ENTRY)
    parsed = {**json.loads(message.value), "found_at": "secret" * 1000}
    with pytest.raises(InvalidRecord) as refused:
        decode(received(message, value=json.dumps(parsed).encode()))
    assert "secret" not in str(refused.value)


def test_times_of_another_zone_come_out_in_utc():
    moment = datetime(2026, 3, 2, 10, 15, tzinfo=timezone(timedelta(hours=2)))
    parsed = {**json.loads(encode(ENTRY).value), "found_at": moment.isoformat()}
    found = decode(received(encode(ENTRY), value=json.dumps(parsed).encode()))
    assert found.found_at.utcoffset() == timedelta(0)
    assert encode(found).header("ce_time") == "2026-03-02T08:15:00Z"


def test_a_time_that_utc_moves_out_of_the_calendar_is_refused():
    parsed = {**json.loads(encode(ENTRY).value), "found_at": "0001-01-01T00:00:00+02:00"}
    with pytest.raises(InvalidRecord):
        decode(received(encode(ENTRY), value=json.dumps(parsed).encode()))
