"""What servers may do to the fetcher: every case ends, is told for what it is, and harms no neighbour."""

import asyncio
import ssl
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from newswire.adapters.http.wire import MAX_HEAD, MAX_LINES
from newswire.errors import Reject, Retry
from newswire.ports import Request
from support.certificates import Authority
from support.fetching import Names, refused
from support.hostile import CASES, CHUNKED, OK, Case, Outcome, listening, request
from support.httpserver import Server, reply

HANG_S = 120
"""Nothing may take as long."""

PAGE = b"<p>a neighbour's page</p>" * 1_000


async def outcome(web, case: Case, port: int) -> Outcome:
    try:
        asked = Request(f"{case.scheme}://127.0.0.2:{port}/", timeout_s=case.timeout_s)
        return (await web.get(asked)).status
    except (Reject, Retry) as error:
        return type(error), error.reason


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_hostile_server_is_told_for_what_it_is_and_harms_no_neighbour(case, new_web, server):
    web = new_web(global_concurrency=2)  # one place for the hostile server, one for its neighbour
    server.routes["/"] = reply(200, PAGE)
    async with listening(case.serve, host="127.0.0.2") as port, asyncio.timeout(HANG_S), asyncio.TaskGroup() as group:
        hostile = group.create_task(outcome(web, case, port))
        while not hostile.done():
            assert (await web.get(Request(server.url()))).body == PAGE
    assert hostile.result() == case.outcome
    assert (await web.get(Request(server.url()))).body == PAGE


# ----------------------------------------------------------------------- what is odd, but no harm is meant
@pytest.mark.parametrize(
    ("answer", "body"),
    [
        ([OK, b"Content-Length: 3\r\n\r\nabc", b"and what was appended"], b"abc"),
        ([CHUNKED, b"3\r\nabc\r\n0\r\n\r\n", b"<!-- cached -->"], b"abc"),
        ([b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", OK, b"\r\nabc"], b"abc"),
        ([b"HTTP/1.1 100 Continue\r\n\r\n"] * 5 + [OK, b"\r\nabc"], b"abc"),
        ([b"HTTP/1.0 200 OK\n", b"Content-Type: text/html\n", b"\n", b"abc"], b"abc"),
        ([b"HTTP/1.1 200\r\n\r\n", b"abc"], b"abc"),
        ([CHUNKED, b"3;a=b\r\nabc\r\n0\r\nX-Trailer: x\r\n\r\n"], b"abc"),
        ([CHUNKED, b"A\r\n0123456789\r\n" * 100_000, b"0\r\n\r\n"], b"0123456789" * 100_000),
        ([CHUNKED, b"1\r\nx\r\n" * 40_000, b"0\r\n\r\n"], b"x" * 40_000),
        ([OK, *(b"X-%d: x\r\n" % number for number in range(MAX_LINES - 2)), b"\r\n", b"abc"], b"abc"),
        ([OK, *(b"X-%d: %s\r\n" % (n, b"x" * 60_000) for n in range(MAX_HEAD // 60_100)), b"\r\nabc"], b"abc"),
    ],
)
@pytest.mark.parametrize("piecemeal", [False, True], ids=["at once", "line by line"])
async def test_an_odd_answer_is_read_however_it_is_cut(web, answer, body, piecemeal):
    async def serve(reader, writer):
        await request(reader)
        whole = b"".join(answer)
        pieces = [*whole[:1_000].splitlines(keepends=True), whole[1_000:]] if piecemeal else [whole]
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)

    async with listening(serve) as port:
        assert (await web.get(Request(f"http://127.0.0.1:{port}/"))).body == body


@pytest.mark.parametrize(
    "answer",
    [
        [OK, *(b"X-%d: x\r\n" % number for number in range(MAX_LINES)), b"\r\n"],
        [b"HTTP/1.1 103 Early Hints\r\n\r\n" * (MAX_LINES // 2), OK, b"\r\n"],
        [OK, *(b"X-%d: %s\r\n" % (n, b"x" * 60_000) for n in range(MAX_HEAD // 60_000 + 1)), b"\r\n"],
        [(b"HTTP/1.1 103 Early Hints\r\nLink: " + b"x" * 60_000 + b"\r\n\r\n") * (MAX_HEAD // 60_000 + 1), OK, b"\r\n"],
    ],
    ids=["lines", "lines of interim answers", "bytes", "bytes of interim answers"],
)
async def test_all_heads_of_an_answer_together_are_bounded_in_lines_and_bytes(web, answer):
    async def serve(reader, writer):
        await request(reader)
        writer.write(b"".join(answer))
        await writer.drain()
        await reader.read()

    async with listening(serve) as port:
        with pytest.raises(Retry, match="headers are more than") as caught:
            await web.get(Request(f"http://127.0.0.1:{port}/"))
    assert caught.value.reason == "protocol"


async def test_what_drips_is_not_silent_and_silence_is_cut_by_the_read_timeout(new_web):
    dripped = asyncio.Event()

    async def drip(reader, writer):
        await request(reader)
        writer.write(OK + b"\r\n")
        for _ in range(10):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)
        dripped.set()
        await asyncio.Event().wait()

    async with listening(drip) as port:
        web = new_web(read_timeout_s=1)
        asked = asyncio.create_task(refused(web, Request(f"http://127.0.0.1:{port}/", timeout_s=60), Retry))
        await asyncio.wait_for(dripped.wait(), HANG_S)
        assert await asked == "timeout"


# -------------------------------------------------------------------------------------------------- TLS
@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def authority(folder) -> Authority:
    return Authority(folder)


def presenting(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.fixture
def secure(new_web, authority):
    """Fetches from a server that presents a certificate and calls itself localhost; notes what it was asked."""

    @asynccontextmanager
    async def running(certificate: Path, key: Path, answer: bytes = reply(200, b"secure")):
        asked = []

        async def serve(reader, writer):
            asked.append(await request(reader))
            writer.write(answer)

        names = Names(localhost=("127.0.0.1",))
        web = new_web(resolver=names, tls=ssl.create_default_context(cafile=authority.certificate))
        async with listening(serve, presenting(certificate, key)) as port:
            yield lambda: web.get(Request(f"https://localhost:{port}/")), asked

    return running


async def test_a_server_that_proves_who_it_is_is_asked(secure, authority):
    async with secure(*authority.sign("good")) as (fetch, asked):
        assert (await fetch()).body == b"secure"
        assert asked == ["/"]


@pytest.mark.parametrize("flaw", ["expired", "another host's", "self-signed", "another authority's"])
async def test_a_server_that_does_not_prove_who_it_is_is_asked_for_nothing(secure, authority, folder, flaw):
    stranger = Authority(folder, "stranger")
    presented, why = {
        "expired": lambda: (authority.sign("expired", ended=True), "has expired"),
        "another host's": lambda: (authority.sign("other", host="other.test"), "not valid for 'localhost'"),
        "self-signed": lambda: ((stranger.certificate, stranger.key), "self-signed"),
        "another authority's": lambda: (stranger.sign("unknown"), "unable to get local issuer"),
    }[flaw]()
    async with secure(*presented) as (fetch, asked):
        with pytest.raises(Retry, match=why) as caught:
            await fetch()
        assert (caught.value.reason, asked) == ("tls", [])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_https_never_becomes_http(secure, authority, status):
    """The same address is tried by https: the first byte that it hears is that of a TLS handshake."""
    heard = []

    async def plain(reader, writer):
        heard.append(await reader.read(1))
        writer.write(reply(400))

    async with listening(plain, host="127.0.0.2") as port:
        led_astray = reply(status, b"", Location=f"http://127.0.0.2:{port}/")
        async with secure(*authority.sign("good"), led_astray) as (fetch, asked):
            with pytest.raises(Reject) as caught:
                await fetch()
    assert (caught.value.reason, asked, heard) == ("insecure-redirect", ["/"], [b"\x16"])


async def test_by_default_no_authority_but_the_systems_is_trusted(new_web, authority):
    async with listening(lambda *_: asyncio.sleep(0), presenting(*authority.sign("good"))) as port:
        web = new_web(resolver=Names(localhost=("127.0.0.1",)))
        assert await refused(web, Request(f"https://localhost:{port}/"), Retry) == "tls"


# ------------------------------------------------------------------------------------- what is kept apart
SECRETS = {"cookie", "referer", "authorization", "proxy-authorization", "origin", "from"}


async def test_no_referer_or_credential_is_ever_sent_and_a_cookie_within_its_chain_alone(
    new_web, server, monkeypatch, tmp_path
):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ana password hunter2\ndefault login ana password hunter2\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    async with Server("127.0.0.2") as other:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://ana:hunter2@127.0.0.2:{other.port}")
        baked = {"Set_Cookie": "a=1; Path=/; Max-Age=9999", "WWW_Authenticate": 'Basic realm="x"'}
        server.routes["/"] = reply(302, b"", Location="/a", **baked)
        server.routes["/a"] = reply(302, b"", Location=other.url("/b"), **baked)
        server.routes["/robots.txt"] = reply(200, b"", **baked)
        server.routes["/hub"] = reply(307, b"", Location=other.url("/b"), **baked)
        server.routes["/401"] = reply(401, b"", **baked)
        other.routes["/b"] = reply(200, b"x", **baked)
        web = new_web(host_concurrency=4)
        for _ in range(2):
            await web.get(Request(server.url(), obey_robots=True))
            await web.post_form(server.url("/hub"), {"a": "b"})
            await web.get(Request(server.url("/401")))
        assert {seen.target for seen in server.seen} == {"/", "/a", "/robots.txt", "/hub", "/401"}
        assert {seen.target for seen in other.seen} == {"/b", "/robots.txt"}, "no request went by way of a proxy"
        sent = [(seen, SECRETS & seen.headers.keys()) for seen in server.seen + other.seen]
    kept = [(seen.target, names, seen.headers.get("cookie")) for seen, names in sent if names]
    assert kept == [("/a", {"cookie"}, "a=1")] * 2, "to the host that set it, by a redirect of the same request"
