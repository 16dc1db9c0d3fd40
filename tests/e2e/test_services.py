"""The stages as services: together, apart, and asked to end."""

import json
import signal
from contextlib import ExitStack
from datetime import datetime

import pytest

from newswire.assembly.backends import open_backends
from newswire.operations.audit import audit
from support.books import check
from support.log_lines import faults
from support.publisher import Publisher, Slow
from support.waiting import eventually


def assert_structured(lines):
    assert lines
    for line in map(json.loads, lines):
        assert line["event"]
        assert line["level"] in {"debug", "info", "warning", "error", "critical"}
        assert datetime.fromisoformat(line["timestamp"]).tzinfo
        assert faults(line) == []


async def test_three_processes_over_one_log_are_one_pipeline(anywhere, tmp_path):
    with Publisher(feeds=2, articles=8, broken=frozenset({2})) as publisher, ExitStack() as stack:
        opml = tmp_path / "feeds.opml"
        outlines = "".join(f'<outline xmlUrl="{url}"/>' for url in publisher.feed_urls())
        opml.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
        anywhere("feeds", "import", str(opml))
        patient = anywhere.having(EXTRACT__RETRY_DELAYS_S="0.1,0.1,0.1")
        services = [stack.enter_context(patient.started(stage)) for stage in ("poll", "extract", "store")]
        async with open_backends(anywhere.settings) as backends:

            async def drained():
                balance = await audit(backends.ledger, backends.bus)
                return balance.found == 8 and balance.pending == 0

            await eventually(drained)
        for service in services:
            assert service.process.poll() is None
            assert service.end(signal.SIGTERM) == 0
            assert_structured(service.lines)
        checked = await check(anywhere.settings, publisher)
        assert checked.articles == 8


async def at_work(line, publisher):
    """Return when the entries are booked and pages are being fetched."""
    line.event("feed.poll")
    await eventually(publisher.pages_asked)


@pytest.mark.parametrize("in_time", [True, False])
async def test_a_run_that_is_asked_to_end_finishes_what_it_can_in_time_and_leaves_the_rest(newswire, in_time):
    impatient = newswire if in_time else newswire.having(RUN__DRAIN_S="0.2")
    with Slow(feeds=1, articles=5) as publisher, impatient.started("run", *publisher.feed_urls()) as line:
        await at_work(line, publisher)
        line.process.send_signal(signal.SIGTERM)
        line.event("signal.received")
        if in_time:
            publisher.release()
        assert line.end() == 0
        assert_structured(line.lines)
        publisher.release()
        newswire("run", "--once")
        assert (await check(newswire.settings, publisher)).articles == 5
        assert (max(publisher.pages_asked().values()) == 1) == in_time, "what was finished is not fetched again"


async def test_a_second_signal_ends_it_at_once_and_still_nothing_is_lost(newswire):
    with Slow(feeds=1, articles=5) as publisher, newswire.started("run", *publisher.feed_urls()) as line:
        await at_work(line, publisher)
        line.process.send_signal(signal.SIGTERM)
        line.event("signal.received")
        assert line.end(signal.SIGTERM) == 128 + signal.SIGTERM
        publisher.release()
        newswire("run", "--once")
        assert (await check(newswire.settings, publisher)).articles == 5


def test_a_stage_that_starts_while_the_database_is_away_waits_for_it(newswire, postgres_server, postgres_url):
    there = newswire.having(STORE=postgres_url)
    there("migrate")
    with Publisher(feeds=1, articles=1) as publisher, ExitStack() as stack:
        there("feeds", "add", *publisher.feed_urls())
        postgres_server.kill()
        try:
            service = stack.enter_context(there.started("poll"))
            service.event("stage.waits")
        finally:
            postgres_server.start()
        service.event("stage.started")
        service.event("feed.poll")
        assert service.end(signal.SIGTERM) == 0


def test_a_stage_that_waits_for_the_database_can_be_ended(newswire):
    with newswire.having(STORE="postgresql://nobody@127.0.0.1:9/none").started("store") as service:
        service.event("stage.waits")
        assert service.end(signal.SIGTERM) == 0
