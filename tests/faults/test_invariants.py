"""What a run of the cluster is judged by, on runs that were made up: each kind of harm is seen, and no other."""

from dataclasses import replace
from uuid import UUID

import pytest

from faults.cluster.evidence import Written
from faults.cluster.findings import Findings
from faults.cluster.invariants import CHECKS, changes, order, purged, stored, wire
from faults.cluster.plan import Size
from faults.cluster.press import Press
from newswire.events import CHANGES, TOPICS, stable_id

ARTICLE, FEED = stable_id("article"), stable_id("feed")
CHANGE, EVENT = stable_id("change"), stable_id("feed-event")


def written(event_id: UUID, value: bytes, offset: int, key: UUID = ARTICLE) -> Written:
    return Written(CHANGES, 0, offset, str(key).encode(), value, (("ce_id", str(event_id).encode()),))


def revision(number: int, change_id: UUID = CHANGE, value: bytes = b"c"):
    return {"change_id": change_id, "article_id": ARTICLE, "revision": number, "kind": "published", "value": value}


def of_feed(value: bytes = b"f", told_at: object = "then"):
    return {"event_id": EVENT, "feed_id": FEED, "value": value, "told_at": told_at}


ROW = {"article_id": ARTICLE, "revision": 1, "purged_at": None, "title": None}
GOOD = Findings(
    press=Press(Size(), 1),
    log=dict.fromkeys(TOPICS, ())
    | {CHANGES: [written(CHANGE, b"c", 0), written(EVENT, b"f", 1, FEED), written(EVENT, b"f", 2, FEED)]},
    tables=dict.fromkeys(("sightings", "outcomes", "texts", "letters"), ())
    | {"changes": [revision(1)], "feed_events": [of_feed()], "articles": [ROW]},
)


def with_log(*records: Written) -> Findings:
    return replace(GOOD, log={**GOOD.log, CHANGES: records})


def with_table(name: str, *rows: object) -> Findings:
    return replace(GOOD, tables={**GOOD.tables, name: rows})


def test_events_of_feeds_beside_those_of_articles_are_well():
    assert [*wire(GOOD), *changes(GOOD), *order(GOOD)] == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (with_table("feed_events"), f"event {EVENT} is on the wire and not recorded"),
        (with_log(GOOD.log[CHANGES][0]), f"event {EVENT} is recorded and not on the wire"),
        (with_log(*GOOD.log[CHANGES], written(EVENT, b"other", 3, FEED)), f"event {EVENT} has 2 values"),
        (with_table("feed_events", of_feed(b"other")), f"event {EVENT} is on the wire in another form than recorded"),
        (with_table("feed_events", of_feed(told_at=None)), f"event {EVENT} of a feed is not marked as told"),
        (with_table("changes"), f"event {CHANGE} is on the wire and not recorded"),
        (with_log(*GOOD.log[CHANGES][1:]), f"event {CHANGE} is recorded and not on the wire"),
    ],
)
def test_what_is_on_the_wire_and_not_in_the_books_or_the_other_way_round_is_seen(found, said):
    assert list(wire(found)) == [said]


def test_an_article_that_is_stored_without_a_text_is_seen():
    with Press(Size(), 1) as press:
        press.print(range(1))
        url = press.url(0)
        row = {"canonical_url": url, "article_id": ARTICLE, "kind": "published", "revision": 1}
        found = replace(GOOD, press=press, tables={**GOOD.tables, "articles": [row]})
        assert 0 not in press.bad
        assert list(stored(found)) == [f"{url} is stored and has no text"]


@pytest.mark.parametrize(
    ("row", "text", "seen"),
    [
        ({"kind": "withdrawn", "purged_at": "then", "title": None}, "", False),
        ({"kind": "published", "purged_at": "then", "title": None}, "", True),
        ({"kind": "withdrawn", "purged_at": None, "title": None}, "", True),
        ({"kind": "withdrawn", "purged_at": "then", "title": "Report"}, "", True),
        ({"kind": "withdrawn", "purged_at": "then", "title": None}, "words", True),
    ],
)
def test_an_article_that_came_back_or_kept_words_after_its_purge_is_seen(row, text, seen):
    with Press(Size(), 1) as press:
        press.print(range(1))
        url = press.take(0.0, purge=True)
        stood = ROW | {"canonical_url": url} | row
        texts = [{"article_id": ARTICLE, "revision": 1, "text": text}]
        found = replace(GOOD, press=press, tables={**GOOD.tables, "articles": [stood], "texts": texts})
        assert bool(list(stored(found))) == seen


def test_words_of_a_purged_article_that_are_left_in_a_table_are_seen():
    assert list(purged(GOOD)) == []
    assert list(purged(replace(GOOD, remains=["revisions"]))) == ["words of a purged article are left in revisions"]


def test_a_purged_change_may_have_its_old_form_on_the_wire():
    row = ROW | {"purged_at": "then"}
    found = replace(with_table("changes", revision(1, value=b"no words")), log=GOOD.log)
    found = replace(found, tables={**found.tables, "articles": [row]})
    assert list(wire(found)) == []


def test_the_check_of_the_wire_is_among_those_that_a_run_is_judged_by():
    assert {wire, changes, order, purged} < {check for _, check in CHECKS}
