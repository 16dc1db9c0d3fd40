"""The lines of the log alone name every outage, every retry, every death, and the books."""

import json
from datetime import UTC, datetime, timedelta

from faults.cluster.logs_alone import read, report

START = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)


def line(second, event, who="vm-1", service="newswire-store", **fields):
    at = (START + timedelta(seconds=second)).isoformat().replace("+00:00", "Z")
    return json.dumps({"timestamp": at, "event": event, "service.name": service, "service.instance.id": who, **fields})


def times(reading):
    return [((each.begin - START).total_seconds(), (each.end - START).total_seconds()) for each in reading.outages]


def test_the_waits_of_several_processes_for_one_server_are_one_outage_from_the_first_to_the_last():
    lines = [
        line(10, "dependency.away", consumer="store", error="the database is away"),
        line(12, "dependency.away", "vm-2", "newswire-poll", consumer="poll", error="the database is away"),
        line(20, "dependency.back", consumer="store", seconds=10),
        line(23, "dependency.back", "vm-2", "newswire-poll", consumer="poll", seconds=11),
        line(60, "dependency.away", consumer="store", error="the broker is away"),
        line(61, "dependency.back", consumer="store", seconds=1),
    ]
    reading = read(reversed(lines))
    assert times(reading) == [(10, 23), (60, 61)]
    assert reading.outages[0].services == {"newswire-store", "newswire-poll"}
    assert "the broker is away" in report(reading)


def test_a_process_that_starts_during_an_outage_or_dies_in_it_gives_it_no_end_of_its_own():
    lines = [
        line(1, "dependency.away", consumer="store", error="away"),
        line(2, "stage.summary", stage="store"),
        line(4, "stage.waits", "vm-2", stage="store", error="away"),
        line(5, "stage.waits", "vm-2", stage="store", error="away"),
        line(9, "articles.stored", "vm-2", articles=1),
    ]
    assert times(read(lines)) == [(1, 2), (4, 9)]


def test_the_books_are_those_of_the_entries_that_were_found_with_the_last_outcome_of_each():
    lines = [
        line(0, "entry.found", entry_id="a", reason="new", url="u"),
        line(0, "entry.found", entry_id="b", reason="new", url="u", follows="a"),
        line(0, "entry.found", entry_id="c", reason="new", url="v"),
        line(0, "entry.found", entry_id="c", reason="new", url="v"),
        line(0, "entry.found", entry_id="d", reason="new", url="w", outcome="rejected", outcome_reason="too-old"),
        line(0, "entry.found", entry_id="e", reason="new", url="x"),
        line(1, "entry.retry", entry_id="c", reason="http-500", attempt=1, due="2026-11-27T10:00:02+00:00", url="v"),
        line(2, "entry.dead", entry_id="c", reason="http-404", attempt=2, url="v"),
        line(3, "entry.outcome", entry_id="c", outcome="rejected", reason="http-404"),
        line(4, "entry.outcome", entry_id="c", outcome="published", reason=None),
        line(4, "entry.outcome", entry_id="a", outcome="published", reason=None),
        line(4, "entry.outcome", entry_id="of-nobody", outcome="published", reason=None),
    ]
    reading = read(lines)
    assert reading.counts() == {"found": 5, "published": 3, "rejected": 1, "pending": 1}
    assert list(reading.retried) == list(reading.dead) == ["c"]
