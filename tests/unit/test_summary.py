"""A minute of a stage as one line of the log."""

import asyncio

import pytest
from structlog.testing import capture_logs

from newswire import metrics
from newswire.log.events import EVENTS
from newswire.metrics.summary import figures, summary
from newswire.serve.summaries import Summaries
from support.fakes import FakeClock

LISTED = next(set(event.fields) for event in EVENTS if event.name == "stage.summary")


def figure(name, value, **labels):
    return {(name, frozenset(labels.items())): value}


def test_what_is_counted_is_counted_since_the_last_line_and_what_stands_is_told_as_it_stands():
    dead = "newswire_dead_letters_total"
    before = figure("newswire_outcomes_total", 5.0, outcome="published") | figure(
        dead, 1.0, stage="store", reason="unexpected"
    )
    now = {
        **figure("newswire_outcomes_total", 8.0, outcome="published"),
        **figure("newswire_outcomes_total", 0.0, outcome="revised"),
        **figure(dead, 1.0, stage="store", reason="unexpected"),
        **figure(dead, 4.0, stage="store", reason="invalid-record"),
        **figure(dead, 9.0, stage="extract", reason="http-404"),
        **figure("newswire_consumer_lag_records", 7.0, group="store", topic="newswire.articles.v1"),
        **figure("newswire_consumer_lag_records", 8.0, group="extract", topic="newswire.entries.v1"),
        **figure("newswire_consumer_oldest_waiting_seconds", 2.5, consumer="store"),
        **figure("newswire_consumer_oldest_waiting_seconds", 90.0, consumer="extract"),
        **figure("newswire_schedule_overdue_seconds", float("nan")),
        **figure("newswire_publication_delay_seconds_count", 20.0, attempt="first"),
        **figure("newswire_publication_delay_seconds_bucket", 17.0, attempt="first", le="300.0"),
        **figure("process_cpu_seconds_total", 1.239),
    }
    assert summary("store", before, now) == {
        "stage": "store",
        "outcomes": {"published": 3},
        "dead_letters": {"invalid-record": 4},
        "lag": {"newswire.articles.v1": 7},
        "oldest_waiting_s": 2.5,
        "first_attempts": 20,
        "late": 3,
        "cpu_s": 1.24,
    }


def test_what_is_not_known_is_left_out():
    told = summary("poll", {}, figure("newswire_schedule_overdue_seconds", float("nan")))
    assert told == {"stage": "poll", "outcomes": {}}


@pytest.mark.parametrize("stage", ["poll", "extract", "store", "drift", "websub", "webhooks"])
def test_the_figures_of_each_stage_are_there_under_their_names(stage):
    registry = metrics.exposed([stage])
    metrics.consumer(
        stage, in_flight=1, waiting=0, partitions=1, stalled_s=0, away_s=0, last_poll_age_s=None, oldest_waiting_s=3
    )
    told = summary(stage, {}, figures(registry))
    assert {"stage", "cpu_s", "memory_bytes"} <= set(told) <= LISTED
    assert ("outcomes" in told) == (stage != "drift")
    if stage in {"extract", "store"}:
        assert {"dead_letters", "in_flight", "oldest_waiting_s", "away_s", "stalled_s"} <= set(told)


async def test_a_line_is_written_every_minute_and_says_how_long_it_was():
    clock = FakeClock()
    refreshed = []

    async def refresh():
        refreshed.append(clock.now())

    with capture_logs() as logs:
        work = asyncio.create_task(Summaries(["poll", "store"], clock, refresh).run())
        for _ in range(2):
            await clock.advance(60)
        work.cancel()
        await asyncio.wait([work])
    assert [(line["event"], line["stage"], line["seconds"]) for line in logs] == [
        ("stage.summary", stage, 60.0) for _ in range(2) for stage in ("poll", "store")
    ]
    assert len(refreshed) == 2
