"""Connections that are kept for further requests: few, for a short time, and never at the cost of an answer."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from newswire.adapters.http.connector import MAX_IDLE
from newswire.adapters.http.wire import MAX_AGE_S
from newswire.errors import Reject, Retry
from newswire.ports import Request
from support.fakes import eventually
from support.fetching import Names, only_first_is_public, refused
from support.httpserver import Seen, Server, reply

PAGE = reply(200, b"hello")
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with Server(keep=True) as server:
        yield server


def idle(web) -> int:
    """How many connections are kept at present."""
    session = web._exchange._sessions.get(True)
    return sum(map(len, session.connector._conns.values())) if session else 0


@pytest.mark.parametrize(
    "answer", [PAGE, CHUNKED, reply(404, b"gone"), reply(304), reply(200), reply(302, Location="/else")]
)
async def test_the_next_request_to_an_origin_goes_over_the_same_connection(web, server, answer):
    server.routes |= {"/": answer, "/else": PAGE}
    for _ in range(3):
        await web.get(Request(server.url()))
    assert (server.connections, len(server.seen)) == (1, 6 if b"302" in answer else 3)


@pytest.mark.parametrize(
    "answer",
    [
        reply(200, b"hello", Connection="close"),
        b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        reply(200, b"hello", Content_Length="3"),
        PAGE + b"\r\n",
        PAGE + PAGE,
        PAGE + b"H",
        CHUNKED + b"H",
        CHUNKED.replace(b"0\r\n\r\n", b"0\r\nX-Trailer: 1\r\n\r\n"),
        reply(304) + b"hello",
        PAGE.replace(b"\r\n\r\n", b"\r\nX-A: 1\r\n continued\r\n\r\n"),
        PAGE.replace(b"\r\n\r\n", b"\r\nno header\r\n\r\n"),
        PAGE.replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\n"),
        CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\n", 1),
    ],
)
async def test_no_connection_is_kept_behind_an_answer_whose_end_could_be_doubted(web, server, answer):
    server.routes |= {"/": answer, "/else": PAGE}
    await web.get(Request(server.url()))
    assert idle(web) == 0
    assert (await web.get(Request(server.url("/else")))).body == b"hello"
    assert server.connections == 2


async def test_bytes_that_come_without_a_request_are_no_answer_to_the_next(web, server):
    late = asyncio.Event()

    async def twice(_: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(PAGE)
        await late.wait()
        writer.write(reply(200, b"smuggled"))

    server.routes |= {"/": twice, "/next": PAGE}
    await web.get(Request(server.url()))
    assert idle(web) == 1
    late.set()
    session = web._exchange._sessions[True]
    ((protocol, _),) = next(iter(session.connector._conns.values()))
    await eventually(lambda: not protocol.is_connected())
    assert (await web.get(Request(server.url("/next")))).body == b"hello"
    assert server.connections == 2


async def test_a_server_that_hangs_up_an_idle_connection_costs_no_fetch(web, server):
    server.routes["/"] = PAGE
    for _ in range(5):
        assert (await web.get(Request(server.url()))).body == b"hello"
        server.hang_up()
    assert len(server.seen) == 5


async def test_a_server_that_hangs_up_at_the_next_request_costs_no_fetch(web, server):
    asked = 0

    async def every_second(_: Seen, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        if asked % 2:
            writer.write(PAGE)
        else:
            writer.close()

    server.routes["/"] = every_second
    for _ in range(3):
        assert (await web.get(Request(server.url()))).body == b"hello"
    assert server.connections == 3


async def test_a_form_is_sent_once_and_never_over_a_kept_connection(web, server):
    server.routes |= {"/": PAGE, "/form": lambda _, writer: _hung_up(writer)}
    await web.get(Request(server.url()))
    with pytest.raises(Retry):
        await web.post_form(server.url("/form"), {"a": "b"})
    assert (server.connections, len(server.asked("/form"))) == (2, 1)


async def _hung_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def test_an_origin_has_one_idle_connection_at_most(new_web, server):
    web = new_web(host_concurrency=8, global_concurrency=8)
    everybody = asyncio.Barrier(4)

    async def together(_: Seen, writer: asyncio.StreamWriter) -> None:
        await everybody.wait()
        writer.write(PAGE)

    server.routes["/"] = together
    await asyncio.gather(*(web.get(Request(server.url())) for _ in range(4)))
    assert (server.connections, idle(web)) == (4, 1)


async def test_idle_connections_have_a_bound_and_the_oldest_makes_room(new_web, server):
    names = [f"n{number}.test" for number in range(MAX_IDLE + 3)]
    web = new_web(resolver=Names(**dict.fromkeys(names, ("127.0.0.1",))))
    server.routes["/"] = PAGE
    for name in names:
        await web.get(Request(server.url(host=name)))
    assert idle(web) == MAX_IDLE
    await web.get(Request(server.url(host=names[-1])))
    assert server.connections == len(names)
    await web.get(Request(server.url(host=names[0])))
    assert server.connections == len(names) + 1


async def test_a_connection_ends_with_its_age(web, server):
    server.routes["/"] = PAGE
    await web.get(Request(server.url()))
    ((protocol, _),) = next(iter(web._exchange._sessions[True].connector._conns.values()))
    protocol._opened -= MAX_AGE_S
    for _ in range(2):
        await web.get(Request(server.url()))
    assert server.connections == 2


async def test_a_kept_connection_leads_nowhere_that_a_new_one_may_not_lead(new_web):
    """A name that is rebound to an inside address is spoken to at its public one, and refused after that."""
    async with Server(keep=True) as public, Server("127.0.0.2", public.port, keep=True) as inside:
        names = Names(rebound_test=[("127.0.0.1",), ("127.0.0.2",)])
        web = new_web(
            resolver=names, allow_private=False, refuse=only_first_is_public, ports=frozenset({80, public.port})
        )
        public.routes["/"] = inside.routes["/"] = PAGE
        url = public.url(host="rebound.test")
        for _ in range(2):
            assert (await web.get(Request(url))).status == 200
        assert (public.connections, len(names.table["rebound.test"])) == (1, 1)
        web._exchange._sessions[True].connector.clear_dns_cache()
        public.hang_up()
        assert await refused(web, Request(url), Reject) == "blocked-address"
        assert inside.connections == 0


async def test_the_peer_is_judged_before_each_request(new_web, server):
    judged = {"127.0.0.1": None}
    web = new_web(allow_private=False, refuse=judged.__getitem__, ports=frozenset({server.port}))
    server.routes["/"] = PAGE
    await web.get(Request(server.url()))
    connector = web._exchange._sessions[True].connector
    assert idle(web) == 1
    connector._refuse = lambda _: "it is inside"
    assert await refused(web, Request(server.url()), Reject) == "blocked-address"
    assert len(server.seen) == 1
