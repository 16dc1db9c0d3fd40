"""The golden day is what the contract describes, and no consumer with a mistake comes through it unnoticed."""

import pytest

from newswire.contracts import CONTRACTS
from newswire.events import CHANGES
from support.documents import ROOT
from support.foreign import Contract, Row, follow
from support.golden import expected, records, rows_after, rows_expected, rows_of

RECORDS = records()
ABOUT_ARTICLES = [each.ce_type for each in CONTRACTS if each.ce_type.startswith("newswire.change.")]


def values(dropped=()):
    return [each["value"] for each in RECORDS if each["headers"]["ce_type"] not in dropped]


def test_every_record_is_as_the_published_documents_say():
    contract = Contract(ROOT / "schemas" / "asyncapi.json", CHANGES)
    for record in RECORDS:
        contract.check(record["key"], record["headers"], record["value"])


def test_every_kind_of_event_of_the_wire_is_in_it():
    assert {each["headers"]["ce_type"] for each in RECORDS} == {
        each.ce_type for each in CONTRACTS if each.topic == CHANGES
    }


def test_positions_have_no_gap_and_one_id_has_one_value():
    by_id = {}
    for record in RECORDS:
        assert by_id.setdefault(record["headers"]["ce_id"], record["value"]) == record["value"]
    told = expected()
    assert sorted(each["position"] for each in by_id.values()) == list(range(1, told["head"] + 1))
    assert (len(by_id), len(RECORDS)) == (told["events"], told["records"])


def test_the_first_record_of_each_event_keeps_its_place_among_those_of_its_key():
    seen, last = set(), {}
    for record in RECORDS:
        if record["headers"]["ce_id"] not in seen:
            seen.add(record["headers"]["ce_id"])
            assert record["value"]["position"] > last.get(record["key"], 0)
            last[record["key"]] = record["value"]["position"]


def test_records_come_out_of_order_twice_and_late():
    positions = [each["value"]["position"] for each in RECORDS]
    first = list(dict.fromkeys(positions))
    assert first != sorted(first)
    assert len(positions) > len(first)
    of_last = [each["value"]["position"] for each in RECORDS if each["key"] == RECORDS[-1]["key"]]
    assert of_last[-1] < max(of_last), "the last word on an article is an old copy"


def test_a_consumer_that_keeps_the_contract_holds_what_is_expected():
    assert rows_after(values()) == rows_expected()


@pytest.mark.parametrize("ce_type", ABOUT_ARTICLES)
def test_a_consumer_that_passes_over_a_kind_of_change_is_found_out(ce_type):
    assert rows_after(values([ce_type])) != rows_expected()


def test_a_consumer_that_applies_copies_is_found_out():
    held = {}
    for each in RECORDS:
        value = dict(each["value"])
        if "article_id" in value:
            before = held.get(value["article_id"], Row("", 0))
            held[value["article_id"]] = Row(before.kind, 0, before.duplicate_of, before.article)
            follow(held, each["headers"]["ce_type"], value)
    assert rows_of(held) != rows_expected()


def test_a_consumer_that_keeps_a_purged_text_is_found_out():
    kept = [value | {"purged": None} if value["kind"] == "withdrawn" else value for value in values()]
    assert rows_after(kept) != rows_expected()
