"""The poll stage: what is durable when, and what is published at all."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from newswire.adapters.database import Database
from newswire.contracts import traceparent_for
from newswire.domain.articles.decide import decide
from newswire.domain.feeds.state import FeedState
from newswire.domain.schedule.next_poll import PollBounds
from newswire.errors import Retry, Wait
from newswire.events import ENTRIES, NO_VALIDATORS, PageValidators, article_id_of, feed_id_of
from newswire.parsing.jobs import parse_feed
from newswire.ports import Response
from newswire.stages.poll.feed_reader import ReadRules
from newswire.stages.poll.host_queues import HostLimits
from newswire.stages.poll.stage import Poll, PollRules
from support.build import arrivals, extracted
from support.fakes import START
from support.line import events_on, log_over, on
from support.stores import poll_store
from support.waiting import eventually
from support.web import FakeWeb, answer, atom
from support.workers import Inline

URL, OTHER = "https://n.example/feed", "https://other.example/feed"
PIER = {"id": "1", "link": "https://n.example/pier", "summary": "A pier is rebuilt."}
BRIDGE = {"id": "2", "link": "https://n.example/bridge", "summary": "A bridge is closed."}
RULES = PollRules(
    bounds=PollBounds(default=timedelta(minutes=15), shortest=timedelta(minutes=1), longest=timedelta(days=1)),
    lease_s=300,
    claim=10,
    concurrency=4,
    tick_s=1,
    host=HostLimits(interval_s=0, concurrency=2),
    read=ReadRules(max_bytes=1_000_000, timeout_s=10, deadline_s=10),
)


def subscribed(url=URL):
    return FeedState(id=feed_id_of(url), url=url, added_at=START)


def served(*entries, url=URL, **headers):
    return answer(url, atom(*entries), content_type="application/atom+xml", **headers)


async def sightings(ledger, url):
    return [line.sighting for line in (await ledger.history(url)).entries]


@pytest.fixture
def stage(feeds, bus, web, workers, clock):
    return Poll(feeds, bus, web, workers, clock, RULES)


@pytest.fixture
def poll(stage, feeds, clock):
    """Poll the one feed now, whatever its schedule; gives back its state."""

    async def once() -> FeedState:
        (state,) = await feeds.feeds.all() or (None,)
        if state is None:
            await feeds.feeds.add([subscribed()])
            (state,) = await feeds.feeds.all()
        await stage.poll(state)
        (state,) = await feeds.feeds.all()
        return state

    return once


class TestOrderOfDurability:
    @pytest.mark.parametrize("failure", ["away", "unheard"])
    async def test_until_its_entries_are_durable_nothing_of_a_poll_is_saved_and_the_next_one_repeats_their_ids(
        self, stage, feeds, bus, web, clock, ledger, failure
    ):
        await feeds.feeds.add([subscribed()])
        web.serve(URL, served(PIER, BRIDGE, etag='"1"'))
        setattr(bus, failure, 10_000)
        tried = []
        bus.watch = lambda messages: tried.append([message.header("ce_id") for message in messages])

        polling = asyncio.create_task(stage.due(asyncio.Event()))
        await until(polling.done, clock)
        (state,) = await feeds.feeds.all()
        assert (state.validators, state.body_hash, state.last_polled_at) == (NO_VALIDATORS, None, None)
        assert await sightings(ledger, PIER["link"]) == []

        setattr(bus, failure, 0)
        await clock.advance(RULES.lease_s)
        await stage.due(asyncio.Event())
        (state,) = await feeds.feeds.all()
        assert web.requests[1].validators == NO_VALIDATORS, "a 304 would have hidden the entries"
        assert all(ids == tried[0] for ids in tried)
        assert len(set(tried[0])) == 2
        assert {str(event.id) for event in await events_on(bus, ENTRIES)} == set(tried[0])
        assert state.validators == PageValidators(etag='"1"')
        assert len(await sightings(ledger, PIER["link"])) == 1

    async def test_while_entries_are_published_neither_validators_nor_sightings_are_saved(
        self, poll, feeds, bus, web, ledger
    ):
        web.serve(URL, served(PIER, etag='"1"'))
        seen = []

        async def publish(messages):
            seen.append(((await feeds.feeds.all())[0], await sightings(ledger, PIER["link"])))

        bus.publish = publish
        await poll()
        ((state, booked),) = seen
        assert (state.validators, state.body_hash, booked) == (NO_VALIDATORS, None, [])

    async def test_a_crash_before_saving_publishes_the_same_entries_under_the_same_ids(self, poll, feeds, bus, web):
        await feeds.feeds.add([subscribed()])
        web.serve(URL, served(PIER, BRIDGE))
        save, feeds.entries.save = feeds.entries.save, _dies
        with pytest.raises(Wait):
            await poll()
        feeds.entries.save = save
        await poll()
        events = await events_on(bus, ENTRIES)
        assert len(events) == 4
        assert len({event.id for event in events}) == 2


class TestWaitingInPlace:
    """What was fetched is not fetched again because something of ours is away for a while."""

    @pytest.fixture
    async def due(self, stage, feeds, web):
        await feeds.feeds.add([subscribed()])
        web.serve(URL, served(PIER, etag='"1"'))
        stop = asyncio.Event()
        return asyncio.create_task(stage.due(stop)), stop

    @pytest.mark.parametrize("failure", ["away", "unheard"])
    async def test_an_outage_of_the_broker_costs_the_publisher_no_second_request(
        self, due, bus, web, feeds, clock, failure
    ):
        setattr(bus, failure, 3)
        polling, _ = due
        await until(polling.done, clock)
        assert len(web.asked) == 1
        assert len({event.id for event in await events_on(bus, ENTRIES)}) == 1
        (state,) = await feeds.feeds.all()
        assert state.validators.etag == '"1"'

    async def test_an_outage_of_the_database_neither(self, due, bus, web, feeds, clock):
        save, failures = feeds.entries.save, [1, 2]

        async def flaky(saved):
            if failures:
                failures.pop()
                raise Wait("the database is away")
            await save(saved)

        feeds.entries.save = flaky
        polling, _ = due
        await until(polling.done, clock)
        assert len(web.asked) == len(await events_on(bus, ENTRIES)) == 1

    async def test_it_ends_before_the_lease_does(self, due, bus, feeds, clock):
        bus.away = 10_000
        polling, _ = due
        started = clock.now()
        await until(polling.done, clock)
        assert timedelta(seconds=140) < clock.now() - started < timedelta(seconds=RULES.lease_s)
        (state,) = await feeds.feeds.all()
        assert (state.validators, state.next_poll_at) == (NO_VALIDATORS, started + timedelta(seconds=300))

    async def test_it_ends_when_asked_to_stop(self, due, bus, clock):
        bus.away = 10_000
        polling, stop = due
        await until(lambda: bus.away < 10_000, clock)
        stop.set()
        started = clock.now()
        await until(polling.done, clock)
        assert clock.now() - started < timedelta(seconds=10)


async def _equal(give, wanted):
    return await give() == wanted


async def until(condition, clock):
    """Let time pass, a second after the other, until ``condition()`` holds."""

    async def passed():
        await clock.advance(1)
        return condition()

    await eventually(passed)


async def _dies(*_):
    raise Wait("the database is away")


class TestNothingNew:
    async def test_not_modified_publishes_nothing_and_refreshes_the_validators(self, poll, bus, web):
        date = "Thu, 01 Jan 2026 00:00:00 GMT"
        web.serve(
            URL,
            served(PIER, etag='"1"', last_modified=date),
            answer(URL, status=304, etag='"2"'),
            answer(URL, b"", 304),
        )
        first = await poll()
        assert (await poll()).validators == PageValidators(etag='"2"', last_modified=date)
        last = await poll()
        assert last.validators == PageValidators(etag='"2"', last_modified=date)
        assert web.requests[1].validators == PageValidators(etag='"1"', last_modified=date)
        assert (last.last_outcome, last.errors, last.body_hash) == ("not-modified", 0, first.body_hash)
        assert len(await on(bus, ENTRIES)) == 1

    async def test_an_equal_body_is_not_parsed_again_and_its_new_validators_are_kept(self, poll, bus, web, workers):
        web.serve(URL, served(PIER, etag='"1"'), served(PIER, etag='"2"'))
        await poll()
        state = await poll()
        assert workers.calls == [parse_feed]
        assert (state.last_outcome, state.validators.etag) == ("same-body", '"2"')
        assert len(await on(bus, ENTRIES)) == 1

    async def test_a_changed_body_is_parsed_though_its_etag_is_the_same(self, poll, bus, web):
        web.serve(URL, served(PIER, etag='"1"'), served(BRIDGE, PIER, etag='"1"'))
        await poll()
        await poll()
        assert [event.url for event in await events_on(bus, ENTRIES)] == [PIER["link"], BRIDGE["link"]]


class TestAnswersThatAreNoFeed:
    async def test_a_page_in_the_feeds_place_saves_no_validators_and_is_asked_for_ever_more_rarely(
        self, poll, web, clock
    ):
        web.serve(URL, answer(URL, "<!doctype html><title>Sorry</title>", etag='"sorry"'))
        waits = []
        for errors in (1, 2, 3):
            state = await poll()
            assert (state.last_outcome, state.errors) == ("not-a-feed", errors)
            assert (state.validators, state.body_hash) == (NO_VALIDATORS, None)
            waits.append(state.next_poll_at - clock.now())
        assert all(wait >= RULES.bounds.default * 2**errors for errors, wait in enumerate(waits, start=1))

    async def test_a_failure_keeps_what_the_last_good_answer_left_and_success_ends_the_backoff(self, poll, web, clock):
        web.serve(URL, served(PIER, etag='"1"'), Retry("timeout", "no answer"), answer(URL, b"", 304))
        good, failed = await poll(), await poll()
        assert (failed.errors, failed.last_outcome) == (1, "timeout")
        assert (failed.validators, failed.body_hash) == (good.validators, good.body_hash)
        with capture_logs() as lines:
            state = await poll()
            await poll()
        # The end of the outage stands in the log, though the poll found nothing new.
        assert [line["log_level"] for line in lines if line["event"] == "feed.poll"] == ["info", "debug"]
        assert state.errors == 0
        assert state.next_poll_at - clock.now() < failed.next_poll_at - clock.now()

    async def test_a_truncated_feed_gives_its_entries_but_leaves_nothing_that_could_hide_the_rest(self, poll, bus, web):
        whole = atom(PIER, BRIDGE)
        cut = whole[: whole.index("<entry>", whole.index("</entry>")) + 20]
        web.serve(URL, answer(URL, cut, etag='"1"', content_type="application/atom+xml"))
        state = await poll()
        assert [event.url for event in await events_on(bus, ENTRIES)] == [PIER["link"]]
        assert (state.validators, state.body_hash, state.errors) == (NO_VALIDATORS, None, 0)

    @pytest.mark.parametrize("status", [429, 503, 200])
    async def test_a_server_is_not_asked_sooner_than_its_retry_after(self, poll, web, clock, status):
        web.serve(URL, answer(URL, atom(PIER), status, retry_after="7200"))
        state = await poll()
        assert state.next_poll_at >= clock.now() + timedelta(hours=2)
        assert state.errors == (status != 200)

    async def test_a_hold_that_the_fetcher_remembers_is_kept_as_if_the_server_had_just_said_it(self, poll, web, clock):
        web.serve(URL, Retry("host-held", "it asked for a pause", retry_after_s=7200))
        state = await poll()
        assert state.next_poll_at >= clock.now() + timedelta(hours=2)


class TestEntries:
    async def test_an_edited_entry_is_published_as_changed_under_an_id_of_its_own(self, poll, bus, web):
        web.serve(URL, served(PIER), served(PIER | {"summary": "The pier is not rebuilt."}))
        await poll()
        await poll()
        first, second = await events_on(bus, ENTRIES)
        assert (first.reason, second.reason) == ("new", "changed")
        assert (first.entry_key, second.summary) == (second.entry_key, "The pier is not rebuilt.")
        assert first.id != second.id

    async def test_a_url_that_another_feed_brought_is_booked_as_following_and_not_published_again(
        self, stage, feeds, bus, web, ledger
    ):
        web.serve(URL, served(PIER))
        web.serve(OTHER, served(PIER | {"id": "x"}, BRIDGE, url=OTHER))
        for url in (URL, OTHER):
            await feeds.feeds.add([subscribed(url)])
            await stage.due(asyncio.Event())
        published = await events_on(bus, ENTRIES)
        assert [event.url for event in published] == [PIER["link"], BRIDGE["link"]]
        first, second = sorted(await sightings(ledger, PIER["link"]), key=lambda line: line.follows is not None)
        assert (first.follows, second.follows) == (None, published[0].id)
        assert second.feed_id == feed_id_of(OTHER)

    async def test_an_entry_without_an_address_is_booked_as_rejected_and_not_published(self, poll, bus, web, ledger):
        web.serve(URL, served(PIER, {"id": "3", "summary": "No link."}))
        await poll()
        balance = await ledger.balance()
        assert (balance.found, dict(balance.reasons)) == (2, {"no-link": 1})
        assert len(await on(bus, ENTRIES)) == 1

    async def test_an_entry_too_large_to_travel_is_booked_as_rejected_and_the_others_are_published(
        self, poll, bus, web, ledger
    ):
        huge = {"summary": "𝕏 " * 500_000, "content": "𝕏" * 900_000}
        web.serve(URL, served(PIER | huge, BRIDGE))
        await poll()
        assert [event.url for event in await events_on(bus, ENTRIES)] == [BRIDGE["link"]]
        balance = await ledger.balance()
        assert (balance.found, balance.pending, dict(balance.reasons)) == (2, 1, {"too-large": 1})

    async def test_a_newer_update_time_alone_is_not_published_but_hurries_the_next_look(
        self, poll, feeds, articles, bus, web, clock
    ):
        web.serve(URL, served(PIER), served(PIER | {"updated": "2026-01-01T00:10:00Z"}))
        await poll()
        await articles.record(arrivals(extracted(PIER["link"], at=START)), decide, START)
        await clock.advance(16 * 60)
        assert await feeds.rechecks.claim(clock.now(), 10, 60) == ()
        await poll()
        assert len(await on(bus, ENTRIES)) == 1
        assert [due.url for due in await feeds.rechecks.claim(clock.now(), 10, 60)] == [PIER["link"]]

    async def test_published_entries_carry_their_trace_and_their_hosts_key(self, poll, bus, web):
        web.serve(URL, served(PIER | {"link": "https://www.example.org/pier"}))
        await poll()
        (record,) = await on(bus, ENTRIES)
        (event,) = await events_on(bus, ENTRIES)
        assert record.key == "example.org"
        assert record.header("traceparent") == traceparent_for(event.id)


class TestSchedule:
    async def test_each_feed_is_polled_once_per_round_even_one_that_falls_due_again_meanwhile(
        self, feeds, bus, web, workers, clock
    ):
        urls = [f"https://n{number}.example/feed" for number in range(4)]
        await feeds.feeds.add([subscribed(url) for url in urls])
        rules = replace(RULES, bounds=PollBounds(*[timedelta(seconds=1)] * 3), claim=1)
        stop = asyncio.Event()
        stage = Poll(feeds, bus, SlowWeb(web, clock, stop), workers, clock, rules)
        for url in urls:
            web.serve(url, served(PIER, url=url))
        assert await stage.due(stop) == 4
        assert sorted(web.asked) == urls
        assert await stage.due(stop) == 4, "they are due again in the next round"

    async def test_one_feed_that_has_to_wait_for_the_broker_does_not_hold_up_the_others(
        self, stage, feeds, bus, web, clock
    ):
        await feeds.feeds.add([subscribed(URL), subscribed(OTHER)])
        web.serve(URL, served(PIER))
        web.serve(OTHER, served(BRIDGE, url=OTHER))
        bus.away = 1
        polling = asyncio.create_task(stage.due(asyncio.Event()))

        async def outcomes():
            return sorted(feed.last_outcome or "" for feed in await feeds.feeds.all())

        await eventually(lambda: _equal(outcomes, ["", "entries"]))  # time stands still, so the other one waits
        await until(polling.done, clock)
        assert await outcomes() == ["entries", "entries"]

    async def test_a_mistake_of_ours_over_one_feed_is_that_feeds_failure_and_does_not_stop_the_others(
        self, stage, feeds, web
    ):
        await feeds.feeds.add([subscribed(URL), subscribed(OTHER)])
        web.serve(URL, ValueError("nobody thought of that"))
        web.serve(OTHER, served(BRIDGE, url=OTHER))
        await stage.due(asyncio.Event())
        states = {feed.url: feed for feed in await feeds.feeds.all()}
        assert (states[URL].last_outcome, states[URL].errors) == ("unexpected", 1)
        assert (states[OTHER].last_outcome, states[OTHER].errors) == ("entries", 0)

    async def test_nothing_is_claimed_once_the_stage_is_to_stop(self, stage, feeds, web):
        await feeds.feeds.add([subscribed()])
        stop = asyncio.Event()
        stop.set()
        assert await stage.due(stop) == 0
        assert web.asked == []

    async def test_two_pollers_never_poll_one_feed(self, database, tables_url, clock):
        urls = [f"https://n{number}.example/feed" for number in range(12)]
        web = FakeWeb()
        for url in urls:
            web.serve(url, served(PIER | {"id": url, "link": url + "/1"}, url=url))
        second = Database(tables_url)
        await poll_store(database).feeds.add([subscribed(url) for url in urls])
        buses = [log_over(each, clock) for each in (database, second)]
        stages = [
            Poll(poll_store(each), bus, web, Inline(), clock, replace(RULES, claim=2))
            for each, bus in zip((database, second), buses, strict=True)
        ]
        counts = await asyncio.gather(*(stage.due(asyncio.Event()) for stage in stages))
        assert sorted(web.asked) == sorted(urls)
        assert sum(counts) == 12
        assert len(await on(buses[0], ENTRIES)) == 12
        for bus in buses:
            await bus.close()
        await second.close()


class SlowWeb:
    """Every answer takes two seconds; after far too many of them the stage is told to stop."""

    def __init__(self, web, clock, stop):
        self._web, self._clock, self._stop = web, clock, stop

    async def get(self, request) -> Response:
        await self._clock.advance(2)
        if len(self._web.requests) > 20:
            self._stop.set()
        return await self._web.get(request)


FIRST_LOOK_S = 6 * 3600
"""An article of a host of which nothing is known is looked at within this time, and again within twice of it."""


class TestRechecks:
    @pytest.fixture
    async def stored(self, articles):
        await articles.record(arrivals(extracted(PIER["link"], at=START)), decide, START)

    async def test_a_due_article_is_published_with_its_validators_then_booked(self, stage, stored, bus, clock, ledger):
        await stage.due(asyncio.Event())
        assert await on(bus, ENTRIES) == [], "it is not due yet"
        await clock.advance(FIRST_LOOK_S)
        publish, booked = bus.publish, []

        async def watched(messages):
            booked.append((await ledger.balance()).found)
            await publish(messages)

        bus.publish = watched
        await stage.due(asyncio.Event())
        assert booked == [0]
        (event,) = await events_on(bus, ENTRIES)
        assert (event.reason, event.url, event.article_id) == ("recheck", PIER["link"], article_id_of(PIER["link"]))
        assert event.validators == PageValidators(etag='"1"')
        assert [entry_id async for entry_id in ledger.pending()] == [event.id]

    async def test_each_look_is_numbered_so_no_two_share_an_id(self, stage, stored, bus, clock):
        await clock.advance(FIRST_LOOK_S)
        await stage.due(asyncio.Event())
        await clock.advance(2 * FIRST_LOOK_S)
        await stage.due(asyncio.Event())
        first, second = await events_on(bus, ENTRIES)
        assert (first.fingerprint, second.fingerprint) == ("recheck-1", "recheck-2")
        assert first.id != second.id

    async def test_a_crash_between_publishing_and_booking_repeats_the_same_look(self, stage, feeds, stored, bus, clock):
        await clock.advance(FIRST_LOOK_S)
        book, feeds.entries.book = feeds.entries.book, _dies
        with pytest.raises(Wait):
            await stage.due(asyncio.Event())
        feeds.entries.book = book
        await clock.advance(3 * 3600)
        await stage.due(asyncio.Event())
        first, second = await events_on(bus, ENTRIES)
        assert first.id == second.id

    async def test_nothing_is_booked_while_the_broker_is_away(self, stage, stored, bus, clock, ledger):
        await clock.advance(FIRST_LOOK_S)
        bus.away = 1
        with pytest.raises(Wait):
            await stage.due(asyncio.Event())
        assert (await ledger.balance()).found == 0
