"""What becomes of a record that could not be used: nothing of the original is lost on the way."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from newswire.contracts import decode
from newswire.errors import InvalidRecord, Reject, Retry, Stop
from newswire.events import ARTICLES, DEAD, ENTRIES, RETRIES, DeadLetter
from newswire.ports import Partition, Record
from newswire.stages.failures import (
    ATTEMPT,
    FIRST_FAILED,
    NOT_BEFORE,
    DeadLetterLimit,
    attempt_of,
    dead_letter,
    replay_message,
    retry_message,
)
from newswire.stages.limits import MAX_KEPT_BYTES
from support.line import RETRY_DELAYS, delivered, entry_record

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
TIMEOUT = Retry("timeout", "no answer")


def with_header(name, value):
    record = entry_record()
    return Record(record.partition, 0, record.key, record.value, (*record.headers, (name, value)))


def letter_of(record, error=TIMEOUT, stage="extract", at=NOW, **more) -> DeadLetter:
    message = dead_letter(record, stage, error, at, **more)
    assert message.topic == DEAD
    letter = decode(delivered(message))
    assert isinstance(letter, DeadLetter)
    return letter


class TestAttempts:
    def test_a_record_without_the_header_is_a_first_attempt(self):
        assert attempt_of(entry_record()) == 1

    @pytest.mark.parametrize("value", [b"", b"two", b"-1", b"99999", b"\xff", "٣".encode()])
    def test_a_header_that_is_no_small_number_counts_as_a_first_attempt(self, value):
        assert attempt_of(with_header(ATTEMPT, value)) == 1

    def test_the_header_counts(self):
        assert attempt_of(with_header(ATTEMPT, b"3")) == 3


class TestRetries:
    def test_a_record_climbs_rung_by_rung_unaltered_and_then_has_had_every_chance(self):
        record, topics, now = entry_record(), [], NOW
        original = record
        while message := retry_message(record, TIMEOUT, RETRY_DELAYS, now):
            topics.append(message.topic)
            assert (message.key, message.value) == (original.key, original.value)
            assert message.header(NOT_BEFORE) == (now + RETRY_DELAYS[len(topics) - 1]).isoformat()
            assert message.header(FIRST_FAILED) == NOW.isoformat()
            record, now = delivered(message), now + timedelta(hours=3)
        assert topics == list(RETRIES)
        assert attempt_of(record) == 4

    def test_each_header_of_ours_is_there_once_and_every_other_is_kept(self):
        first = retry_message(entry_record(), TIMEOUT, RETRY_DELAYS, NOW)
        second = retry_message(delivered(first), TIMEOUT, RETRY_DELAYS, LATER)
        names = [name for name, _ in second.headers]
        assert len(names) == len(set(names))
        assert entry_record().headers == second.headers[: len(entry_record().headers)]

    @pytest.mark.parametrize(
        ("asked_s", "rung"), [(None, 0), (30, 0), (60, 0), (61, 1), (600, 1), (601, 2), (7200, 2), (99_999, 2)]
    )
    def test_a_server_that_asks_for_more_time_is_given_a_later_rung(self, asked_s, rung):
        error = Retry("http-503", "the server answered 503", retry_after_s=asked_s)
        message = retry_message(entry_record(), error, RETRY_DELAYS, NOW)
        assert message.topic == RETRIES[rung]
        assert message.header(NOT_BEFORE) == (NOW + RETRY_DELAYS[rung]).isoformat()
        assert message.header(ATTEMPT) == "2"

    def test_an_error_text_that_no_utf8_holds_still_travels(self):
        message = retry_message(entry_record(), Retry("connect", "bad \ud800 name"), RETRY_DELAYS, NOW)
        assert message.header("x-last-error") == "connect: bad ? name"


class TestDeadLetters:
    def test_the_original_is_kept_byte_for_byte_with_its_place_and_reason(self):
        record = Record(Partition(ARTICLES, 3), 17, "key", b"\x00\xff not JSON", (("ce_x", b"\xe9\x00"),))
        letter = letter_of(record, InvalidRecord("not JSON"), "store")
        assert base64.b64decode(letter.value_base64) == record.value
        assert [(name, value.encode("latin-1")) for name, value in letter.headers] == [("ce_x", b"\xe9\x00")]
        assert (letter.topic, letter.partition, letter.offset, letter.key) == (ARTICLES, 3, 17, "key")
        assert (letter.reason, letter.error, letter.message) == ("invalid-record", "InvalidRecord", "not JSON")

    def test_of_a_record_that_no_letter_could_hold_the_beginning_is_kept_and_it_says_so(self):
        record = Record(Partition(ENTRIES, 3), 17, "key", b"x" * 10_000_000)
        letter = letter_of(record, InvalidRecord("not JSON"))
        assert base64.b64decode(letter.value_base64) == record.value[:MAX_KEPT_BYTES]
        assert letter.message == "[the first 7,000,000 of 10,000,000 bytes are kept here] not JSON"
        assert len(letter.model_dump_json()) < 10_000_000

    def test_it_tells_the_whole_story_of_its_attempts(self):
        record = delivered(retry_message(entry_record(), TIMEOUT, RETRY_DELAYS, NOW))
        letter = letter_of(record, at=LATER, url="https://n.example/a")
        assert (letter.attempts, letter.first_failed_at, letter.failed_at) == (2, NOW, LATER)
        assert (letter.reason, letter.url) == ("timeout", "https://n.example/a")
        assert not {name for name, _ in letter.headers} & {ATTEMPT, NOT_BEFORE, FIRST_FAILED, "x-last-error"}

    def test_the_entry_and_its_trace_are_carried(self):
        record = entry_record()
        message = dead_letter(record, "extract", TIMEOUT, NOW)
        assert message.header("ce_entryid") == record.header("ce_entryid") is not None
        assert message.header("traceparent") == record.header("traceparent") is not None

    def test_the_same_failure_has_the_same_id_and_any_other_another_one(self):
        first = entry_record()
        again = delivered(retry_message(first, TIMEOUT, RETRY_DELAYS, NOW))
        sent = delivered(replay_message(letter_of(first)))
        twice = delivered(replay_message(letter_of(sent)))
        ids = [letter_of(record).id for record in (first, again, sent, twice)]
        ids.append(letter_of(first, stage="store").id)
        assert len(set(ids)) == 5
        assert letter_of(first, at=LATER).id == ids[0]

    def test_records_without_an_entry_are_told_apart_by_their_place(self):
        here, there = (Record(Partition(ENTRIES, 0), offset, None, b"{") for offset in (1, 2))
        assert letter_of(here).id != letter_of(there).id
        assert letter_of(here).id == letter_of(here).id
        assert letter_of(here).entry_id is None

    def test_an_unknown_error_is_called_unexpected(self):
        letter = letter_of(entry_record(), ZeroDivisionError("division by zero"))
        assert (letter.reason, letter.error) == ("unexpected", "ZeroDivisionError")

    @pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "x" * 100_000])
    def test_texts_that_a_database_refuses_are_mended(self, text):
        letter = letter_of(entry_record(), Reject("bad-url", text), url=f"https://n.example/{text}")
        for said in (letter.message, letter.url):
            assert "\x00" not in said
            assert len(said) <= 2000
            said.encode()

    @pytest.mark.parametrize("value", [b"yesterday", b"2026-03-01T12:00:00", b""])
    def test_an_unreadable_time_of_the_first_failure_is_taken_for_now(self, value):
        assert letter_of(with_header(FIRST_FAILED, value), at=LATER).first_failed_at == LATER


class TestSendingAgain:
    def test_the_original_record_is_sent_with_fresh_attempts_and_says_where_it_comes_from(self):
        record = entry_record()
        letter = letter_of(delivered(retry_message(record, TIMEOUT, RETRY_DELAYS, NOW)))
        message = replay_message(letter)
        assert (message.topic, message.key, message.value) == (ENTRIES, record.key, record.value)
        assert message.headers == (*record.headers, ("x-replayed-from", str(letter.id).encode()))
        assert attempt_of(delivered(message)) == 1

    @pytest.mark.parametrize("topic", [ENTRIES, ARTICLES, DEAD])
    def test_it_goes_where_it_was_first_published(self, topic):
        record = Record(Partition(topic, 1), 5, "k", b"{}")
        assert replay_message(letter_of(record)).topic == topic

    @pytest.mark.parametrize("topic", RETRIES)
    def test_a_record_that_died_on_a_rung_starts_from_the_beginning(self, topic):
        assert replay_message(letter_of(Record(Partition(topic, 1), 5, "k", b"{}"))).topic == ENTRIES

    def test_headers_of_any_bytes_survive_the_round(self):
        record = Record(Partition(ENTRIES, 1), 5, "k", b"{}", (("x", bytes(range(256))), ("x", b"again")))
        assert replay_message(letter_of(record)).headers[:2] == record.headers

    def test_only_the_last_place_it_was_sent_from_is_named(self):
        sent = delivered(replay_message(letter_of(entry_record())))
        second = letter_of(sent)
        names = [value for name, value in replay_message(second).headers if name == "x-replayed-from"]
        assert names == [str(second.id).encode()]


class TestLimit:
    def test_failures_in_a_row_stop_the_stage_at_the_limit(self):
        limit = DeadLetterLimit(3)
        limit.failed(entry_record(offset=1), ValueError("a"))
        limit.failed(entry_record(offset=2), ValueError("b"))
        with pytest.raises(Stop, match="3 records in a row failed unexpectedly, the last with ValueError: c"):
            limit.failed(entry_record(offset=3), ValueError("c"))

    def test_one_success_in_between_starts_the_count_anew(self):
        limit = DeadLetterLimit(2)
        for offset in range(5):
            limit.failed(entry_record(offset=offset), ValueError("a"))
            limit.succeeded()

    def test_a_record_that_is_handled_again_counts_once(self):
        limit = DeadLetterLimit(2)
        for _ in range(5):
            limit.failed(entry_record(offset=1), ValueError("a"))
        with pytest.raises(Stop, match="2 records"):
            limit.failed(entry_record(offset=2), ValueError("b"))

    def test_records_at_one_offset_of_two_partitions_are_two(self):
        limit = DeadLetterLimit(2)
        limit.failed(Record(Partition(ENTRIES, 0), 7, "k", b""), ValueError("a"))
        with pytest.raises(Stop):
            limit.failed(Record(Partition(ENTRIES, 1), 7, "k", b""), ValueError("b"))
