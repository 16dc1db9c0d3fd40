"""The lines of the log alone name every outage, every retry, every death, and the books."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from faults.cluster.evidence import Written
from faults.cluster.hurts import Hurt, misnamed
from faults.cluster.log_check import unlike_books, untold
from faults.cluster.logs_alone import read, report
from newswire.events import RETRIES

START = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
AWAY = {"dependency": "database", "error": "the database is away"}


def moment(second):
    return START + timedelta(seconds=second)


def line(second, event, who="vm-1", service="newswire-store", **fields):
    at = moment(second).isoformat().replace("+00:00", "Z")
    return json.dumps({"timestamp": at, "event": event, "service.name": service, "service.instance.id": who, **fields})


def away(second, who="vm-1", stage="store", dependency="database"):
    error = f"the {dependency} is away"
    return line(second, "dependency.away", who, f"newswire-{stage}", consumer=stage, dependency=dependency, error=error)


def back(second, who="vm-1", stage="store", dependency="database", event="dependency.back"):
    return line(second, event, who, f"newswire-{stage}", consumer=stage, dependency=dependency, seconds=1)


def named(lines):
    begun = read(lines).outages
    return [(o.dependency, (o.begin - START).total_seconds(), (o.end - START).total_seconds()) for o in begun]


def test_the_waits_of_several_processes_for_one_server_are_one_outage_from_the_first_to_the_last():
    lines = [away(10), away(12, "vm-2", "poll"), back(20), back(23, "vm-2", "poll"), away(60), back(61)]
    reading = read(reversed(lines))
    assert named(lines) == [("database", 10, 23), ("database", 60, 61)]
    assert reading.outages[0].services == {"newswire-store", "newswire-poll"}
    assert "the database is away" in report(reading)


def test_two_servers_that_are_away_at_one_time_are_two_outages():
    lines = [
        away(10, dependency="kafka"),
        away(15),
        back(20),
        away(40, "vm-2", "poll", "kafka"),
        back(41, "vm-2", "poll", "kafka", "dependency.given-up"),
        back(70, dependency="kafka"),
    ]
    assert named(lines) == [("kafka", 10, 70), ("database", 15, 20)]


def test_a_process_that_starts_during_an_outage_or_dies_in_it_gives_it_no_end_of_its_own():
    lines = [
        away(1),
        line(2, "stage.summary", stage="store"),
        line(2.5, "stage.waits", "vm-2", stage="store", retry_in_s=2, **AWAY),
        line(5, "stage.waits", "vm-2", stage="store", retry_in_s=4, **AWAY),
        line(9, "stage.started", "vm-2", stage="store"),
        line(20, "stage.waits", "vm-2", stage="erase", retry_in_s=1, **AWAY),
        line(80, "stage.waits", "vm-2", stage="erase", retry_in_s=1, **AWAY),
    ]
    assert named(lines) == [("database", 1, 9), ("database", 20, 20), ("database", 80, 80)]


@pytest.mark.parametrize(
    ("second", "event", "outages"),
    [
        (5, "dependency.given-up", [("database", 1, 8)]),
        (5, "dependency.back", [("database", 1, 3), ("database", 5, 8)]),
        (9, "dependency.given-up", [("database", 1, 3), ("database", 9, 12)]),
    ],
)
def test_an_outage_of_which_nobody_found_the_end_goes_on_with_the_next_process_that_starts(second, event, outages):
    lines = [away(1), back(3, event=event), away(second, "vm-2"), back(second + 3, "vm-2")]
    assert named(lines) == outages


def test_a_host_is_away_from_the_first_fetch_that_it_does_not_answer_to_the_next_that_it_does():
    page, feed = {"url": "http://a.example/1"}, {"feed_url": "http://b.example/feed"}
    retry = {"attempt": 1, "due": "2026-11-27T10:00:02+00:00", "error": "refused"}
    lines = [
        line(1, "entry.retry", reason="http-500", **page, **retry),
        line(2, "entry.retry", reason="connect", **page, **retry),
        line(3, "entry.retry", reason="host-held", **page, **retry),
        line(4, "entry.extract", body="feed", **page),
        line(5, "entry.extract", body="page", **page),
        line(6, "feed.poll.failed", reason="timeout", error="no answer", **feed),
        line(6, "feed.poll", outcome="timeout", status=None, **feed),
        line(8, "feed.poll", outcome="not-modified", status=304, **feed),
    ]
    assert named(lines) == [("a.example", 2, 5), ("b.example", 6, 8)]


OUTAGES = [away(1), back(14), away(40), back(41)]
HURTS = [
    Hurt("database", moment(0.5), moment(13), away_until=moment(12)),
    Hurt("database", moment(39), moment(40)),
    Hurt("kafka", moment(50), moment(53), away_until=moment(51)),
]


def test_outages_that_are_named_as_they_were_made_are_right():
    assert list(misnamed(read(OUTAGES).outages, HURTS)) == []


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        (OUTAGES[2:], "does not name the outage of database from 10:00:00.5"),
        ([away(1), back(6), *OUTAGES[2:]], "does not name the outage of database from 10:00:00.5"),
        ([away(1), back(4), away(7), back(14)], "does not name the outage of database from 10:00:00.5"),
        ([*OUTAGES, away(45, dependency="kafka"), back(52, dependency="kafka")], "that nobody made: kafka: 10:00:45"),
        ([*OUTAGES, away(55), back(90)], "that nobody made: database: 10:00:55"),
        ([*OUTAGES, line(3, "feed.poll.failed", reason="dns", error="", feed_url="http://h.example/")], "h.example"),
    ],
)
def test_an_outage_that_is_not_named_as_it_was_made_is_found_out(lines, wrong):
    (told,) = misnamed(read(lines).outages, HURTS)
    assert wrong in told


def test_an_outage_that_lasts_must_be_named():
    lasting = [*HURTS, Hurt("kafka", moment(100), moment(160), away_until=moment(155))]
    assert len(list(misnamed(read(OUTAGES).outages, lasting))) == 1


BOOKS = [
    line(0, "entry.found", entry_id="a", reason="new", url="u"),
    line(0, "entry.found", entry_id="b", reason="new", url="u", follows="a"),
    line(0, "entry.found", entry_id="c", reason="new", url="v"),
    line(0, "entry.found", entry_id="c", reason="new", url="v"),
    line(0, "entry.found", entry_id="d", reason="new", url="w", outcome="rejected", outcome_reason="too-old"),
    line(0, "entry.found", entry_id="e", reason="new", url="x"),
    line(0, "entry.found", entry_id="f", reason="new", url="w", follows="d"),
    line(0, "entry.found", entry_id="g", reason="new", url="x", follows="e"),
    line(0, "entry.found", entry_id="h", reason="new", url="u", follows="a"),
    line(
        1,
        "entry.retry",
        entry_id="c",
        reason="http-500",
        error="",
        attempt=1,
        due="2026-11-27T10:00:02+00:00",
        url="v",
    ),
    line(2, "entry.dead", entry_id="c", reason="http-404", error="", attempt=2, url="v"),
    line(3, "entry.outcome", entry_id="c", outcome="rejected", reason="http-404"),
    line(4, "entry.outcome", entry_id="c", outcome="published", reason=None),
    line(4, "entry.outcome", entry_id="a", outcome="published", reason=None),
    line(4, "entry.outcome", entry_id="h", outcome="revised", reason=None),
    line(4, "entry.outcome", entry_id="of-nobody", outcome="published", reason=None),
]


def test_the_books_are_those_of_the_entries_that_were_found_with_the_last_outcome_of_each():
    reading = read(BOOKS)
    outcomes = {"published": 2, "unchanged": 1, "revised": 1, "rejected": 2}
    assert reading.counts() == {"found": 8, **outcomes, "pending": 2}
    assert list(reading.retried) == list(reading.dead) == ["c"]
    books = {"found": 8, "outcomes": outcomes, "pending": 2, "unbooked": 0}
    assert list(unlike_books(reading, books)) == []
    fewer = books | {"found": 7, "outcomes": outcomes | {"published": 1}}
    assert list(unlike_books(reading, fewer | {"unbooked": 1})) == []
    other = outcomes | {"published": 1, "unchanged": 2}
    for wrong in (fewer, books | {"found": 9, "pending": 3}, books | {"outcomes": other}):
        assert len(list(unlike_books(reading, wrong))) == 1


def test_retries_and_deaths_without_a_line_are_found_out():
    def retried(entry_id):
        return Written(RETRIES[0], 0, 0, None, b"{}", (("ce_entryid", entry_id), ("x-attempt", b"2")))

    def found(*retries, dead):
        log = {**dict.fromkeys(RETRIES, ()), RETRIES[0]: [retried(each) for each in retries]}
        return SimpleNamespace(log=log, letters=[{"entry_id": each} for each in (*dead, None)])

    reading = read(BOOKS)
    assert list(untold(reading, found(b"c", dead=["c"]))) == []
    assert len(list(untold(reading, found(b"c", b"z", dead=["c"])))) == 1
    assert len(list(untold(reading, found(b"c", dead=["c", "z"])))) == 1
    assert len(list(untold(reading, found(b"c", dead=[])))) == 1
