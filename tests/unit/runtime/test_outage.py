"""What the log says of outages: what is away, from the first failure to the last answer."""

from structlog.testing import capture_logs

from newswire.errors import Wait
from newswire.waiting.outage import Outage
from support.fakes import START, FakeClock

DATABASE = Wait("no answer", dependency="database")
KAFKA = Wait("no answer", dependency="kafka")


def told(logs):
    return [(line["event"].removeprefix("dependency."), line["dependency"]) for line in logs]


async def test_two_dependencies_that_are_away_at_one_time_begin_and_end_each_for_itself():
    clock = FakeClock()
    outage = Outage("store", clock)
    with capture_logs() as logs:
        outage.failed("commit", KAFKA)
        await clock.advance(1)
        outage.failed("batch", DATABASE)
        outage.failed("batch", DATABASE)
        assert outage.since == START
        await clock.advance(2)
        outage.passed("batch")
        outage.passed("commit")
        assert outage.since is None
    assert told(logs) == [("away", "kafka"), ("away", "database"), ("back", "database"), ("back", "kafka")]
    assert [line["seconds"] for line in logs[2:]] == [2, 3]
    assert {line["consumer"] for line in logs} == {"store"}


def test_an_outage_is_over_when_nobody_is_left_that_failed():
    outage = Outage("store", FakeClock())
    with capture_logs() as logs:
        outage.failed("one", DATABASE)
        outage.failed("two", DATABASE)
        outage.passed("one")
        outage.passed("nobody")
        assert told(logs) == [("away", "database")]
        outage.passed("two")
    assert told(logs) == [("away", "database"), ("back", "database")]


def test_who_stops_trying_does_not_say_that_the_dependency_is_back():
    outage = Outage("poll", FakeClock())
    with capture_logs() as logs:
        outage.failed("one", KAFKA)
        outage.gave_up("one")
        outage.failed("one", KAFKA)
        outage.failed("two", KAFKA)
        outage.passed("two")
        outage.gave_up("one")
    assert told(logs) == [("away", "kafka"), ("given-up", "kafka"), ("away", "kafka"), ("back", "kafka")]


def test_a_step_that_fails_at_kafka_has_been_through_the_database():
    outage = Outage("store", FakeClock())
    with capture_logs() as logs:
        outage.failed("batch", DATABASE)
        outage.failed("batch", KAFKA)
        outage.failed("batch", DATABASE)
        outage.passed("batch")
    assert told(logs) == [
        *[("away", "database"), ("back", "database"), ("away", "kafka")],
        *[("away", "database"), ("back", "kafka"), ("back", "database")],
    ]
