"""`Web.post_form`: a form is sent as politely and as guarded as a page is fetched."""

import asyncio

import pytest

from newswire.adapters.http.chain import MAX_REDIRECTS
from newswire.errors import Reject, Retry
from support.fakes import FakeClock
from support.fetching import AGENT, only_first_is_public
from support.httpserver import Server, reply

FIELDS = {"hub.mode": "subscribe", "hub.topic": "https://a.test/ä?b=1&c=2", "empty": ""}
SENT = b"hub.mode=subscribe&hub.topic=https%3A%2F%2Fa.test%2F%C3%A4%3Fb%3D1%26c%3D2&empty="


async def refused(web, url, kind=Reject, **more):
    with pytest.raises(kind) as caught:
        await web.post_form(url, FIELDS, **more)
    return caught.value.reason


async def test_the_fields_arrive_as_a_form_and_the_answer_comes_back(web, server):
    server.routes["/hub"] = reply(202, b"will verify", X_A="1")
    response = await web.post_form(server.url("/hub#part"), FIELDS)
    assert (response.status, response.url, response.body) == (202, server.url("/hub"), b"will verify")
    assert (response.headers["x-a"], response.redirects, response.robots_allowed) == ("1", (), None)
    (seen,) = server.seen
    assert (seen.method, seen.body) == ("POST", SENT)
    assert seen.headers == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": AGENT,
        "accept": "*/*",
        "accept-encoding": "gzip, deflate, br, zstd",
        "content-type": "application/x-www-form-urlencoded",
        "content-length": str(len(SENT)),
        "connection": "close",
    }


@pytest.mark.parametrize("status", [307, 308])
async def test_a_redirect_that_keeps_the_method_is_followed_with_the_same_body(web, server, status):
    async with Server() as other:
        server.routes["/hub"] = reply(status, b"", Location=other.url("/there"))
        other.routes["/there"] = reply(202)
        response = await web.post_form(server.url("/hub"), FIELDS)
        assert (response.status, response.redirects) == (202, ((status, other.url("/there")),))
        assert [(seen.method, seen.body) for seen in server.seen + other.seen] == [("POST", SENT)] * 2


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_any_other_redirect_is_the_answer(web, server, status):
    server.routes["/hub"] = reply(status, b"see there", Location="/there")
    response = await web.post_form(server.url("/hub"), FIELDS)
    assert (response.status, response.headers["location"], response.body) == (status, "/there", b"see there")
    assert [seen.target for seen in server.seen] == ["/hub"]


async def test_a_circle_of_redirects_ends(web, server):
    for number in range(10):
        server.routes[f"/{number}"] = reply(307, b"", Location=f"/{number + 1}")
    assert await refused(web, server.url("/0")) == "redirect-loop"
    assert len(server.seen) == MAX_REDIRECTS + 1


async def test_no_form_is_sent_to_a_private_address_not_even_by_redirect(new_web, server):
    web = new_web(allow_private=False, ports={server.port})
    assert await refused(web, server.url("/hub")) == "blocked-address"
    assert server.connections == 0
    async with Server("127.0.0.2") as inside:
        web = new_web(
            allow_private=False,
            ports={server.port, inside.port},
            refuse=only_first_is_public,
        )
        server.routes["/hub"] = reply(307, b"", Location=inside.url("/"))
        assert await refused(web, server.url("/hub")) == "blocked-address"
        assert (len(server.seen), inside.connections) == (1, 0)


async def test_a_long_answer_is_cut_for_the_server_has_acted_already(web, server):
    server.routes["/hub"] = reply(202, b"x" * 100_000)
    assert (await web.post_form(server.url("/hub"), FIELDS, max_bytes=1_000)).body == b"x" * 1_000


async def test_a_form_waits_for_its_domains_turn_and_heeds_a_429(new_web, server):
    clock = FakeClock(auto=True)
    web = new_web(clock=clock, host_interval_s=5)
    server.routes["/hub"] = [reply(202), reply(429, b"", Retry_After="120")]
    for _ in range(2):
        await web.post_form(server.url("/hub"), FIELDS)
    assert clock.slept == [5]
    assert await refused(web, server.url("/hub"), Retry) == "host-held"


async def test_robots_txt_is_not_asked_before_a_form(web, server):
    server.routes["/robots.txt"] = reply(200, b"User-agent: *\nDisallow: /\n")
    server.routes["/hub"] = reply(202)
    assert (await web.post_form(server.url("/hub"), FIELDS)).status == 202
    assert not server.asked("/robots.txt")


async def test_a_hub_that_does_not_answer_in_time_is_a_retry(web, server):
    async def silent(seen, writer):
        await asyncio.Event().wait()

    server.routes["/hub"] = silent
    assert await refused(web, server.url("/hub"), Retry, timeout_s=0.2) == "timeout"
