"""What the stages count: each outcome once it is settled, however often it took to get there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.contracts import encode, traceparent_for
from newswire.domain.schedule.next_poll import PollBounds
from newswire.errors import Retry, Wait
from newswire.events import PageValidators
from newswire.ports import Partition, Record
from newswire.stages.extract import Extract
from newswire.stages.failures import LATER
from newswire.stages.poll.feed_reader import ReadRules
from newswire.stages.poll.host_queues import HostLimits
from newswire.stages.poll.recheck import recheck_due
from newswire.stages.poll.stage import Poll, PollRules
from newswire.stages.store import Store
from support.build import NOW, extracted, feed, letter
from support.line import EXTRACT_RULES, PAGE, delivered, entry_record
from support.metrics import Moved
from support.pages import page
from support.web import answer, atom

FEED_URL = "https://n.example/feed"
UNREADABLE = Record(Partition("newswire.articles.v1", 0), 99, None, b"not JSON")


def event_record(event, offset=0):
    return delivered(encode(event, traceparent=traceparent_for(event.entry_id)), offset)


@pytest.fixture
def store(articles, bus, clock):
    return Store(articles, bus, clock, dead_letter_limit=3)


@pytest.fixture
def extract(bus, web, workers, clock):
    return Extract(bus, web, workers, clock, EXTRACT_RULES)


@pytest.fixture
def poll(feeds, bus, web, workers, clock):
    rules = PollRules(
        bounds=PollBounds(default=timedelta(minutes=15), shortest=timedelta(minutes=1), longest=timedelta(days=1)),
        lease_s=300,
        claim=10,
        concurrency=4,
        tick_s=1,
        host=HostLimits(interval_s=0, concurrency=2),
        read=ReadRules(max_bytes=1_000_000, timeout_s=10, deadline_s=10),
    )
    return Poll(feeds, bus, web, workers, clock, rules)


async def test_poll_counts_what_it_booked(poll, feeds, web, clock):
    state = feed(FEED_URL, validators=PageValidators(etag='"1"'))
    await feeds.feeds.add([state])
    entries = [
        {"id": "1", "link": "https://n.example/pier"},
        {"id": "2", "link": "https://n.example/pier"},
        {"id": "3"},
    ]
    web.serve(FEED_URL, answer(FEED_URL, atom(*entries)), answer(FEED_URL, status=304), answer(FEED_URL, status=403))
    moved = Moved()
    for _ in range(3):
        await poll.poll(state)
    for outcome in ("entries", "not-modified", "http-403"):
        assert moved.by("newswire_polls_total", outcome) == 1
    for outcome in ("published", "known-url", "refused"):
        assert moved.by("newswire_poll_entries_total", outcome) == 1


async def test_a_poll_that_nobody_took_is_counted_as_waiting_and_as_nothing_else(poll, feeds, web, bus):
    state = feed(FEED_URL)
    await feeds.feeds.add([state])
    web.serve(FEED_URL, answer(FEED_URL, atom({"id": "1", "link": PAGE})))
    bus.away = 1
    moved = Moved()
    await poll._poll_or_wait(state, None)
    assert moved.by("newswire_polls_total", "waiting") == 1
    assert moved.by("newswire_polls_total", "entries") == 0
    assert moved.by("newswire_poll_entries_total", "published") == 0


async def test_rechecks_are_counted(feeds, articles, bus, store):
    await store.handle([event_record(extracted())])
    moved = Moved()
    assert await recheck_due(feeds, bus, NOW + timedelta(days=1), 10) == 1
    assert moved.by("newswire_rechecks_total") == 1


@pytest.mark.parametrize(
    ("said", "outcome", "metric", "labels"),
    [
        (answer(PAGE, page(), content_type="text/html"), "extracted", "newswire_page_extraction_seconds_count", ()),
        (answer(PAGE, status=503), "retry", "newswire_retries_total", ("http-503",)),
        (Retry("timeout", "it is slow"), "retry", "newswire_retries_total", ("timeout",)),
        (answer(PAGE, status=404), "dead", "newswire_dead_letters_total", ("extract", "http-404")),
    ],
)
async def test_extract_counts_each_outcome_once_also_when_the_broker_was_away(
    extract, bus, web, said, outcome, metric, labels
):
    web.serve(PAGE, said)
    bus.away = 2
    record = entry_record()
    moved = Moved()
    for _ in range(2):
        with pytest.raises(Wait):
            await extract.handle(record)
    await extract.handle(record)
    assert moved.by("newswire_extract_records_total", outcome) == 1
    assert moved.by(metric, *labels) == 1
    assert moved.by("newswire_page_fetch_seconds_count") == (0 if isinstance(said, Exception) else 1)


async def test_store_counts_an_outcome_once_and_a_change_as_often_as_it_is_published(store, bus):
    batch = [
        event_record(extracted()),
        event_record(extracted(entry="the same again"), 1),
        event_record(letter(entry="dead"), 2),
    ]
    moved = Moved()
    bus.unheard = 1
    with pytest.raises(Wait):
        await store.handle([*batch, UNREADABLE])
    assert moved.by("newswire_store_batch_records_count") == 0
    await store.handle([*batch, UNREADABLE])
    for outcome, count in {"published": 1, "unchanged": 1, "rejected": 1, "revised": 0, "duplicate": 0}.items():
        assert moved.by("newswire_outcomes_total", outcome) == count, outcome
    assert moved.by("newswire_changes_published_total", "published") == 1
    assert moved.by("newswire_publication_delay_seconds_count", "first") == 1
    assert moved.by("newswire_store_batch_records_sum") == 4
    assert moved.by("newswire_dead_letters_total", "store", "invalid-record") == 1
    await store.handle(batch[:1])
    assert moved.by("newswire_outcomes_total", "published") == 1
    assert moved.by("newswire_changes_published_total", "published") == 2


async def test_an_article_that_waited_for_a_retry_is_timed_apart(store):
    record = event_record(extracted())
    moved = Moved()
    await store.handle([replace(record, headers=(*record.headers, (LATER, b"true")))])
    assert moved.by("newswire_publication_delay_seconds_count", "later") == 1
    assert moved.by("newswire_publication_delay_seconds_count", "first") == 0


async def test_an_article_that_cannot_be_stored_is_counted_as_the_dead_letter_it_becomes(store, articles):
    async def fail(*_):
        raise ZeroDivisionError

    articles.record = fail
    moved = Moved()
    await store.handle([event_record(extracted())])
    assert moved.by("newswire_dead_letters_total", "store", "unexpected") == 1
    assert moved.by("newswire_outcomes_total", "published") == 0
