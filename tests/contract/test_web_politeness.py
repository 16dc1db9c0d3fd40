"""The `Web` port's manners, over real connections: spacing, pauses that servers ask for, robots.txt."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from newswire.assembly.backends import open_fetch_backends
from newswire.errors import Retry
from newswire.ports import Request
from newswire.settings import load
from support.fakes import FakeClock, eventually
from support.fetching import Names, refused
from support.httpserver import Server, reply


# ---------------------------------------------------------------------------------------- politeness
async def test_requests_to_one_domain_are_spaced_whatever_the_port_and_redirects_count(new_web, server):
    clock = FakeClock(auto=True)
    web = new_web(clock=clock, host_interval_s=5)
    times = []

    def at(answer):
        async def note(seen, writer):
            times.append((seen.target, clock.now()))
            writer.write(answer)

        return note

    async with Server() as neighbour:
        server.routes["/a"] = at(reply(302, b"", Location="/b"))
        server.routes["/b"] = at(reply(200))
        neighbour.routes["/c"] = at(reply(200))
        await asyncio.gather(web.get(Request(server.url("/a"))), web.get(Request(neighbour.url("/c"))))
    starts = [when for _, when in times]
    assert [later - earlier for earlier, later in pairwise(starts)] == [timedelta(seconds=5)] * 2


async def test_waiting_for_the_turn_is_not_part_of_the_timeout(new_web, server):
    server.routes["/"] = reply(200, b"x")
    web = new_web(clock=FakeClock(auto=True), host_interval_s=3600)
    for _ in range(3):
        assert (await web.get(Request(server.url(), timeout_s=5))).status == 200


async def test_a_429_with_retry_after_holds_the_host_whatever_the_port_and_no_other(new_web, server):
    clock = FakeClock(auto=True)
    names = Names(busy_example_com=("127.0.0.1",), calm_example_com=("127.0.0.1",))
    web = new_web(clock=clock, resolver=names)
    server.routes["/busy"] = reply(429, b"", Retry_After="120")
    server.routes["/"] = reply(200)
    async with Server() as other_port:
        other_port.routes["/"] = reply(200)
        assert (await web.get(Request(server.url("/busy", host="busy.example.com")))).status == 429
        for of_the_host in (server, other_port):
            assert await refused(web, Request(of_the_host.url(host="busy.example.com")), Retry) == "host-held"
        assert (len(server.seen), other_port.connections) == (1, 0)
    assert (await web.get(Request(server.url(host="calm.example.com")))).status == 200
    await clock.sleep(90)
    assert (await web.get(Request(server.url(host="busy.example.com")))).status == 200
    assert clock.slept == [90, 30]


async def test_a_429_holds_every_host_of_a_domain_that_limits_them_as_one(new_web, server):
    names = Names(one_blogs_test=("127.0.0.1",), two_blogs_test=("127.0.0.1",))
    web = new_web(resolver=names, held_as_one={"blogs.test"})
    server.routes["/"] = [reply(429, b"", Retry_After="120"), reply(200)]
    assert (await web.get(Request(server.url(host="one.blogs.test")))).status == 429
    assert await refused(web, Request(server.url(host="two.blogs.test")), Retry) == "host-held"


async def test_the_platforms_of_the_settings_are_held_as_one(tmp_path):
    environ = {"NEWSWIRE_DATA_DIR": str(tmp_path), "NEWSWIRE_FETCH__SHARED_LIMIT_DOMAINS": "blogs.example,a.example"}
    async with open_fetch_backends(load(environ), FakeClock()) as fetch_backends:
        assert fetch_backends.web._politeness._holds._shared == {"blogs.example", "a.example"}


async def test_a_429_that_names_no_time_is_a_short_pause_waited_for_in_place(new_web, server):
    clock = FakeClock(auto=True)
    web = new_web(clock=clock)
    server.routes["/"] = [reply(429), reply(429, b"", Retry_After="soon"), reply(200)]
    assert [(await web.get(Request(server.url()))).status for _ in range(3)] == [429, 429, 200]
    assert clock.slept == [60, 60]


async def test_a_503_holds_nobody(new_web, server):
    clock = FakeClock(auto=True)
    web = new_web(clock=clock)
    server.routes["/"] = [reply(503, b"", Retry_After="120"), reply(200)]
    assert [(await web.get(Request(server.url()))).status for _ in range(2)] == [503, 200]
    assert clock.slept == []


async def test_retry_after_may_be_a_date_and_is_capped(new_web, server):
    clock = FakeClock(datetime(2026, 1, 1, tzinfo=UTC), auto=True)
    server.routes["/"] = [
        reply(429, b"", Retry_After="Thu, 01 Jan 2026 02:00:00 GMT"),
        reply(429, b"", Retry_After="99999999"),
        reply(200),
    ]
    web = new_web(clock=clock)
    told = []
    for _ in range(5):
        try:
            told.append((await web.get(Request(server.url()))).status)
        except Retry as error:
            told.append(error.retry_after_s)
            await clock.sleep(error.retry_after_s)
    assert told == [429, 7200, 429, 86_400, 200]


async def test_one_host_takes_no_more_connections_than_allowed(new_web, server):
    web = new_web(host_concurrency=2)
    release = asyncio.Event()

    async def wait(seen, writer):
        await release.wait()
        writer.write(reply(200))

    server.routes["/"] = wait
    tasks = [asyncio.create_task(web.get(Request(server.url()))) for _ in range(6)]
    await eventually(lambda: len(server.seen) == 2)
    release.set()
    assert [response.status for response in await asyncio.gather(*tasks)] == [200] * 6


# -------------------------------------------------------------------------------------------- robots
async def test_robots_txt_is_asked_first_when_it_is_to_be_obeyed(web, server):
    server.routes["/robots.txt"] = reply(200, b"User-agent: newswire\nDisallow: /private\n")
    server.routes["/a"] = reply(200, b"x")
    assert (await web.get(Request(server.url("/a"), obey_robots=True))).robots_allowed is True
    assert await refused(web, Request(server.url("/private"), obey_robots=True)) == "robots"
    assert [seen.target for seen in server.seen] == ["/robots.txt", "/a"]


async def test_robots_txt_is_not_asked_when_it_is_not_to_be_obeyed(web, server):
    server.routes["/robots.txt"] = reply(200, b"User-agent: *\nDisallow: /\n")
    server.routes["/a"] = reply(200, b"x")
    assert (await web.get(Request(server.url("/a")))).robots_allowed is None
    assert not server.asked("/robots.txt")


async def test_every_hop_asks_its_own_robots_txt(web, server):
    async with Server() as other:
        server.routes["/robots.txt"] = reply(200, b"")
        server.routes["/a"] = reply(302, b"", Location=other.url("/b"))
        other.routes["/robots.txt"] = reply(200, b"User-agent: *\nDisallow: /b")
        assert await refused(web, Request(server.url("/a"), obey_robots=True)) == "robots"
        assert not other.asked("/b")


async def test_robots_txt_may_be_redirected_and_long(web, server):
    server.routes["/robots.txt"] = reply(301, b"", Location="/robots2.txt")
    server.routes["/robots2.txt"] = reply(200, b"User-agent: *\nDisallow: /a\n" + b"# filler\n" * 100_000)
    assert await refused(web, Request(server.url("/a"), obey_robots=True)) == "robots"


async def test_a_robots_txt_that_cannot_be_had_is_a_retry(web, server):
    server.routes["/robots.txt"] = reply(503)
    assert await refused(web, Request(server.url("/a"), obey_robots=True), Retry) == "robots-unreachable"
    assert not server.asked("/a")


async def test_a_crawl_delay_is_the_hosts_interval(new_web, server):
    clock = FakeClock(auto=True)
    web = new_web(clock=clock, crawl_delay_cap_s=20)
    server.routes["/robots.txt"] = reply(200, b"User-agent: *\nCrawl-delay: 60\n")
    server.routes["/a"] = reply(200, b"x")
    for _ in range(2):
        await web.get(Request(server.url("/a"), obey_robots=True))
    assert clock.slept == [20, 20]
