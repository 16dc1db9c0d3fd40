"""The watch over the sources: a site is redesigned, the alarm is on the wire; it returns, and the all-clear is too."""

import base64
from datetime import timedelta

import pytest
import structlog

from newswire.adapters.store.sources import DatabaseSources
from newswire.adapters.store.untold_events import DatabaseFeedEvents
from newswire.contracts import decode, encode
from newswire.errors import Wait
from newswire.events import (
    ARTICLES,
    CHANGES,
    DEAD,
    DeadLetter,
    SourceDrift,
    SourceRecovered,
    article_id_of,
    source_id_of,
)
from newswire.ports import Partition, Record
from newswire.stages.drift import BATCH, Drift
from newswire.stages.extract import Extract
from support.build import NOW, entry_id_of
from support.fakes import FakeClock
from support.line import EXTRACT_RULES, delivered, entry, entry_record, events_on, log_over, on
from support.metrics import Moved, samples
from support.pages import page
from support.web import FakeWeb, answer
from support.workers import Inline

SIGNED = page('<meta name="author" content="Mara Quill">')
UNSIGNED = page()
EMPTY = "<!doctype html><html><title>Harbour town</title><main></main></html>"
LEARNED = 112
"""Articles from which it is known what is usual."""
PACE = timedelta(hours=6)
LATER = NOW + LEARNED * PACE


@pytest.fixture
async def bus(database, clock):
    bus = log_over(database, clock)
    yield bus
    await bus.close()


@pytest.fixture
def stage(database, bus, clock):
    return Drift(DatabaseSources(database), DatabaseFeedEvents(database, about_sources=True), bus, clock)


@pytest.fixture
def design_of(bus):
    """What `extract` makes of a page."""

    async def made(body, name):
        url = f"https://n.example/news/{name}"
        web, found = FakeWeb(), entry(name, url)
        web.serve(url, answer(url, body, content_type="text/html"))
        await Extract(bus, web, Inline(), FakeClock(NOW), EXTRACT_RULES).handle(entry_record(found))
        records = [*await on(bus, ARTICLES), *await on(bus, DEAD)]
        return next(event for event in map(decode, records) if event.entry_id == found.id)

    return made


def copies(event, count, begin, *, first=0):
    """Records of other articles of the site about which the same is known, one every six hours."""
    for number in range(first, first + count):
        url, at = f"https://n.example/news/copy-{number}", begin + (number - first) * PACE
        if isinstance(event, DeadLetter):
            value = base64.b64encode(entry(url, url).model_dump_json().encode()).decode()
            changed = {"url": url, "failed_at": at, "value_base64": value}
        else:
            mark = {"article_id": article_id_of(url), "url": url, "extracted_at": at}
            changed = {"article": event.article.model_copy(update=mark)}
        yield delivered(encode(event.model_copy(update={"entry_id": entry_id_of(url), **changed})), number)


@pytest.fixture
async def signed(stage, bus, design_of):
    """An article of a site whose articles are signed, which has been learned."""
    event = await design_of(SIGNED, "signed")
    records = list(copies(event, LEARNED, NOW))
    await stage.handle(records[:BATCH])
    await stage.handle(records[BATCH:])
    assert await on(bus, CHANGES) == []
    return event


@pytest.fixture
async def unsigned(signed, design_of):
    """Records of articles in a new design, which does not show who wrote them."""
    event = await design_of(UNSIGNED, "unsigned")
    assert event.article.text == signed.article.text
    return list(copies(event, 20, LATER, first=1000))


async def test_a_redesign_is_told_on_the_wire_and_so_is_its_end(stage, bus, signed, unsigned, clock):
    moved = Moved()
    with structlog.testing.capture_logs() as logs:
        await stage.handle(unsigned)
    (drift,) = await events_on(bus, CHANGES)
    assert isinstance(drift, SourceDrift)
    assert (drift.source, drift.source_id) == ("n.example", source_id_of("n.example"))
    assert (drift.signal, drift.direction, drift.usual, drift.measured) == ("author", "lower", 1.0, 0.0)
    assert (drift.articles <= 20, drift.at, drift.position) == (True, clock.now(), 1)
    (line,) = [line for line in logs if line["event"] == "source.drift"]
    assert (line["log_level"], line["source"], line["usual"], line["measured"]) == ("warning", "n.example", 1.0, 0.0)
    assert moved.by("newswire_feed_events_total", "source-drift") == 1
    assert samples()["newswire_sources_drifting",] == 1
    await stage.handle(list(copies(signed, 20, LATER + 20 * PACE, first=2000)))
    _, recovered = await events_on(bus, CHANGES)
    assert isinstance(recovered, SourceRecovered)
    assert (recovered.source, recovered.signal, recovered.by, recovered.position) == (
        "n.example",
        "author",
        "return",
        2,
    )
    assert samples()["newswire_sources_drifting",] == 0
    assert [record.key for record in await on(bus, CHANGES)] == [str(source_id_of("n.example"))] * 2


@pytest.mark.usefixtures("signed")
async def test_pages_that_are_no_article_any_more_are_a_drift_though_they_bring_no_article(stage, bus, design_of):
    await stage.handle(list(copies(await design_of(EMPTY, "empty"), 20, LATER, first=1000)))
    (drift,) = [event for event in await events_on(bus, CHANGES) if isinstance(event, SourceDrift)]
    assert (drift.source, drift.signal, drift.measured) == ("n.example", "text", 0.0)


async def test_an_alarm_survives_a_crash_before_it_is_published_and_a_second_delivery_repeats_nothing(
    stage, bus, unsigned
):
    bus.away = 1
    with pytest.raises(Wait):
        await stage.handle(unsigned)
    assert await on(bus, CHANGES) == []
    await stage.handle(unsigned)
    (told,) = await on(bus, CHANGES)
    await stage.handle(unsigned)
    assert [record.value for record in await on(bus, CHANGES)] == [told.value]


async def test_an_alarm_that_was_published_and_not_noted_is_published_again_with_the_same_bytes(stage, bus, unsigned):
    bus.unheard = 1
    with pytest.raises(Wait):
        await stage.handle(unsigned)
    await stage.handle(unsigned)
    first, again = await on(bus, CHANGES)
    assert (first.value, first.headers) == (again.value, again.headers)


async def test_articles_that_are_delivered_again_do_not_count_again(stage, database, design_of):
    records = list(copies(await design_of(SIGNED, "signed"), BATCH, NOW))
    for _ in range(3):
        await stage.handle(records)
    known = (await DatabaseSources(database).states(["n.example"]))["n.example"].signals["author"]
    assert known.articles + len(known.waiting) == BATCH


async def test_a_record_that_cannot_be_read_is_passed_over(stage, bus):
    await stage.handle([Record(Partition(ARTICLES, 0), 0, "key", b"no JSON", ())])
    assert await on(bus, CHANGES) == []
