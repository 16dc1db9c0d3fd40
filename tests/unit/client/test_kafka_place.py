"""Cursors of a place in a topic, and what a reader of the log remembers of articles."""

import pytest

from newswire.client import connect_sync
from newswire.client.errors import CursorLost, WireRefused
from newswire.client.event_facets import ArticleFacets
from newswire.client.kafka_place import Offsets, cursor_of, place_of
from newswire.domain.wire.filters import WireFilter
from support.golden import records

THERE = Offsets({0: 3, 1: 0, 2: 7}, {0: 10, 1: 4, 2: 7})


def test_a_cursor_is_the_place_that_it_was_made_of():
    place = {0: 9, 1: 4, 2: 7}
    assert place_of(cursor_of(place), THERE) == place


def test_the_words_for_the_ends_are_the_ends():
    assert place_of(None, THERE) == place_of("start", THERE) == THERE.begins
    assert place_of("now", THERE) == THERE.ends


def test_a_partition_that_came_later_is_read_from_its_beginning():
    assert place_of("kafka:0-5", THERE) == {0: 5, 1: 0, 2: 7}


@pytest.mark.parametrize("text", ["kafka:0-2,1-0,2-7", "kafka:0-11,1-0,2-7", "kafka:0-5,1-0,2-7,3-0"])
def test_a_place_with_records_missing_behind_it_is_lost_and_names_the_ends(text):
    with pytest.raises(CursorLost) as lost:
        place_of(text, THERE)
    assert (lost.value.floor, lost.value.head) == (cursor_of(THERE.begins), cursor_of(THERE.ends))


@pytest.mark.parametrize("text", ["", "a.3", "kafka:", "kafka:0", "kafka:0-x", "kafka:-1-3", "kafka:0-²", "kafka:0-3,"])
def test_a_text_that_is_no_place_is_refused(text):
    with pytest.raises(WireRefused):
        place_of(text, THERE)


def test_the_withdrawal_of_a_wanted_or_unknown_article_passes_and_of_an_unwanted_one_does_not():
    of_quay = WireFilter(sources=frozenset({"quay.example"}))
    values = [each["value"] for each in records()]
    by_kind = {value["kind"]: value for value in values if "upland.example/farms" in str(value)}
    published, withdrawn = by_kind["published"], by_kind["withdrawn"]
    assert ArticleFacets().takes(withdrawn, of_quay)
    assert not ArticleFacets().takes(withdrawn, WireFilter(kinds=frozenset({"published"})))
    facets = ArticleFacets()
    assert not facets.takes(published, of_quay)
    assert not facets.takes(withdrawn, of_quay)
    assert facets.takes(withdrawn, WireFilter(sources=frozenset({"upland.example"})))


@pytest.mark.parametrize(
    "arguments", [{"sasl_pasword": "secret"}, {"security_protocol": "TLS", "sasl_plain_password": "secret"}]
)
def test_arguments_that_the_consumer_does_not_take_are_refused_without_their_values(arguments):
    with connect_sync("kafka://127.0.0.1:9", kafka=arguments) as wire, pytest.raises(WireRefused, match="kafka=") as no:
        next(wire.changes())
    assert "secret" not in str(no.value)
