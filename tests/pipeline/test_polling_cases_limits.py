"""When a server is asked again, and by whom: cases 9 to 11 and 18 to 22 of the polling checklist, over real HTTP."""

import asyncio
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from newswire.adapters.database import Database
from newswire.domain.feeds.memory import FeedOptions
from newswire.events import feed_id_of
from support.fakes import START, FakeClock
from support.fetching import Names
from support.httpserver import Server, reply
from support.polling import DAY, HOUR, RULES, at_pace, feed_reply, item, sent
from support.polling import poller as new_poller
from support.waiting import eventually
from support.web import atom

MINUTE = timedelta(minutes=1)
HOURLY = FeedOptions(interval_s=3600)
FEED = feed_reply(atom(item(1)), etag='"1"')


def rss(channel: str) -> bytes:
    entry = "<item><guid>1</guid><link>https://n.example/1</link></item>"
    return feed_reply(f'<rss version="2.0"><channel><title>T</title>{channel}{entry}</channel></rss>')


class TestHolds:
    @pytest.fixture
    async def poller(self, sqlite_database):
        """Of two hosts, each polled every minute; nobody waits in place."""
        names = Names(n_example=("127.0.0.1",), other_example=("127.0.0.1",))
        rules = replace(at_pace(60), bounds=replace(RULES.bounds, default=MINUTE, longest=MINUTE))
        async with new_poller(sqlite_database, FakeClock(auto=True), rules=rules, fetching={"resolver": names}) as made:
            yield made

    async def test_case_09_after_a_429_the_whole_host_is_left_alone_and_nobody_else(self, poller, server):
        limited, neighbour = (server.url(path, host="n.example") for path in ("/limited", "/neighbour"))
        elsewhere = server.url("/elsewhere", host="other.example")
        server.routes = {
            "/limited": [reply(429, retry_after="120"), FEED],
            "/neighbour": FEED,
            "/elsewhere": FEED,
        }
        await poller.add(limited)
        await poller.due()
        held_until = poller.clock.now() + timedelta(seconds=120)
        await poller.add(neighbour, elsewhere)
        while poller.clock.now() < held_until - MINUTE:
            await poller.due()
            await poller.clock.advance(30)
        assert len(sent(server, "/limited")) == 1
        assert sent(server, "/neighbour") == []
        assert sent(server, "/elsewhere"), "a hold is nobody's but the host's"
        await poller.keep_polling(5 * MINUTE)
        assert sent(server, "/limited")[1:]
        assert sent(server, "/neighbour")

    async def test_case_09_a_feed_that_was_not_asked_because_of_another_has_not_failed(self, poller, server):
        limited, neighbour = (server.url(path, host="n.example") for path in ("/limited", "/neighbour"))
        server.routes = {"/limited": reply(429, retry_after="36000"), "/neighbour": FEED}
        await poller.add(limited)
        await poller.due()
        await poller.add(neighbour)
        held = await poller.poll(neighbour)
        assert (held.errors, held.last_outcome) == (0, "host-held")
        assert held.next_poll_at >= poller.clock.now() + timedelta(hours=10)
        for _ in range(4):
            held = await poller.poll(neighbour)
        assert (held.errors, held.memory.condition) == (0, None)
        assert await poller.kinds() == []
        assert sent(server, "/neighbour") == []

    async def test_case_09_a_503_is_about_its_own_address(self, poller, server):
        away, neighbour = (server.url(path, host="n.example") for path in ("/away", "/neighbour"))
        server.routes = {"/away": reply(503, retry_after="3600"), "/neighbour": FEED}
        await poller.add(away, neighbour)
        await poller.keep_polling(timedelta(minutes=50))
        assert len(sent(server, "/away")) == 1
        assert len(sent(server, "/neighbour")) > 20


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        (format_datetime(START + timedelta(hours=5), usegmt=True), 5 * HOUR, 6 * HOUR),
        ("-5", timedelta(0), 3 * HOUR),
        ("soon", timedelta(0), 3 * HOUR),
        (format_datetime(START - DAY, usegmt=True), timedelta(0), 3 * HOUR),
        (str(10 * 365 * 24 * 3600), DAY, DAY * 1.1),
        (format_datetime(datetime(2036, 1, 1, tzinfo=UTC), usegmt=True), DAY, DAY * 1.1),
        ("9" * 400, timedelta(0), 3 * HOUR),
    ],
    ids=["date", "negative", "garbage", "past", "ten years", "date in ten years", "no number of seconds"],
)
async def test_case_10_retry_after_is_believed_in_every_form_for_a_day_at_most(
    poller, server, status, said, least, most
):
    server.routes["/feed"] = [FEED, reply(status, retry_after=said)]
    await poller.add(server.url("/feed"), options=HOURLY)
    await poller.poll()
    state = await poller.poll()
    assert least <= state.next_poll_at - poller.clock.now() <= most


async def test_case_11_a_429_that_names_no_time_is_left_alone_for_an_hour_then_two(poller, server):
    server.routes["/feed"] = [FEED, reply(429)]
    await poller.add(server.url("/feed"))
    await poller.poll()
    waits = []
    for _ in range(3):
        await poller.until_due()
        await poller.due()
        waits.append((await poller.feed()).next_poll_at - poller.clock.now())
    assert all(wait >= HOUR * 2**n for n, wait in enumerate(waits))
    assert all(later > wait * 1.5 for wait, later in pairwise(waits))


@pytest.mark.parametrize(("headers", "reason"), [({}, "http-403"), ({"cf_mitigated": "challenge"}, "bot-challenge")])
async def test_case_11_a_403_is_not_tried_again_at_once_and_a_challenge_is_called_one(poller, server, headers, reason):
    server.routes["/feed"] = [FEED, reply(403, b"<title>Just a moment</title>", **headers)]
    await poller.add(server.url("/feed"))
    await poller.poll()
    asked = []
    for _ in range(4):
        await poller.until_due()
        await poller.due()
        await poller.due()
        asked.append(poller.clock.now())
    assert len(sent(server)) == 5
    assert all(
        later - first > (first - before) * 1.5
        for before, first, later in zip(asked, asked[1:], asked[2:], strict=False)
    )
    assert (await poller.feed()).last_outcome == reason
    (event,) = await poller.recorded()
    assert (event.kind, event.reason) == ("feed-failing", reason)


class TestSkips:
    async def polled_hours(self, poller, server, hours):
        """The hours of the day in which three days of polls fell."""
        told = "".join(f"<hour>{hour}</hour>" for hour in hours)
        server.routes["/feed"] = rss(f"<skipHours>{told}</skipHours>")
        await poller.add(server.url("/feed"))
        await poller.poll()
        end, seen = poller.clock.now() + 3 * DAY, Counter()
        while poller.clock.now() < end:
            seen[(await poller.until_due()).hour] += 1
            await poller.due()
        return seen

    async def test_case_18_no_poll_falls_into_an_hour_that_the_publisher_excludes(self, poller, server):
        assert set(await self.polled_hours(poller, server, range(4, 22))) <= {22, 23, 0, 1, 2, 3}

    async def test_case_18_hour_24_is_midnight(self, poller, server):
        seen = await self.polled_hours(poller, server, [24, *range(1, 20)])
        assert set(seen) <= {20, 21, 22, 23}

    async def test_case_18_whoever_excludes_every_hour_excludes_none(self, poller, server):
        seen = await self.polled_hours(poller, server, range(24))
        assert sum(seen.values()) > 14


class Watched:
    """Answers slowly, and writes down when each request came and how many were open."""

    def __init__(self, clock: FakeClock, took_s: float = 0.5) -> None:
        self.clock, self.took_s = clock, took_s
        self.came: defaultdict[str, list[datetime]] = defaultdict(list)
        self.open: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    async def __call__(self, seen, writer) -> None:
        host = seen.headers["host"].partition(":")[0]
        self.came[host].append(self.clock.now())
        for name in (host, "everywhere"):
            self.open[name] += 1
            self.most[name] = max(self.most[name], self.open[name])
        await self.clock.sleep(self.took_s)
        for name in (host, "everywhere"):
            self.open[name] -= 1
        writer.write(FEED)


async def test_case_19_two_hundred_due_feeds_of_one_host_take_turns_and_hold_up_nobody(sqlite_database):
    clock, hosts = FakeClock(), [f"h{number}.example" for number in range(12)]
    names = Names(**{host.replace(".", "_"): ("127.0.0.1",) for host in ["n.example", *hosts]})
    fetching = {"resolver": names, "host_interval_s": 1.0, "host_concurrency": 2, "global_concurrency": 8}
    rules = replace(RULES, claim=300, concurrency=300)
    async with new_poller(sqlite_database, clock, rules=rules, fetching=fetching) as poller, Server() as server:
        watched = Watched(clock, took_s=1.5)
        paths = [f"/{number}" for number in range(200)]
        server.routes = dict.fromkeys([*paths, "/feed"], watched)
        await poller.add(*(server.url(path, host="n.example") for path in paths))
        await poller.add(*(server.url("/feed", host=host) for host in hosts))
        polling = asyncio.create_task(poller.due())

        async def done() -> bool:
            await clock.advance(0.5)
            return polling.done()

        await eventually(done)
        assert await polling == 212
    busy = watched.came["n.example"]
    assert len(busy) == 200
    assert all(later - earlier >= timedelta(seconds=1) for earlier, later in pairwise(busy))
    assert watched.most["n.example"] <= 2
    assert watched.most["everywhere"] <= 8
    assert max(came for host in hosts for came in watched.came[host]) < START + MINUTE < max(busy)


async def test_case_20_ten_restarts_in_a_minute_cost_no_request(poller, server):
    server.routes["/feed"] = FEED
    await poller.add(server.url("/feed"))
    await poller.due()
    for _ in range(10):
        await poller.restart()
        await poller.clock.advance(5)
        await poller.due()
    assert len(sent(server)) == 1


async def test_case_20_a_poller_that_dies_while_it_asks_costs_its_feed_one_lease_and_no_burst(poller, server):
    hang = asyncio.Event()
    poller.clock = FakeClock()

    async def hangs(seen, writer):
        hang.set()
        await asyncio.Event().wait()

    server.routes["/feed"] = hangs
    await poller.add(server.url("/feed"))
    polling = asyncio.create_task(poller.due())
    await hang.wait()
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
    server.routes["/feed"] = FEED
    for _ in range(10):
        await poller.restart()
        assert await poller.due() == 0
    await poller.until_due()
    assert await poller.due() == 1
    assert len(sent(server)) == 2


async def test_case_20_a_clock_that_jumps_ahead_makes_no_burst(sqlite_database, server):
    clock = FakeClock(auto=True)
    fetching = {"host_interval_s": 1.0, "host_concurrency": 1}
    async with new_poller(sqlite_database, clock, fetching=fetching) as poller:
        watched = Watched(clock, took_s=0)
        paths = [f"/{number}" for number in range(20)]
        server.routes = dict.fromkeys(paths, watched)
        await poller.add(*map(server.url, paths))
        await poller.due()
        (came,) = watched.came.values()
        came.clear()
        await clock.advance(3 * 24 * 3600)
        assert await poller.due() == 20, "each once, not once for every interval that was jumped over"
        assert all(later - earlier >= timedelta(seconds=1) for earlier, later in pairwise(came))
        assert await poller.due() == 0


async def test_case_21_of_two_pollers_one_asks(database, tables_url, server):
    clock, second = FakeClock(auto=True), Database(tables_url)
    paths = [f"/{number}" for number in range(30)]
    for number, path in enumerate(paths):
        server.routes[path] = feed_reply(atom(item(number)))
    rules = replace(RULES, claim=3)
    async with new_poller(database, clock, rules=rules) as one, new_poller(second, clock, rules=rules) as other:
        await one.add(*map(server.url, paths))
        polls = await asyncio.gather(one.due(), other.due())
        assert Counter(seen.target for seen in server.seen) == Counter(paths)
        assert sum(polls) == 30
        assert len(await one.entries()) == 30
    await second.close()


async def test_case_22_a_request_says_who_asks_for_which_feed_and_nothing_more(poller, server):
    server.routes["/feed"] = feed_reply(atom(item(1)), etag='"1"', set_cookie="id=1")
    await poller.add(server.url("/feed"))
    for _ in range(2):
        await poller.poll()
    feed_id = feed_id_of(server.url("/feed"))
    first, second = sent(server)
    assert first.pop("accept").startswith("application/atom+xml")
    assert first == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": f"newswire/0 (+https://newswire.test/bot; feed-id={feed_id})",
        "accept-encoding": "gzip, deflate, br, zstd",
    }
    assert second.keys() - first.keys() == {"accept", "if-none-match", "a-im"}
