"""The poll stage as a service: nobody waits for a neighbour, and no feed is asked for once more than is due."""

import asyncio
import inspect
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from newswire.adapters.clock import SystemClock
from newswire.adapters.database import Database
from newswire.domain.feeds.state import FeedState
from newswire.domain.schedule.next_poll import PollBounds
from newswire.errors import UsageError, Wait
from newswire.events import feed_id_of
from newswire.ports import Response
from newswire.stages.poll.feed_reader import ReadRules
from newswire.stages.poll.host_queues import HostLimits
from newswire.stages.poll.stage import Poll, PollRules
from support.fakes import START
from support.fetching import new_http_web
from support.httpserver import Seen, Server, reply
from support.line import log_over
from support.stores import poll_store
from support.waiting import eventually
from support.workers import Inline

SECOND = timedelta(seconds=1)
RULES = PollRules(
    bounds=PollBounds(default=timedelta(minutes=15), shortest=timedelta(minutes=1), longest=timedelta(days=1)),
    lease_s=300,
    claim=10,
    concurrency=4,
    tick_s=1,
    host=HostLimits(interval_s=1, concurrency=2),
    read=ReadRules(max_bytes=1_000_000, timeout_s=10, deadline_s=10),
)


def feeds_of(host, count, at=START):
    urls = [f"https://{host}/{number}" for number in range(count)]
    return [FeedState(id=feed_id_of(url), url=url, added_at=START, next_poll_at=at) for url in urls]


def of_other_hosts(count, at=START):
    return [one for number in range(count) for one in feeds_of(f"n{number}.example", 1, at)]


class Answering:
    """Implements `Web.get`: nothing is ever new. Notes who is asked when, and how many at once."""

    def __init__(self, clock):
        self._clock = clock
        self.asked: list[tuple[str, object]] = []
        self.held: dict[str, asyncio.Event] = {}
        """What is not answered before its event."""
        self.running = Counter()
        self.most = Counter()

    async def get(self, request) -> Response:
        host = request.url.split("/")[2]
        self.asked.append((request.url, self._clock.now()))
        self.running[host] += 1
        self.most[host] = max(self.most[host], self.running[host])
        try:
            await (self.held[request.url].wait() if request.url in self.held else asyncio.sleep(0))
        finally:
            self.running[host] -= 1
        return Response(request.url, 304, conditional=True)

    def urls(self, host=""):
        return [url for url, _ in self.asked if host in url]

    def starts(self, host):
        return [at for url, at in self.asked if host in url]


@pytest.fixture
def web(clock):
    return Answering(clock)


@pytest.fixture
def stage(feeds, bus, web, clock):
    return Poll(feeds, bus, web, Inline(), clock, RULES)


@asynccontextmanager
async def running(stage):
    """The service, asked to stop at the end."""
    stop = asyncio.Event()
    service = asyncio.create_task(stage.run(stop))
    try:
        yield service
    except BaseException:
        service.cancel()
        raise
    finally:
        stop.set()
        await asyncio.wait({service})
    service.result()


@asynccontextmanager
async def idling(feeds, bus, web, clock, *, tick_s):
    """The service, which has found that nothing is due."""
    next_due, looks = feeds.schedule.next_due, []

    async def looked():
        looks.append(await next_due())
        return looks[-1]

    feeds.schedule.next_due = looked
    async with running(Poll(feeds, bus, web, Inline(), clock, replace(RULES, tick_s=tick_s))):
        await eventually(lambda: looks)
        assert not web.asked
        yield


async def until(condition, clock, step_s=0.25, **more):
    """Let time pass, a step after the other, until ``condition()`` holds."""

    async def passed():
        await clock.advance(step_s)
        held = condition()
        return await held if inspect.isawaitable(held) else held

    await eventually(passed, **more)


async def all_saved(feeds):
    return all(one.last_polled_at is not None for one in await feeds.feeds.all())


class TestNobodyWaitsForANeighbour:
    async def test_a_feed_without_an_answer_holds_up_neither_what_is_due_now_nor_what_falls_due_later(
        self, stage, feeds, web, clock
    ):
        slow = feeds_of("slow.example", 1)
        web.held[slow[0].url] = asyncio.Event()
        await feeds.feeds.add([*slow, *of_other_hosts(30), *feeds_of("later.example", 1, START + 5 * SECOND)])
        async with running(stage):
            await until(lambda: len(set(web.urls())) == 32, clock)
            assert web.running["slow.example"] == 1
            web.held[slow[0].url].set()

    async def test_a_thousand_feeds_of_one_host_are_asked_at_its_pace_and_others_meanwhile_at_full_speed(
        self, stage, feeds, web, clock
    ):
        await feeds.feeds.add([*feeds_of("one.example", 1_000), *of_other_hosts(200, START + SECOND / 1_000)])
        async with running(stage):
            await until(lambda: len(web.urls("/0")) >= 200, clock)
            took_s = (clock.now() - START).total_seconds()
            assert len(web.urls("one.example")) <= took_s + 1
            await until(lambda: len(web.urls("one.example")) >= 20, clock)
        assert all(later - sooner >= SECOND for sooner, later in pairwise(web.starts("one.example")))
        assert web.most["one.example"] <= 2
        assert max(Counter(web.urls()).values()) == 1

    async def test_no_more_than_its_limit_of_one_slow_hosts_feeds_take_up_slots(self, stage, feeds, web, clock):
        slow = feeds_of("slow.example", 10)
        web.held |= {one.url: asyncio.Event() for one in slow}
        await feeds.feeds.add([*slow, *of_other_hosts(12, START + SECOND / 1_000)])
        async with running(stage):
            await until(lambda: len(web.urls("/0")) >= 12 and web.running["slow.example"] == 2, clock)
            await clock.advance(30)
            assert web.most["slow.example"] == 2
            for event in web.held.values():
                event.set()

    async def test_what_falls_due_between_two_ticks_is_asked_for_when_it_is_due(self, feeds, bus, web, clock):
        await feeds.feeds.add(feeds_of("one.example", 1, START + 90 * SECOND))
        async with idling(feeds, bus, web, clock, tick_s=3_600):
            await clock.advance(90)
            await eventually(lambda: web.asked)
        assert web.starts("one.example") == [START + 90 * SECOND]

    async def test_a_feed_that_somebody_adds_is_found_within_a_tick(self, feeds, bus, web, clock):
        async with idling(feeds, bus, web, clock, tick_s=7):
            await feeds.feeds.add(feeds_of("one.example", 1))
            await clock.advance(7)
            await eventually(lambda: web.asked)


class TestOnce:
    async def test_everything_that_is_due_is_asked_for_once_also_many_feeds_of_one_host(self, stage, feeds, web, clock):
        await feeds.feeds.add(
            [*feeds_of("one.example", 30), *of_other_hosts(5), *feeds_of("not.due", 1, START + SECOND)]
        )
        polling = asyncio.create_task(stage.due(asyncio.Event()))
        await until(polling.done, clock)
        assert polling.result() == 35
        assert Counter(web.urls()) == Counter(one.url for one in await feeds.feeds.all() if "not.due" not in one.url)
        assert all(later - sooner >= SECOND for sooner, later in pairwise(web.starts("one.example")))

    async def test_a_thousand_feeds_of_one_host_never_exceed_its_limits_on_the_wire(self, feeds, bus):
        clock = SystemClock()
        web = new_http_web(clock=clock, host_concurrency=2)
        at_once = most = asked = 0

        async def answer(seen: Seen, writer: asyncio.StreamWriter) -> None:
            nonlocal at_once, most, asked
            at_once, asked = at_once + 1, asked + 1
            most = max(most, at_once)
            await asyncio.sleep(0)
            at_once -= 1
            writer.write(reply(304))
            await writer.drain()

        async with Server() as server:
            urls = [server.url(f"/{number}") for number in range(1_000)]
            server.routes = {f"/{number}": answer for number in range(1_000)}
            await feeds.feeds.add([FeedState(id=feed_id_of(url), url=url, added_at=START) for url in urls])
            rules = replace(RULES, concurrency=64, claim=100, host=HostLimits(interval_s=0, concurrency=2))
            stage = Poll(feeds, bus, web, Inline(), clock, rules)
            async with asyncio.timeout(120):
                assert await stage.due(asyncio.Event()) == 1_000
            await web.close()
            assert (asked, len({seen.target for seen in server.seen})) == (1_000, 1_000)
        assert most <= 2


class TestOneRequestPerFeed:
    @pytest.fixture
    async def replicas(self, database, tables_url, clock, web):
        """Makes pollers over one database, each with connections of its own."""
        opened = []

        def another():
            mine = Database(tables_url)
            bus, feeds = log_over(mine, clock), poll_store(mine)
            opened.append((bus, feeds, mine))
            return Poll(feeds, bus, web, Inline(), clock, RULES)

        yield another
        for bus, feeds, mine in opened:
            await bus.close()
            await feeds.entries.close()
            await mine.close()

    @pytest.fixture
    async def store(self, database):
        store = poll_store(database)
        yield store
        await store.entries.close()

    async def test_two_services_ask_for_each_feed_once(self, replicas, store, web, clock):
        await store.feeds.add(of_other_hosts(60))
        async with running(replicas()), running(replicas()):
            await until(lambda: len(set(web.urls())) == 60, clock)
            await clock.advance(30)
        assert set(Counter(web.urls()).values()) == {1}

    async def test_a_feed_that_somebody_wants_at_once_is_asked_again_after_the_poll_under_way_not_beside_it(
        self, replicas, store, web, clock
    ):
        (one,) = feeds_of("one.example", 1)
        held = web.held[one.url] = asyncio.Event()
        await store.feeds.add([one])
        async with running(replicas()):
            await until(lambda: web.asked, clock)
            await clock.advance(1)
            await store.schedule.hurry(one.id, clock.now())
            await until(lambda: _leased(store, clock), clock)
            await clock.advance(10)
            assert len(web.asked) == 1
            held.set()
            await until(lambda: len(web.asked) == 2, clock)
        assert clock.now() < START + 30 * SECOND, "long before the feed's next turn"

    async def test_ten_restarts_in_a_minute_ask_nobody_anything_again(self, replicas, store, web, clock):
        await store.feeds.add([*of_other_hosts(20), *feeds_of("one.example", 20)])
        for _ in range(10):
            async with running(replicas()):
                await until(lambda: True, clock)
            await clock.advance(5.75)
        async with running(replicas()):
            await until(lambda: len(set(web.urls())) == 40, clock)
            await clock.advance(5)
        assert set(Counter(web.urls()).values()) == {1}

    async def test_a_poller_that_is_killed_costs_its_feeds_one_lease(self, replicas, store, web, clock):
        await store.feeds.add(of_other_hosts(2))
        web.held |= {one.url: asyncio.Event() for one in await store.feeds.all()}
        service = asyncio.create_task(replicas().run(asyncio.Event()))
        await until(lambda: len(web.asked) == 2, clock)
        service.cancel()
        await asyncio.wait({service})
        web.held.clear()
        async with running(replicas()):
            await until(lambda: len(web.asked) == 4, clock, step_s=5)
        assert all(at >= START + RULES.lease_s * SECOND for _, at in web.asked[2:])
        assert set(Counter(web.urls()).values()) == {2}

    async def test_what_was_claimed_and_not_begun_is_due_again_at_once_when_the_service_ends(
        self, replicas, store, web, clock
    ):
        others = of_other_hosts(10)
        web.held |= {one.url: asyncio.Event() for one in others}
        await store.feeds.add(others)
        stop = asyncio.Event()
        service = asyncio.create_task(replicas().run(stop))
        await until(lambda: len(web.asked) == RULES.concurrency, clock)
        stop.set()
        await eventually(lambda: _claimable(store, clock), what="the rest was never given back")
        for event in web.held.values():
            event.set()
        await service
        async with running(replicas()):
            await until(lambda: len(web.asked) == 10, clock)
        assert set(Counter(web.urls()).values()) == {1}


async def _leased(store, clock):
    """It was claimed: its lease is what is next."""
    return await store.schedule.next_due() > clock.now() + timedelta(seconds=RULES.lease_s / 2)


async def _claimable(store, clock):
    due = await store.schedule.next_due()
    return due is not None and due <= clock.now()


class TestTroubles:
    async def test_a_database_that_is_away_is_waited_for_in_place_and_what_is_under_way_goes_on(
        self, stage, feeds, web, clock
    ):
        await feeds.feeds.add([*of_other_hosts(2), *feeds_of("later.example", 1, START + 10 * SECOND)])
        web.held[(await feeds.feeds.all())[0].url] = asyncio.Event()
        claim, away = feeds.schedule.claim, []

        async def claimed(*args, **named):
            if web.asked and len(away) < 4:
                away.append(clock.now())
                raise Wait("the database is away")
            return await claim(*args, **named)

        feeds.schedule.claim = claimed
        async with running(stage):
            await until(lambda: len(set(web.urls())) == 3, clock)
            assert len(away) == 4
            for event in web.held.values():
                event.set()
        assert await all_saved(feeds)
        assert set(Counter(web.urls()).values()) == {1}

    async def test_an_error_that_no_waiting_mends_ends_the_service_once_what_is_under_way_is_saved(
        self, stage, feeds, web, clock
    ):
        await feeds.feeds.add(of_other_hosts(1))
        (one,) = await feeds.feeds.all()
        web.held[one.url] = asyncio.Event()
        claim = feeds.schedule.claim

        async def claimed(*args, **named):
            if web.asked:
                raise UsageError("there is no such table")
            return await claim(*args, **named)

        feeds.schedule.claim = claimed
        service = asyncio.create_task(stage.run(asyncio.Event()))
        await until(lambda: web.asked, clock)
        await clock.advance(5)
        assert not service.done()
        web.held[one.url].set()
        await until(service.done, clock)
        assert service.exception().subgroup(UsageError) is not None
        assert await all_saved(feeds)

    async def test_a_feed_that_was_in_hand_for_too_long_is_left_to_whoever_is_given_it_next(
        self, feeds, bus, web, clock
    ):
        rules = replace(RULES, concurrency=1)
        await feeds.feeds.add([*of_other_hosts(1), *feeds_of("waits.example", 1, START + SECOND / 1_000)])
        held = web.held["https://n0.example/0"] = asyncio.Event()
        async with running(Poll(feeds, bus, web, Inline(), clock, rules)):
            await until(lambda: web.asked, clock)
            await clock.advance(RULES.lease_s / 2 + 1)
            held.set()
            await until(lambda: len(web.asked) == 2, clock, step_s=1)
        (asked_at,) = web.starts("waits.example")
        assert asked_at >= START + RULES.lease_s * SECOND

    async def test_the_broker_being_away_does_not_end_the_service(self, stage, feeds, bus, web, clock):
        tell, away = stage.tell, [1, 2]

        async def told():
            if away:
                away.pop()
                raise Wait("the broker is away")
            await tell()

        stage.tell = told
        await feeds.feeds.add(of_other_hosts(1))
        async with running(stage):
            await until(lambda: web.asked and not away, clock)
