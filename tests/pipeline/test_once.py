"""`run --once`: it ends when the line is empty, and says honestly what it did not wait for."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.assembly.backends import FetchBackends, open_backends
from newswire.assembly.pipeline import Pipeline
from newswire.errors import Stop
from newswire.events import ENTRIES, RETRIES
from newswire.operations.audit import audit
from newswire.operations.subscribe import subscription
from newswire.ports import Message
from newswire.settings import load
from newswire.stages.failures import NOT_BEFORE
from support.pages import page
from support.waiting import PATIENCE_S
from support.web import FakeWeb, answer, atom
from support.workers import Inline

FEED = "https://n.example/feed"
PIER, BRIDGE = "https://n.example/pier", "https://n.example/bridge"
STORY = answer(PIER, page(), content_type="text/html")
MISSING = answer(BRIDGE, status=404)
SAID = ({"id": "1", "link": PIER}, {"id": "2", "link": BRIDGE})


@pytest.fixture
def web():
    web = FakeWeb()
    web.serve(FEED, answer(FEED, atom(*SAID), content_type="application/atom+xml"))
    web.serve(PIER, STORY)
    web.serve(BRIDGE, MISSING)
    return web


@pytest.fixture
async def opened(tmp_path):
    """The parts over a SQLite file, by settings that may be changed."""
    async with open_backends(load({"NEWSWIRE_DATA_DIR": str(tmp_path)})) as backends:
        await backends.feeds.add([subscription(FEED, backends.clock.now())])
        yield backends


def settings(backends, **changed):
    said = {f"NEWSWIRE_{name.upper()}": value for name, value in changed.items()}
    return load({"NEWSWIRE_DATA_DIR": str(backends.settings.data_dir), **said})


async def once(backends, web, **changed):
    backends = replace(backends, settings=settings(backends, **changed))
    await asyncio.wait_for(Pipeline(backends, FetchBackends(web, Inline())).run_once(), PATIENCE_S)
    return await audit(backends.ledger, backends.bus)


def counted(balance):
    return {kind: count for kind, count in balance.outcomes.items() if count}


async def test_it_ends_when_everything_found_has_come_to_an_outcome(opened, web):
    balance = await once(opened, web)
    assert counted(balance) == {"published": 1, "rejected": 1}
    assert (balance.found, balance.pending, balance.lost, balance.balanced) == (2, 0, 0, True)


async def test_it_ends_at_once_when_nothing_is_due(opened, web):
    await once(opened, web)
    asked = len(web.asked)
    balance = await once(opened, web)
    assert (balance.found, len(web.asked)) == (2, asked)


async def test_it_works_off_what_an_earlier_run_left_behind(opened, web):
    web.serve(PIER, answer(PIER, status=503), STORY)
    delays = {"extract__retry_delays_s": "1,60,60", "run__patience_s": "0"}
    assert (await once(opened, web, **delays)).pending == 1
    assert counted(await once(opened, web, run__patience_s="5")) == {"published": 1, "rejected": 1}


async def test_it_waits_for_retries_that_come_due_within_its_patience(opened, web):
    web.serve(PIER, answer(PIER, status=503), answer(PIER, status=503), STORY)
    balance = await once(opened, web, extract__retry_delays_s="0.2,0.2,0.2", run__patience_s="5")
    assert counted(balance) == {"published": 1, "rejected": 1}
    assert web.asked.count(PIER) == 3


async def test_it_does_not_wait_for_later_ones_which_are_pending_and_not_lost(opened, web):
    web.serve(PIER, answer(PIER, status=503), STORY)
    balance = await once(opened, web, extract__retry_delays_s="600,600,600", run__patience_s="5")
    assert counted(balance) == {"rejected": 1}
    assert (balance.found, balance.pending, balance.lost, balance.balanced) == (2, 1, 0, True)
    assert web.asked.count(PIER) == 1


async def test_a_stage_that_stops_ends_the_run_and_says_why(opened, web):
    web.serve(PIER, ValueError("bug"))
    with pytest.raises(ExceptionGroup) as raised:
        await once(opened, web, dead__limit="1")
    assert raised.group_contains(Stop, match="failed unexpectedly")


class TestDrained:
    @pytest.fixture
    def pipeline(self, opened):
        return Pipeline(opened, None)

    async def test_an_empty_line_is_drained(self, pipeline):
        assert await pipeline.drained()

    async def test_an_entry_that_waits_for_extract_is_not(self, pipeline, opened):
        await opened.bus.publish([Message(ENTRIES, "k", b"{}")])
        assert not await pipeline.drained()

    async def test_a_retry_without_a_time_is_due_now(self, pipeline, opened):
        await opened.bus.publish([Message(RETRIES[1], "k", b"{}")])
        assert not await pipeline.drained()

    @pytest.mark.parametrize(("seconds", "drained"), [(-60, False), (30, False), (90, True)])
    async def test_a_retry_is_waited_for_within_ones_patience_and_no_longer(self, opened, seconds, drained):
        due = opened.clock.now() + timedelta(seconds=seconds)
        await opened.bus.publish([Message(RETRIES[0], "k", b"{}", ((NOT_BEFORE, due.isoformat().encode()),))])
        patient = replace(opened, settings=settings(opened, run__patience_s="60"))
        assert await Pipeline(patient, None).drained() is drained

    async def test_a_retry_that_moves_to_the_next_rung_while_one_looks_is_still_seen(self, opened):
        soon = (NOT_BEFORE, opened.clock.now().isoformat().encode())

        class Moving:
            """The record on the first rung fails again between the two looks."""

            def __getattr__(self, name):
                return getattr(opened.bus, name)

            async def lag(self, group, topics):
                seen = await opened.bus.lag(group, topics)
                if group == "extract":
                    await opened.bus.publish([Message(RETRIES[1], "k", b"{}", (soon,))])
                    stage = await opened.bus.subscribe("extract", [RETRIES[0]])
                    batch = await stage.poll(10, 1)
                    await stage.commit({record.partition: record.offset + 1 for record in batch.records})
                    await stage.close()
                return seen

        await opened.bus.publish([Message(RETRIES[0], "k", b"{}", (soon,))])
        assert not await Pipeline(replace(opened, bus=Moving()), None).drained()
