"""The `Web` port's guarantees, over real connections to scripted servers on loopback."""

import asyncio
import gzip
import socket
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import aiohttp
import pytest

from newswire.adapters.http.guard import BlockedAddress, guarded_sockets
from newswire.adapters.http.web import MAX_REDIRECTS
from newswire.errors import Reject, Retry
from newswire.events import PageValidators
from newswire.ports import Request
from support.fakes import FakeClock, eventually, turns
from support.fetching import AGENT, Names, only_first_is_public, refused
from support.httpserver import Server, reply


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
            "connection": "close",
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
        await web.get(Request(server.url("/in"), validators=validators))
        await web.get(Request(server.url("/out"), validators=validators))
        conditional = [(seen.target, "if-none-match" in seen.headers) for seen in server.seen + other.seen]
    assert conditional == [("/in", True), ("/there", True), ("/out", True), ("/there", False), ("/back", False)]
    assert not [seen for seen in other.seen if "if-modified-since" in seen.headers]


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


async def test_a_gzip_bomb_is_too_large(web, server):
    server.routes["/"] = reply(200, gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip")
    assert await refused(web, Request(server.url())) == "too-large"


async def test_a_body_is_decoded_from_its_coding_and_damage_is_told(web, server):
    page = b"<p>text</p>" * 1_000
    server.routes["/good"] = reply(200, gzip.compress(page), Content_Encoding="gzip")
    server.routes["/bad"] = reply(200, page, Content_Encoding="gzip")
    server.routes["/odd"] = reply(200, page, Content_Encoding="compress")
    server.routes["/cut"] = reply(200, gzip.compress(page)[:-9], Content_Encoding="gzip")
    assert (await web.get(Request(server.url("/good")))).body == page
    assert await refused(web, Request(server.url("/bad"))) == "bad-encoding"
    assert await refused(web, Request(server.url("/odd"))) == "bad-encoding"
    assert await refused(web, Request(server.url("/cut")), Retry) == "protocol"


async def test_a_slow_drip_is_cut_by_the_total_timeout(web, server):
    dripped = 0

    async def drip(seen, writer):
        nonlocal dripped
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            dripped += 1
            await asyncio.sleep(0.02)

    server.routes["/"] = drip
    assert await refused(web, Request(server.url(), timeout_s=0.3), Retry) == "timeout"
    assert dripped > 3


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
async def test_what_may_pass_is_a_retry_with_its_reason(web, server):
    async def reset(seen, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
        await writer.drain()
        linger_off = b"\x01\0\0\0\0\0\0\0"
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_off)
        writer.transport.abort()

    server.routes["/reset"] = reset
    server.routes["/nothing"] = b""
    server.routes["/short"] = reply(200, b"abc", Content_Length="100")
    server.routes["/chunks"] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"
    server.routes["/garbage"] = b"SSH-2.0-OpenSSH\r\n\r\n"
    server.routes["/headers"] = reply(200, b"x", X_Long="x" * 200_000)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        assert await refused(web, Request(closed), Retry) == "connect"
    assert await refused(web, Request(server.url("/nothing")), Retry) == "connect"
    assert await refused(web, Request(server.url("/reset")), Retry) in {"connect", "protocol"}
    assert await refused(web, Request(server.url("/short")), Retry) == "protocol"
    assert await refused(web, Request(server.url("/chunks")), Retry) == "protocol"
    assert await refused(web, Request(server.url("/garbage")), Retry) == "protocol"
    assert await refused(web, Request(server.url("/headers")), Retry) == "protocol"


async def test_a_server_that_speaks_no_tls_is_told_as_tls(web):
    async def plain(reader, writer):
        writer.write(reply(400))
        await reader.read()
        writer.close()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        assert await refused(web, Request(f"https://127.0.0.1:{port}/"), Retry) == "tls"


async def test_long_headers_of_real_sites_are_read(web, server):
    server.routes["/"] = reply(200, b"x", Content_Security_Policy="x" * 30_000)
    assert (await web.get(Request(server.url()))).status == 200


@pytest.mark.parametrize(
    "url", ["", "a.test", "ftp://a.test/", "http://", "http://u:p@127.0.0.1/", "http://a.test:0/", "http://a..b/"]
)
async def test_what_is_no_http_address_is_a_bad_url(web, url):
    assert await refused(web, Request(url)) == "bad-url"


# --------------------------------------------------------------------------------------------- guard
PRIVATE = [
    *("127.0.0.1", "localhost", "2130706433", "127.1", "0177.0.0.1", "0x7f000001", "0x7f.0.0.1", "①②⑦.0.0.1"),
    *("127。0。0。1", "%31%32%37.0.0.1", "127.0.0.1.", "0.0.0.0", "0", "[::]", "[::1]", "[::ffff:127.0.0.1]"),
    *("[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::ffff:0:127.0.0.1]"),
    *("inside.test", "mixed.test", "sub.inside.test"),
]


@pytest.mark.parametrize("host", PRIVATE)
async def test_no_private_address_is_ever_connected_to(new_web, server, host):
    names = Names(
        localhost=("127.0.0.1", "::1"),
        inside_test=("127.0.0.1",),
        mixed_test=("127.0.0.1", "10.0.0.1"),
        sub_inside_test=("::ffff:127.0.0.1",),
    )
    web = new_web(allow_private=False, ports={server.port}, resolver=names)
    server.routes["/"] = reply(200, b"secret")
    assert await refused(web, Request(f"http://{host}:{server.port}/")) == "blocked-address"
    assert server.connections == 0


async def test_a_refused_address_takes_no_turn_and_asks_no_robots_txt(new_web):
    clock = FakeClock(auto=True)
    web = new_web(allow_private=False, clock=clock, host_interval_s=5, resolver=Names())
    for _ in range(3):
        assert await refused(web, Request("http://127.0.0.1/", obey_robots=True)) == "blocked-address"
    assert clock.slept == []


async def test_by_default_no_port_but_those_of_the_web_is_connected_to(new_web, server):
    web = new_web(allow_private=False, refuse=only_first_is_public)
    assert await refused(web, Request(server.url())) == "blocked-address"
    assert server.connections == 0


async def test_a_redirect_to_a_private_address_is_refused(new_web, server):
    async with Server("127.0.0.2") as inside:
        web = new_web(
            allow_private=False,
            ports={server.port, inside.port},
            refuse=only_first_is_public,
            resolver=Names(inside_test=("127.0.0.2",)),
        )
        server.routes["/literal"] = reply(302, b"", Location=inside.url("/"))
        server.routes["/mapped"] = reply(302, b"", Location=inside.url("/", host="[::ffff:127.0.0.2]"))
        server.routes["/name"] = reply(302, b"", Location=inside.url("/", host="inside.test"))
        server.routes["/port"] = reply(302, b"", Location="http://127.0.0.1:1/")
        for target in ("/literal", "/mapped", "/name", "/port"):
            assert await refused(web, Request(server.url(target))) == "blocked-address"
        assert (len(server.seen), inside.connections) == (4, 0)


async def test_a_name_that_is_rebound_to_a_private_address_is_refused(new_web, server):
    async with Server("127.0.0.2") as inside:
        web = new_web(
            allow_private=False,
            ports={server.port, inside.port},
            refuse=only_first_is_public,
            resolver=Names(rebound_test=[("127.0.0.1",), ("127.0.0.2",)]),
        )
        server.routes["/"] = reply(302, b"", Location=inside.url("/", host="rebound.test"))
        assert await refused(web, Request(server.url("/", host="rebound.test"))) == "blocked-address"
        assert (len(server.seen), inside.connections) == (1, 0)


async def test_of_a_names_addresses_only_the_public_ones_are_tried(new_web, server):
    web = new_web(
        allow_private=False,
        ports={server.port},
        refuse=only_first_is_public,
        resolver=Names(mixed_test=("127.0.0.2", "127.0.0.1")),
    )
    server.routes["/"] = reply(200, b"public")
    assert (await web.get(Request(server.url("/", host="mixed.test")))).body == b"public"


@pytest.mark.parametrize("host", ["127.0.0.1", "lying.test"])
async def test_the_last_gate_stands_alone(server, host):
    """Whatever came before it: aiohttp asks the socket factory with the address that it connects to."""
    connector = aiohttp.TCPConnector(resolver=Names(lying_test=("127.0.0.1",)), socket_factory=guarded_sockets())
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            await session.get(server.url(host=host))
    assert isinstance(caught.value.os_error, BlockedAddress)
    assert server.connections == 0


async def test_the_web_has_the_last_gate_too(new_web, server):
    web = new_web(allow_private=False, ports={server.port}, resolver=Names())
    session = web._exchange._open()
    with pytest.raises(aiohttp.ClientConnectorError) as caught:
        await session.get(server.url())
    assert isinstance(caught.value.os_error, BlockedAddress)
    assert server.connections == 0


async def test_an_unknown_name_may_be_known_later(new_web):
    names = Names()
    web = new_web(resolver=names)
    assert await refused(web, Request("http://unknown.test/"), Retry) == "dns"
    await web.close()
    assert names.closed


async def test_https_never_becomes_http(new_web, server):
    web = new_web()
    addresses = web._addresses
    http, https = (addresses.checked(f"{scheme}://127.0.0.1:{server.port}/") for scheme in ("http", "https"))
    with pytest.raises(Reject) as caught:
        addresses.target(https, str(http))
    assert caught.value.reason == "insecure-redirect"
    assert addresses.target(http, str(https)) == https


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
