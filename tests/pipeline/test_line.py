"""The whole line over each log: one trace from end to end, the ladder of retries, dead letters, late old copies."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from newswire.assembly.backends import Backends, open_backends
from newswire.contracts import decode, entry_id_of, trace_id_of, traceparent_for
from newswire.events import ARTICLES, CHANGES, DEAD, ENTRIES, RETRIES
from newswire.settings import load
from newswire.stages.failures import replay_message
from support.build import text_of
from support.line import RETRY_DELAYS
from support.running import BREATH_S, LeapingClock, RunningLine, running
from support.waiting import eventually
from support.web import FakeWeb, answer

FEED, NEXT = "https://n.example/feed", "https://other.example/feed"
PIER, BRIDGE = "https://n.example/pier", "https://n.example/bridge"
AWAY = answer(PIER, status=503)
MOMENT = timedelta(seconds=2 * BREATH_S)
"""Longer than what the clock takes for housekeeping."""


def found(url: str):
    """A page with a text of its own."""
    name = url.rpartition("/")[2]
    body = "".join(f"<p>{text_of(f'{name}{part}', 30).capitalize()}.</p>" for part in range(3))
    html = (
        f"<!doctype html><html lang=en><head><title>{name}</title></head><body><article>{body}</article></body></html>"
    )
    return answer(url, html, content_type="text/html")


@pytest.fixture(params=["database", "kafka"])
def environment(request: pytest.FixtureRequest, tmp_path) -> dict[str, str]:
    """The settings of one SQLite file, or of Kafka and Postgres. A feed is due again after a second."""
    common = {
        "NEWSWIRE_DATA_DIR": str(tmp_path),
        **dict.fromkeys(("NEWSWIRE_POLL__MIN_INTERVAL_S", "NEWSWIRE_POLL__MAX_INTERVAL_S"), "1"),
        "NEWSWIRE_POLL__TICK_S": "0.1",
    }
    return common | (request.getfixturevalue("cluster") if request.param == "kafka" else {})


@pytest.fixture
async def backends(environment: dict[str, str]) -> AsyncIterator[Backends]:
    async with open_backends(load(environment), check_schema=False) as opened:
        await opened.schema.migrate()
        yield opened


@pytest.fixture
def web() -> FakeWeb:
    return FakeWeb()


@pytest.fixture
async def line(backends: Backends, web: FakeWeb) -> AsyncIterator[RunningLine]:
    async with running(backends, web) as line:
        yield line


async def entry_ids(line: RunningLine, count: int):
    return {decode(record).url: entry_id_of(record) for record in await line.on(ENTRIES, count)}


def assert_one_trace(entry_id, records):
    traces = {trace_id_of(record) for of_topic in records.values() for record in of_topic}
    assert traces == {traceparent_for(entry_id).split("-")[1]}


async def eventually_kept(line: RunningLine, count: int):
    async def kept() -> bool:
        return len([each async for each in line.backends.ledger.dead()]) >= count

    await eventually(kept, what=f"{count} kept dead letters")


async def test_an_entrys_trace_is_on_every_record_that_comes_of_it(line, web):
    """Straight through, by way of a retry, and by way of a dead letter that is sent again; also when redelivered."""
    straight, late, dead = ("https://n.example/straight", "https://n.example/late", "https://n.example/dead")
    web.serve(straight, found(straight))
    web.serve(late, answer(late, status=503), found(late))
    web.serve(dead, answer(dead, status=404), found(dead))
    await line.subscribe(FEED, *({"id": url, "link": url} for url in (straight, late, dead)))
    of = await entry_ids(line, 3)
    await line.on(RETRIES[0], 1)
    line.clock.leap(RETRY_DELAYS[0])
    assert await line.settled(3) == {"published": 2, "rejected": 1}

    (letter,) = [each.letter async for each in line.backends.ledger.dead()]
    await line.backends.bus.publish([replay_message(letter)])
    await line.on(CHANGES, 3)
    assert await line.settled(3) == {"published": 3}

    assert (await line.about(of[straight])).keys() == {ENTRIES, ARTICLES, CHANGES}
    assert (await line.about(of[late])).keys() == {ENTRIES, RETRIES[0], ARTICLES, CHANGES}
    assert (await line.about(of[dead])).keys() == {ENTRIES, DEAD, ARTICLES, CHANGES}
    await line.deliver_again((await line.about(of[straight]))[ENTRIES])
    await line.on(CHANGES, 4)
    assert len((await line.about(of[straight]))[CHANGES]) == 2
    for entry_id in of.values():
        assert_one_trace(entry_id, await line.about(entry_id))


async def test_a_record_climbs_the_ladder_at_its_time_and_holds_nobody_back(line, web):
    web.serve(PIER, AWAY)
    web.serve(BRIDGE, found(BRIDGE))
    await line.subscribe(FEED, {"id": "1", "link": PIER})
    for attempt, delay in enumerate(RETRY_DELAYS, 1):
        await line.on(RETRIES[attempt - 1], 1)
        line.clock.leap(delay - MOMENT)
        # What was found after it goes through, so the stage had its chance to be too early.
        other = f"https://n.example/other-{attempt}"
        web.serve(other, found(other))
        await line.subscribe(f"https://other-{attempt}.example/feed", {"id": "1", "link": other})
        await line.on(CHANGES, attempt)
        await line.asked(PIER, attempt)
        line.clock.leap(MOMENT)
    (record,) = await line.on(DEAD, 1)
    await line.asked(PIER, 4)
    letter = decode(record)
    assert (letter.reason, letter.attempts, letter.url) == ("http-503", 4, PIER)
    assert letter.failed_at - letter.first_failed_at >= sum(RETRY_DELAYS, timedelta(0))


async def test_records_that_wait_on_one_rung_fall_due_one_after_the_other(line, web):
    web.serve(PIER, AWAY, found(PIER))
    web.serve(BRIDGE, answer(BRIDGE, status=503), found(BRIDGE))
    await line.subscribe(FEED, {"id": "1", "link": PIER})
    await line.on(RETRIES[0], 1)
    line.clock.leap(RETRY_DELAYS[0] / 2)
    await line.subscribe(NEXT, {"id": "2", "link": BRIDGE})
    await line.on(RETRIES[0], 2)
    line.clock.leap(RETRY_DELAYS[0] / 2)
    (first,) = await line.on(CHANGES, 1)
    assert decode(first).article.url == PIER
    await line.asked(BRIDGE, 1)
    line.clock.leap(RETRY_DELAYS[0] / 2)
    assert await line.settled(2) == {"published": 2}


async def test_an_old_sighting_that_comes_late_from_its_retries_never_overwrites_a_newer_revision(backends, web):
    """The feed's full text stands in for a page: the first one's only when its chances are used up, hours later."""
    old, new = text_of("old", 60), text_of("new", 60)
    web.serve(PIER, AWAY, answer(PIER, status=403), AWAY)
    clock = LeapingClock()
    async with running(backends, web, clock) as line:
        await line.subscribe(FEED, {"id": "1", "link": PIER, "content": old})
        await line.on(RETRIES[0], 1)
        line.serve_feed(FEED, {"id": "1", "link": PIER, "content": new})
    clock.leap(MOMENT)  # with no poll under way, whose end would be counted as late
    async with running(backends, web, clock) as line:
        (first,) = await line.on(CHANGES, 1)
        assert decode(first).article.text == new

        for delay, rung in zip(RETRY_DELAYS, RETRIES, strict=True):
            await line.on(rung, 1)
            line.clock.leap(delay)
        assert await line.settled(2) == {"published": 1, "unchanged": 1}
        assert len(await line.on(CHANGES, 1)) == 1
        assert [article.revision async for article in line.backends.ledger.articles()] == [1]


async def test_a_dead_letter_that_is_sent_again_twice_is_stored_once_and_told_under_one_id(line, web):
    """As when the process dies between the sending and the note of it, and the operator sends it once more."""
    web.serve(PIER, answer(PIER, status=404), found(PIER))
    await line.subscribe(FEED, {"id": "1", "link": PIER})
    assert await line.settled(1) == {"rejected": 1}
    (letter,) = [each.letter async for each in line.backends.ledger.dead()]
    await line.backends.bus.publish([replay_message(letter)] * 2)
    copies = await line.on(CHANGES, 2)
    assert len({record.header("ce_id") for record in copies}) == len({record.value for record in copies}) == 1
    assert await line.settled(1) == {"published": 1}
    assert [article.revision async for article in line.backends.ledger.articles()] == [1]


async def test_one_that_dies_again_both_times_is_one_more_dead_letter(line, web):
    web.serve(PIER, answer(PIER, status=404))
    await line.subscribe(FEED, {"id": "1", "link": PIER})
    assert await line.settled(1) == {"rejected": 1}
    (letter,) = [each.letter async for each in line.backends.ledger.dead()]
    await line.backends.bus.publish([replay_message(letter)] * 2)
    letters = await line.on(DEAD, 3)
    assert len({record.header("ce_id") for record in letters}) == 2
    await eventually_kept(line, 2)
    assert await line.settled(1) == {"rejected": 1}
