"""The way to receivers, over real connections: no private address, no redirect, no waiting for ever.

127.0.0.1 stands for the public Internet where one is needed, and the rest of loopback for the inside.
"""

import asyncio
from ipaddress import ip_network

import pytest

from newswire.adapters.http.webhook_sender import HttpWebhookSender, allowing
from newswire.errors import Reject, Retry
from support.blocked_addresses import BAD, BLOCKED, NAMES, listed
from support.build import NOW
from support.fakes import FakeClock
from support.fetching import AGENT, Names
from support.httpserver import reply

LOOPBACK = [ip_network("127.0.0.0/8")]
BODY = b'{"type":"newswire.webhook.test.v1"}'


@pytest.fixture
async def new_sender():
    """Makes senders and closes them at the end."""
    made = []

    def new(*, allowed=(), timeout_s=5, resolver=None):
        made.append(
            HttpWebhookSender(
                user_agent=AGENT, timeout_s=timeout_s, allowed=allowed, clock=FakeClock(NOW), resolver=resolver
            )
        )
        return made[-1]

    yield new
    for sender in made:
        await sender.close()


async def refusal(sender, url, kind=Reject):
    with pytest.raises(kind) as caught:
        await sender.send(url, {}, BODY)
    return caught.value.reason


@pytest.mark.parametrize("host", listed(BLOCKED))
async def test_no_private_address_is_connected_to(new_sender, server, host):
    sender = new_sender(resolver=Names(**NAMES))
    assert await refusal(sender, f"http://{host}:{server.port}/") in {"blocked-address", "bad-url"}
    assert server.connections == 0


@pytest.mark.parametrize("url", listed(BAD))
async def test_an_address_that_is_none_is_refused_when_the_webhook_is_made(new_sender, url):
    with pytest.raises(Reject):
        new_sender().check(url)


async def test_a_name_is_judged_at_each_delivery_by_what_it_leads_to_then(new_sender, server):
    server.routes["/"] = reply(204)
    sender = new_sender(
        allowed=[ip_network("127.0.0.1/32")], resolver=Names(moves_test=[("127.0.0.1",), ("127.0.0.2",)])
    )
    url = f"http://moves.test:{server.port}/"
    assert sender.check(url) == url
    assert (await sender.send(url, {}, BODY)).status == 204
    await sender._session.close()
    sender._session = None  # the connector remembers names for a minute
    assert await refusal(sender, url) == "blocked-address"
    assert server.connections == 1


async def test_a_network_that_is_named_may_be_reached_and_no_other(new_sender, server):
    server.routes["/hook"] = reply(200)
    sender = new_sender(allowed=LOOPBACK)
    assert (await sender.send(server.url("/hook"), {"webhook-id": "1"}, BODY)).status == 200
    (seen,) = server.seen
    assert (seen.method, seen.body, seen.headers["webhook-id"], seen.headers["user-agent"]) == (
        "POST",
        BODY,
        "1",
        AGENT,
    )
    assert await refusal(sender, "http://10.0.0.1/") == "blocked-address"
    assert await refusal(new_sender(allowed=[ip_network("10.0.0.0/8")]), server.url("/hook")) == "blocked-address"


def test_the_networks_that_are_named_open_no_way_around():
    judge = allowing([ip_network("10.0.0.0/8"), ip_network("fd00::/8")])
    assert judge("10.1.2.3") is None
    assert judge("fd00::1") is None
    assert judge("93.184.216.34") is None
    for address in ("169.254.169.254", "127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "fd00::1%eth0", "fe80::1", ""):
        assert judge(address) is not None, address


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_an_answer_and_is_not_followed(new_sender, server, status):
    server.routes["/"] = reply(status, location=server.url("/elsewhere"))
    assert (await new_sender(allowed=LOOPBACK).send(server.url("/"), {}, BODY)).status == status
    assert [seen.target for seen in server.seen] == ["/"]


async def test_a_receiver_that_does_not_answer_in_time_is_given_up(new_sender, server):
    async def never(seen, writer):
        await asyncio.Event().wait()

    server.routes["/"] = never
    assert await refusal(new_sender(allowed=LOOPBACK, timeout_s=0.2), server.url("/"), Retry) == "timeout"


async def test_the_body_of_an_answer_is_not_waited_for(new_sender, server):
    async def endless(seen, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\nContent-Encoding: gzip\r\n\r\nno gzip")
        await writer.drain()
        await asyncio.Event().wait()

    server.routes["/"] = endless
    assert (await new_sender(allowed=LOOPBACK, timeout_s=2).send(server.url("/"), {}, BODY)).status == 200


async def test_a_receiver_may_name_the_time_of_the_next_attempt(new_sender, server):
    server.routes["/"] = reply(429, retry_after="120")
    answer = await new_sender(allowed=LOOPBACK).send(server.url("/"), {}, BODY)
    assert (answer.status, answer.retry_after.total_seconds()) == (429, 120)


async def test_a_receiver_that_is_not_there_is_tried_again(new_sender, server):
    url = server.url("/")
    await server.stop()
    assert await refusal(new_sender(allowed=LOOPBACK), url, Retry) == "connect"
    assert await refusal(new_sender(resolver=Names()), "http://nowhere.test/", Retry) == "dns"


async def test_the_ports_of_other_services_are_refused(new_sender):
    sender = new_sender()
    for port in (22, 25, 587):
        with pytest.raises(Reject, match="only 80 and 443"):
            sender.check(f"http://desk.example.org:{port}/")
    for url in ("https://desk.example.org/", "http://desk.example.org:8080/", "https://desk.example.org:8443/a?b=c"):
        assert sender.check(url) == url
