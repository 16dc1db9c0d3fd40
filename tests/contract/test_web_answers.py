"""Answers that browsers read though they are odd, over real connections: read, flagged, and no less bounded."""

import asyncio
import gzip
import ssl
from contextlib import asynccontextmanager

import pytest

from newswire.adapters.http.chain import MAX_REDIRECTS
from newswire.domain.feeds.credentials import Credentials, Secret, SecretHeader
from newswire.errors import Reject, Retry
from newswire.events import PageValidators
from newswire.ports import Request
from support.certificates import Authority
from support.fetching import Names, refused
from support.hostile import listening
from support.httpserver import Server, reply

PAGE = b"<rss version='2.0'><channel><title>News</title></channel></rss>"
OK = b"HTTP/1.1 200 OK\r\n"


# --------------------------------------------------------------------------------- bodies and their coding
@pytest.mark.parametrize("coding", ["UTF-8", "aws-chunked", "none", "gzip", "br", "zstd", "deflate", "gzip, gzip"])
async def test_a_plain_body_is_read_and_flagged_whatever_coding_its_header_names(web, server, coding):
    server.routes["/"] = reply(200, PAGE, Content_Encoding=coding)
    response = await web.get(Request(server.url()))
    assert (response.body, response.flags) == (PAGE, ("content-encoding-ignored",))


@pytest.mark.parametrize(("coding", "flags"), [("", ()), ("identity", ()), ("x-gzip", ()), ("GZIP", ())])
async def test_a_body_in_its_coding_is_not_flagged(web, server, coding, flags):
    body = gzip.compress(PAGE) if "gz" in coding.lower() else PAGE
    server.routes["/"] = reply(200, body, Content_Encoding=coding)
    response = await web.get(Request(server.url()))
    assert (response.body, response.flags) == (PAGE, flags)


async def test_gzip_that_no_header_speaks_of_is_unpacked_below_a_coding_that_is_not_known(web, server):
    server.routes["/"] = reply(200, gzip.compress(PAGE), Content_Encoding="utf-8")
    assert (await web.get(Request(server.url()))).body == PAGE


# -------------------------------------------------------------------------------------------------- ranges
@pytest.mark.parametrize("ranged", [{"Content_Range": f"bytes 0-{len(PAGE) - 1}/{len(PAGE)}"}, {}])
async def test_a_206_that_holds_the_whole_is_a_200(web, server, ranged):
    server.routes["/"] = reply(206, PAGE, **ranged)
    response = await web.get(Request(server.url()))
    assert (response.status, response.body, response.flags) == (200, PAGE, ("status-206",))


@pytest.mark.parametrize("ranged", ["bytes 0-9/100", "bytes 10-99/100", "bytes 0-99/*"])
async def test_a_206_that_holds_a_part_is_never_taken_for_the_whole(web, server, ranged):
    server.routes["/"] = reply(206, PAGE, Content_Range=ranged)
    with pytest.raises(Retry, match="a part of the document") as caught:
        await web.get(Request(server.url()))
    assert caught.value.reason == "http-206"


@pytest.mark.parametrize("length", [len(PAGE) + 1, 10 * len(PAGE)])
async def test_a_206_that_announces_the_whole_and_brings_less_is_a_part(web, server, length):
    server.routes["/"] = reply(206, PAGE[:-4], Content_Range=f"bytes 0-{length - 1}/{length}")
    assert await refused(web, Request(server.url()), Retry) == "http-206"


async def test_a_206_whose_numbers_are_of_another_document_is_whole_where_its_markup_ends(web, server):
    server.routes["/"] = reply(206, PAGE, Content_Range="bytes 0-499/500")
    response = await web.get(Request(server.url()))
    assert (response.status, response.body, response.flags) == (200, PAGE, ("status-206",))


async def test_a_206_may_count_the_bytes_of_the_coded_or_of_the_plain_document(web, server):
    packed = gzip.compress(PAGE)
    for length in (len(packed), len(PAGE)):
        ranged = {"Content_Range": f"bytes 0-{length - 1}/{length}", "Content_Encoding": "gzip"}
        server.routes["/"] = reply(206, packed, **ranged)
        assert (await web.get(Request(server.url()))).body == PAGE


async def test_a_206_that_ends_early_is_no_answer(web, server):
    server.routes["/"] = reply(206, PAGE, Content_Length="500")
    assert await refused(web, Request(server.url()), Retry) == "protocol"


# --------------------------------------------------------------------------------------------- header lines
@pytest.mark.parametrize(
    "head",
    [
        b'"X-XSS-Protection: 0"\r\n',
        b"X-Nothing\r\n",
        b"X-Blank : 1\r\n",
        b"X-Folded: a\r\n b\r\n\tc\r\n",
        b"  X-Continues: nothing\r\n",
        b"Content-Length: 63\r\nContent-Length: 63\r\n",
        b"Content-Length: 63, 63\r\n",
        b"Content-Type: text/xml\r\nContent-Type: text/xml\r\n",
    ],
)
@pytest.mark.parametrize("piece", [1, 10_000], ids=["byte by byte", "at once"])
async def test_a_head_that_browsers_read_is_read_however_it_is_cut(web, head, piece):
    answer = OK + head + b"X-Last: here\r\n\r\n" + PAGE

    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        for place in range(0, len(answer), piece):
            writer.write(answer[place : place + piece])
            await writer.drain()
            await asyncio.sleep(0)

    async with listening(serve) as port:
        response = await web.get(Request(f"http://127.0.0.1:{port}/"))
    assert (response.body, response.headers["x-last"]) == (PAGE, "here")
    assert response.headers.get("x-folded", "a b c") == "a b c"
    assert response.headers.get("content-type", "text/xml") == "text/xml"


async def test_chunks_override_a_length_that_a_proxy_left_beside_them(web):
    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK + b"Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n")
        writer.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE))

    async with listening(serve) as port:
        assert (await web.get(Request(f"http://127.0.0.1:{port}/"))).body == PAGE


async def test_header_lines_that_drip_are_not_silence(new_web):
    """Lines are held until the head is complete: the server is heard all the same."""

    async def drip(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)
        for _ in range(12):
            await asyncio.sleep(0.1)
            writer.write(b"X: y\r\n")
        writer.write(b"\r\n" + PAGE)

    async with listening(drip) as port:
        web = new_web(read_timeout_s=0.6)
        assert (await web.get(Request(f"http://127.0.0.1:{port}/"))).body == PAGE


# -------------------------------------------------------------------------------------------------- cookies
def until_the_cookie_comes_back(name="seen", **attributes):
    """Redirects to the same address until the cookie is there."""
    more = "".join(f"; {key.replace('_', '-')}={value}" for key, value in attributes.items())

    async def answer(seen, writer):
        if f"{name}=1" in seen.headers.get("cookie", ""):
            writer.write(reply(200, PAGE))
        else:
            writer.write(reply(302, b"", Location=seen.target, Set_Cookie=f"{name}=1; path=/{more}"))

    return answer


async def test_a_cookie_goes_back_within_its_chain_and_no_further(web, server):
    server.routes["/"] = until_the_cookie_comes_back()
    for _ in range(2):
        response = await web.get(Request(server.url()))
        assert (response.body, response.redirects) == (PAGE, ((302, server.url()),))
    assert [seen.headers.get("cookie") for seen in server.seen] == [None, "seen=1", None, "seen=1"]


async def test_chains_at_the_same_time_share_no_cookie(web, server):
    server.routes["/a"] = until_the_cookie_comes_back("a")
    server.routes["/b"] = until_the_cookie_comes_back("b")
    await asyncio.gather(*(web.get(Request(server.url(target))) for target in ("/a", "/b")))
    assert sorted(seen.headers.get("cookie", "") for seen in server.seen) == ["", "", "a=1", "b=1"]


async def test_a_cookie_goes_to_the_host_that_set_it_alone(web, server):
    async with Server("127.0.0.2") as other:
        server.routes["/"] = reply(302, b"", Location=other.url("/wall"), Set_Cookie="mine=1")
        other.routes["/wall"] = reply(302, b"", Location=server.url("/in"), Set_Cookie="theirs=1")
        server.routes["/in"] = reply(200, PAGE)
        await web.get(Request(server.url()))
        assert [seen.headers.get("cookie") for seen in server.seen + other.seen] == [None, "mine=1", None]


async def test_a_cookie_that_is_not_accepted_leaves_a_loop_a_loop(web, server):
    server.routes["/"] = until_the_cookie_comes_back(Domain="example.org")
    assert await refused(web, Request(server.url())) == "redirect-loop"
    assert len(server.seen) == 1


async def test_robots_txt_and_forms_have_no_part_in_a_chains_cookies(new_web, server):
    server.routes["/robots.txt"] = reply(302, b"", Location="/rules", Set_Cookie="r=1; path=/")
    server.routes["/rules"] = reply(200, b"User-agent: *\nDisallow:\n")
    server.routes["/"] = until_the_cookie_comes_back()
    server.routes["/hub"] = reply(307, b"", Location="/hub2", Set_Cookie="h=1; path=/")
    server.routes["/hub2"] = reply(202)
    web = new_web()
    await web.get(Request(server.url(), obey_robots=True))
    await web.post_form(server.url("/hub"), {"a": "b"})
    assert [(seen.target, seen.headers.get("cookie")) for seen in server.seen] == [
        ("/robots.txt", None),
        ("/rules", "r=1"),
        ("/", None),
        ("/", "seen=1"),
        ("/hub", None),
        ("/hub2", None),
    ]


# ------------------------------------------------------------------------------------- from https to http
@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def secured(new_web, authority):
    """An https server that calls itself localhost, and a fetcher that trusts it; ``**settings`` are the fetcher's."""

    @asynccontextmanager
    async def running(**settings):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*authority.sign("localhost"))
        names = Names(localhost=("127.0.0.1",), plain_test=("127.0.0.2",))
        tls = ssl.create_default_context(cafile=authority.certificate)
        async with Server(tls=context) as server:
            yield server, new_web(resolver=names, tls=tls, connect_timeout_s=0.5, **settings)

    return running


@pytest.fixture
async def plain():
    async with Server("127.0.0.2") as server:
        yield server


async def test_where_https_leads_to_http_the_same_address_by_https_comes_first(secured, plain):
    async with secured() as (server, web):
        server.routes["/"] = reply(301, b"", Location=f"http://localhost:{server.port}/feed")
        server.routes["/feed"] = reply(200, PAGE)
        response = await web.get(Request(server.url(host="localhost")))
        feed = server.url("/feed", host="localhost")
        assert (response.body, response.url, response.flags) == (PAGE, feed, ())
        assert response.redirects == ((301, feed),)


async def test_http_is_refused_by_default_and_the_error_names_the_setting(secured, plain):
    async with secured() as (server, web):
        plain.routes["/feed"] = reply(200, PAGE)
        server.routes["/"] = reply(302, b"", Location=plain.url("/feed", host="plain.test"))
        with pytest.raises(Reject, match="NEWSWIRE_FETCH__INSECURE_REDIRECTS=follow") as caught:
            await web.get(Request(server.url(host="localhost")))
    assert (caught.value.reason, plain.seen) == ("insecure-redirect", [])


async def test_http_is_asked_and_flagged_where_the_operator_allows_it(secured, plain):
    async with secured(insecure_redirects="follow") as (server, web):
        plain.routes["/feed"] = reply(200, PAGE)
        server.routes["/"] = reply(302, b"", Location=plain.url("/feed", host="plain.test"))
        response = await web.get(Request(server.url(host="localhost")))
    feed = plain.url("/feed", host="plain.test")
    assert (response.body, response.url, response.flags) == (PAGE, feed, ("insecure",))
    assert response.redirects == ((302, feed),)


@pytest.mark.parametrize(
    "answer", [reply(404), reply(503), b"HTTP/1.1 302 F\r\nLocation: http://localhost:%d/x\r\n\r\n"]
)
async def test_https_that_does_not_have_the_address_counts_as_failed(secured, plain, answer):
    async with secured(insecure_redirects="follow") as (server, web):
        asked = []

        async def both(seen, writer):
            asked.append(seen.target)
            writer.write(answer % server.port if b"%d" in answer else answer)

        server.routes["/"] = reply(302, b"", Location=f"http://localhost:{server.port}/x")
        server.routes["/x"] = both
        # The http address is the TLS server's own port here: asking it by http ends the connection.
        assert await refused(web, Request(server.url(host="localhost")), Retry) in {"connect", "protocol"}
        assert asked == ["/x"], "by https once, then by http"


async def test_neither_validators_nor_secrets_nor_secure_cookies_go_from_https_to_http(secured, plain):
    async with secured(insecure_redirects="follow") as (server, web):
        plain.routes["/feed"] = reply(200, PAGE)
        cookies = {"Set_Cookie": "a=1; Secure; path=/"}
        server.routes["/"] = reply(302, b"", Location="/on", **cookies)
        server.routes["/on"] = reply(302, b"", Location=plain.url("/feed", host="plain.test"))
        url = server.url(host="localhost")
        credentials = Credentials(
            url.removesuffix("/"), (SecretHeader("Authorization", Secret("Basic x")),), unencrypted=True
        )
        await web.get(Request(url, validators=PageValidators(etag='"a"'), credentials=credentials))
        sent = [sorted({"authorization", "cookie", "if-none-match"} & seen.headers.keys()) for seen in server.seen]
        assert sent == [["authorization", "if-none-match"], ["authorization", "cookie", "if-none-match"]]
        (seen,) = plain.seen
    assert not {"authorization", "cookie", "if-none-match"} & seen.headers.keys()


async def test_a_form_never_goes_from_https_to_http(secured, plain):
    async with secured(insecure_redirects="follow") as (server, web):
        plain.routes["/hub"] = reply(202)
        server.routes["/hub"] = reply(307, b"", Location=plain.url("/hub", host="plain.test"))
        with pytest.raises(Reject) as caught:
            await web.post_form(server.url("/hub", host="localhost"), {"hub.secret": "x"})
    assert (caught.value.reason, plain.seen) == ("insecure-redirect", [])


async def test_a_chain_of_downgrades_is_bounded(secured):
    async with secured(insecure_redirects="follow") as (server, web):
        for number in range(20):
            server.routes[f"/{number}"] = reply(302, b"", Location=f"http://localhost:{server.port}/{number + 1}")
        assert await refused(web, Request(server.url("/0", host="localhost"))) == "redirect-loop"
        assert len(server.seen) == MAX_REDIRECTS + 1


# ---------------------------------------------------------------------------------------------- credentials
SECRET = (SecretHeader("Authorization", Secret("Basic YWRhOnNlY3JldA==")), SecretHeader("X-Key", Secret("k1")))


async def test_credentials_go_to_their_origin_alone(web, server):
    async with Server() as other:
        server.routes["/feed"] = reply(302, b"", Location="/there")
        server.routes["/there"] = reply(302, b"", Location=other.url("/feed"))
        other.routes["/feed"] = reply(302, b"", Location=server.url("/end"))
        server.routes["/end"] = reply(200, PAGE)
        origin = server.url().removesuffix("/")
        await web.get(Request(server.url("/feed"), credentials=Credentials(origin, SECRET, unencrypted=True)))
        sent = {seen.target: (seen.headers.get("authorization"), seen.headers.get("x-key")) for seen in server.seen}
        assert sent == dict.fromkeys(["/feed", "/there", "/end"], ("Basic YWRhOnNlY3JldA==", "k1"))
        assert not {"authorization", "x-key"} & other.seen[0].headers.keys()


async def test_credentials_go_by_http_only_where_the_operator_insists(web, server):
    server.routes["/feed"] = reply(200, PAGE)
    origin = server.url().removesuffix("/")
    await web.get(Request(server.url("/feed"), credentials=Credentials(origin, SECRET)))
    assert not {"authorization", "x-key"} & server.seen[0].headers.keys()


async def test_robots_txt_is_asked_without_credentials(web, server):
    server.routes["/feed"] = reply(200, PAGE)
    origin = server.url().removesuffix("/")
    credentials = Credentials(origin, SECRET, unencrypted=True)
    await web.get(Request(server.url("/feed"), credentials=credentials, obey_robots=True))
    assert [(seen.target, "authorization" in seen.headers) for seen in server.seen] == [
        ("/robots.txt", False),
        ("/feed", True),
    ]


# -------------------------------------------------------------------------------------------------- limits
async def test_an_error_that_is_about_a_limit_names_the_setting(web, server):
    async def silent(seen, writer):
        await asyncio.Event().wait()

    server.routes["/big"] = reply(200, PAGE)
    server.routes["/grows"] = reply(200, gzip.compress(PAGE * 100), Content_Encoding="gzip")
    server.routes["/slow"] = silent
    for target in ("/big", "/grows"):
        with pytest.raises(Reject, match=r"limit of 50 bytes \(NEWSWIRE_X raises it\)|limit is 50 bytes \(NEWSWIRE_X"):
            await web.get(Request(server.url(target), max_bytes=50, max_bytes_setting="NEWSWIRE_X"))
    with pytest.raises(Retry, match=r"NEWSWIRE_Y raises it"):
        await web.get(Request(server.url("/slow"), timeout_s=0.1, timeout_setting="NEWSWIRE_Y"))


async def test_the_first_bytes_of_a_body_over_the_limit_are_read_where_they_are_wanted(web, server):
    server.routes["/"] = reply(200, PAGE)
    server.routes["/packed"] = reply(200, gzip.compress(PAGE), Content_Encoding="gzip")
    for target in ("/", "/packed"):
        response = await web.get(Request(server.url(target), max_bytes=20, truncate=True))
        assert (response.body, response.flags) == (PAGE[:20], ("truncated",))


async def test_a_bomb_is_refused_even_where_the_first_bytes_are_wanted(web, server):
    server.routes["/"] = reply(200, gzip.compress(b"\0" * 9_000_000), Content_Encoding="gzip")
    assert await refused(web, Request(server.url(), truncate=True, max_bytes=9_500_000)) == "too-large"
