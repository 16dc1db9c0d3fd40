"""The `Web` port's guarantees, over real connections to scripted servers on loopback."""

import asyncio
import gzip
import socket
import threading

import pytest

from newswire.adapters.http.chain import MAX_REDIRECTS
from newswire.errors import Reject, Retry
from newswire.events import PageValidators
from newswire.ports import Request
from support.fakes import eventually, turns
from support.fetching import AGENT, Names, refused
from support.httpserver import Server, reply
from support.waiting import eventually as waiting_for


# ---------------------------------------------------------------------------------------- the answer
async def test_an_answer_comes_with_its_address_headers_and_whole_body(web, server):
    server.routes["/a?b=1"] = reply(200, b"hello" * 50_000, Content_Type="text/html", X_A="1", x_a="2")
    response = await web.get(Request(server.url("/a?b=1#part")))
    assert (response.status, response.url, response.body) == (200, server.url("/a?b=1"), b"hello" * 50_000)
    assert response.headers["content-type"] == "text/html"
    assert response.headers["x-a"] == "1, 2"
    assert (response.redirects, response.robots_allowed) == ((), None)


async def test_a_request_says_who_asks_and_nothing_more_than_needed(new_web, server):
    web = new_web(resolver=Names(site_test=("127.0.0.1",)))
    server.routes["/"] = [reply(200, Set_Cookie="a=1"), reply(200)]
    for _ in range(2):
        await web.get(Request(server.url(host="site.test"), accept="text/html"))
    assert [seen.headers for seen in server.seen] == [
        {
            "host": f"site.test:{server.port}",
            "user-agent": AGENT,
            "accept": "text/html",
            "accept-encoding": "gzip, deflate, br, zstd",
        }
    ] * 2


@pytest.mark.parametrize("status", [204, 300, 304, 400, 404, 410, 429, 500, 503])
async def test_any_status_is_an_answer(web, server, status):
    body = b"" if status in {204, 304} else b"sorry"
    server.routes["/"] = reply(status, body)
    response = await web.get(Request(server.url()))
    assert (response.status, response.body) == (status, body)


async def test_the_status_counts_however_broken_the_error_page_is(web, server):
    server.routes["/long"] = reply(404, b"x" * 1_000_000)
    server.routes["/coded"] = reply(503, b"not gzip", Content_Encoding="gzip")
    server.routes["/redirect"] = reply(301, b"no location")
    assert len((await web.get(Request(server.url("/long"), max_bytes=100))).body) == 100
    assert (await web.get(Request(server.url("/coded")))).status == 503
    assert (await web.get(Request(server.url("/redirect")))).status == 301


@pytest.mark.parametrize("etag", ['"a"', 'W/"a-gzip"', "unquoted", '""', '"a","b"', '"it\'s\\""', '"schön"', '"a\tb"'])
async def test_validators_are_echoed_byte_for_byte(web, server, etag):
    modified = "Sat,  1 Jan 2026 00:00:00 GMT"
    wire = etag.encode().decode("latin-1")
    server.routes["/"] = [reply(200, b"x", ETag=wire, Last_Modified=modified), reply(304)]
    first = await web.get(Request(server.url()))
    validators = PageValidators(etag=first.headers["etag"], last_modified=first.headers["last-modified"])
    assert validators == PageValidators(etag=etag, last_modified=modified)
    await web.get(Request(server.url(), validators=validators))
    assert server.seen[1].headers["if-none-match"] == wire
    assert server.seen[1].headers["if-modified-since"] == modified


@pytest.mark.parametrize("etag", ['"a"\r\nX-Injected: 1', '"a\n"', '"\x00"', '"\ud800"'])
async def test_a_validator_that_no_header_can_carry_is_left_out(web, server, etag):
    server.routes["/"] = reply(200, b"x")
    assert (await web.get(Request(server.url(), validators=PageValidators(etag=etag)))).status == 200
    assert not {"if-none-match", "x-injected"} & server.seen[0].headers.keys()


async def test_header_bytes_that_are_not_utf8_become_text_without_surrogates(web, server):
    server.routes["/"] = reply(200, b"x", ETag='"\xff"', X_Name="\xff\xe9")
    headers = (await web.get(Request(server.url()))).headers
    assert "etag" not in headers
    assert headers["x-name"] == "\xff\xe9"


# ----------------------------------------------------------------------------------------- redirects
async def test_redirects_are_followed_and_told(web, server):
    server.routes["/1"] = reply(301, b"moved", Location="/2")
    server.routes["/2"] = reply(302, b"", Location=server.url("/3#part"))
    server.routes["/3"] = reply(307, b"", Location="../ä?q=1".encode().decode("latin-1"))
    server.routes["/%C3%A4?q=1"] = reply(200, b"here")
    response = await web.get(Request(server.url("/1")))
    assert (response.url, response.body) == (server.url("/%C3%A4?q=1"), b"here")
    assert response.redirects == (
        (301, server.url("/2")),
        (302, server.url("/3")),
        (307, server.url("/%C3%A4?q=1")),
    )


async def test_a_route_in_the_fragment_is_kept_through_redirects_and_never_sent(new_web, server):
    server.routes["/robots.txt"] = reply(200, b"User-agent: *\nDisallow: /*private\n")
    server.routes["/1"] = reply(301, b"", Location="/2")
    server.routes["/2"] = reply(200, b"shell")
    response = await new_web().get(Request(server.url("/1#!/private/7"), obey_robots=True))
    assert (response.url, response.body) == (server.url("/2#!/private/7"), b"shell")
    assert [seen.target for seen in server.seen] == ["/robots.txt", "/1", "/2"]


async def test_a_circle_and_a_long_chain_are_redirect_loops(web, server):
    for number in range(10):
        server.routes[f"/{number}"] = reply(302, b"", Location=f"/{number + 1}")
    server.routes["/self"] = reply(302, b"", Location="/self")
    assert await refused(web, Request(server.url("/self"))) == "redirect-loop"
    assert len(server.seen) == 1
    assert await refused(web, Request(server.url("/0"))) == "redirect-loop"
    assert len(server.seen) == 1 + 1 + MAX_REDIRECTS
    server.routes[f"/{MAX_REDIRECTS}"] = reply(200, b"just in time")
    assert (await web.get(Request(server.url("/0")))).status == 200


@pytest.mark.parametrize(
    "location", ["ftp://a.test/", "javascript:alert(1)", "file:///etc/hosts", "http://a..b/", "http://u@a.test/"]
)
async def test_a_redirect_to_what_is_no_http_address_is_a_bad_url(web, server, location):
    server.routes["/"] = reply(302, b"", Location=location)
    assert await refused(web, Request(server.url())) == "bad-url"


async def test_validators_stay_within_the_origin(web, server):
    validators = PageValidators(etag='"a"', last_modified="Sat, 01 Jan 2026 00:00:00 GMT")
    async with Server() as other:
        server.routes["/in"] = reply(302, b"", Location="/there")
        server.routes["/there"] = reply(304)
        server.routes["/out"] = reply(302, b"", Location=other.url("/back"))
        other.routes["/back"] = reply(302, b"", Location=server.url("/there"))
        inside = await web.get(Request(server.url("/in"), validators=validators))
        outside = await web.get(Request(server.url("/out"), validators=validators))
        conditional = [(seen.target, "if-none-match" in seen.headers) for seen in server.seen + other.seen]
    assert conditional == [("/in", True), ("/there", True), ("/out", True), ("/there", False), ("/back", False)]
    assert not [seen for seen in other.seen if "if-modified-since" in seen.headers]
    assert (inside.conditional, outside.conditional) == (True, False), "only one of the two 304s is a true one"


# -------------------------------------------------------------------------------------------- bounds
async def test_a_body_over_the_limit_is_too_large_announced_or_not(web, server):
    async def endless(seen, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    server.routes["/endless"] = endless
    server.routes["/announced"] = reply(200, b"", Content_Length="1000001")
    server.routes["/exact"] = reply(200, b"x" * 1_000_000)
    assert await refused(web, Request(server.url("/endless"), max_bytes=1_000_000)) == "too-large"
    assert await refused(web, Request(server.url("/announced"), max_bytes=1_000_000)) == "too-large"
    assert len((await web.get(Request(server.url("/exact"), max_bytes=1_000_000))).body) == 1_000_000


async def test_a_body_is_decoded_from_its_coding_and_damage_is_told(web, server):
    page = b"<p>text</p>" * 1_000
    server.routes["/good"] = reply(200, gzip.compress(page), Content_Encoding="gzip")
    server.routes["/bad"] = reply(200, b"\0" + page, Content_Encoding="gzip")
    server.routes["/odd"] = reply(200, b"\x1f\x9d" + page, Content_Encoding="compress")
    server.routes["/cut"] = reply(200, gzip.compress(page)[:-9], Content_Encoding="gzip")
    assert (await web.get(Request(server.url("/good")))).body == page
    assert await refused(web, Request(server.url("/bad"))) == "bad-encoding"
    assert await refused(web, Request(server.url("/odd"))) == "bad-encoding"
    assert await refused(web, Request(server.url("/cut")), Retry) == "protocol"


async def test_the_total_timeout_spans_all_redirects(web, server):
    async def slowly(seen, writer):
        await asyncio.sleep(0.15)
        writer.write(reply(302, b"", Location=f"/{int(seen.target[1:]) + 1}"))

    for number in range(5):
        server.routes[f"/{number}"] = slowly
    assert await refused(web, Request(server.url("/0"), timeout_s=0.35), Retry) == "timeout"
    assert len(server.seen) <= 3


async def test_a_silent_server_is_cut_by_the_read_timeout(new_web, server):
    async def silent(seen, writer):
        await asyncio.Event().wait()

    server.routes["/"] = silent
    assert await refused(new_web(read_timeout_s=0.1), Request(server.url(), timeout_s=60), Retry) == "timeout"


# -------------------------------------------------------------------------------------------- errors
async def test_a_port_where_nobody_listens_is_a_retry(web):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert await refused(web, Request(f"http://127.0.0.1:{unused.getsockname()[1]}/"), Retry) == "connect"


async def test_long_headers_of_real_sites_are_read(web, server):
    server.routes["/"] = reply(200, b"x", Content_Security_Policy="x" * 30_000)
    assert (await web.get(Request(server.url()))).status == 200


@pytest.mark.parametrize(
    "url", ["", "a.test", "ftp://a.test/", "http://", "http://u:p@127.0.0.1/", "http://a.test:0/", "http://a..b/"]
)
async def test_what_is_no_http_address_is_a_bad_url(web, url):
    assert await refused(web, Request(url)) == "bad-url"


async def test_names_that_take_for_ever_do_not_keep_others_from_being_looked_up(new_web, server):
    """Not even those that were asked for by requests that have been given up since."""
    dead, alive = threading.Event(), [(socket.AF_INET, 0, "127.0.0.1")]
    lookups = []

    def lookup(host, port, family):
        lookups.append(host)
        if host.startswith("dead"):
            dead.wait(60)
        return alive

    web = new_web(global_concurrency=4)
    web._exchange._resolver._lookup = lookup
    server.routes["/"] = reply(200, b"alive")
    try:
        given_up = (refused(web, Request(server.url(host=f"dead{n}.test"), timeout_s=0.2), Retry) for n in range(4))
        assert await asyncio.gather(*given_up) == ["timeout"] * 4
        async with asyncio.TaskGroup() as group:
            waiting = [
                group.create_task(refused(web, Request(server.url(host=f"dead{n}.test"), timeout_s=5), Retry))
                for n in range(4, 7)
            ]
            await waiting_for(lambda: len(lookups) == 7)
            assert (await web.get(Request(server.url(host="alive.test")))).body == b"alive"
            for task in waiting:
                task.cancel()
    finally:
        dead.set()


async def test_an_unknown_name_may_be_known_later(new_web):
    names = Names()
    web = new_web(resolver=names)
    assert await refused(web, Request("http://unknown.test/"), Retry) == "dns"
    await web.close()
    assert names.closed


# --------------------------------------------------------------------------------------------- close
async def test_cancelling_a_fetch_frees_its_turn_and_closing_ends_everything(new_web, server):
    async def silent(seen, writer):
        await asyncio.Event().wait()

    server.routes["/silent"] = silent
    server.routes["/"] = reply(200, b"x")
    web = new_web(global_concurrency=1)
    task = asyncio.create_task(web.get(Request(server.url("/silent"))))
    await eventually(lambda: server.seen)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await web.get(Request(server.url()))).body == b"x"
    await web.close()
    with pytest.raises(RuntimeError):
        await web.get(Request(server.url()))


async def test_a_response_in_use_holds_back_further_requests_until_it_is_let_go(server, new_web):
    server.routes["/a"] = reply(200, b"a")
    server.routes["/b"] = reply(200, b"b")
    web = new_web(global_concurrency=1)
    async with web.fetch(Request(server.url("/a"))) as response:
        assert response.body == b"a"
        waiting = asyncio.create_task(web.get(Request(server.url("/b"))))
        await turns()
        assert [seen.target for seen in server.seen] == ["/a"]
    assert (await waiting).body == b"b"


async def test_a_fetch_that_fails_or_whose_use_fails_holds_back_nobody(server, new_web):
    server.routes["/a"] = reply(200, b"a")
    server.routes["/big"] = reply(200, b"x" * 2000)
    web = new_web(global_concurrency=1)
    with pytest.raises(Reject):
        async with web.fetch(Request(server.url("/big"), max_bytes=1000)):
            pass
    with pytest.raises(ZeroDivisionError):
        async with web.fetch(Request(server.url("/a"))):
            _ = 1 / 0
    assert (await web.get(Request(server.url("/a")))).body == b"a"
