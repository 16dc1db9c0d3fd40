"""Feeds whose answers are odd: over the limit, behind a login, or by http where https was asked."""

import ssl
from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.domain.feeds.credentials import basic, for_feed
from newswire.domain.feeds.memory import FeedOptions
from support.certificates import Authority
from support.fakes import FakeClock
from support.httpserver import Server, reply
from support.polling import DAY, HOUR, RULES, feed_reply, item, link, unless_known
from support.polling import poller as new_poller
from support.web import atom

SMALL = replace(RULES, read=replace(RULES.read, max_bytes=3_000))
DATED = [item(number, "x" * 300, updated=f"2026-01-{28 - number:02}T00:00:00Z") for number in range(1, 20)]


@pytest.fixture
async def bounded(sqlite_database):
    async with new_poller(sqlite_database, FakeClock(auto=True), rules=SMALL) as poller:
        yield poller


async def test_the_head_of_a_feed_over_the_limit_is_read_and_known_by_its_validators(bounded, server):
    server.routes["/feed"] = feed_reply(atom(*DATED), ETag='"1"')
    await bounded.add(server.url("/feed"))
    state = await bounded.poll()
    found = await bounded.urls()
    assert found == [link(number) for number in range(1, len(found) + 1)]
    assert 1 <= len(found) < len(DATED)
    assert (state.last_outcome, state.errors, state.memory.flags) == ("entries", 0, ("truncated",))
    server.routes["/feed"] = unless_known('"1"', atom(*DATED))
    await bounded.poll(after=DAY)  # without its validators: the feed has been silent for longer than it usually is
    state = await bounded.poll(after=HOUR)
    assert server.seen[-1].headers["if-none-match"] == '"1"'
    assert (state.last_outcome, state.memory.flags) == ("not-modified", ("truncated",))
    newer = item(99, "x" * 300, updated="2026-02-01T00:00:00Z")
    server.routes["/feed"] = feed_reply(atom(newer, *DATED), ETag='"2"')
    await bounded.poll(after=DAY)
    assert (await bounded.urls())[len(found) :] == [link(99)]
    assert await bounded.kinds() == [], "what was cut off on purpose is no gap"
    server.routes["/feed"] = feed_reply(atom(newer), ETag='"3"')
    assert (await bounded.poll(after=DAY)).memory.flags == ()


@pytest.mark.parametrize(
    "body", [atom(*reversed(DATED)), "<html><body>" + "<p>x</p>" * 1_000, '{"version": "' + "x" * 4_000, "x" * 4_000]
)
async def test_a_document_over_the_limit_without_a_head_to_go_by_is_too_large(bounded, server, body):
    server.routes["/feed"] = feed_reply(body, ETag='"1"')
    await bounded.add(server.url("/feed"))
    state = await bounded.poll()
    assert (state.last_outcome, state.errors, state.validators.etag) == ("too-large", 1, None)
    assert await bounded.urls() == []


async def test_a_feed_behind_a_login_is_read_and_nobody_else_is_told_the_password(sqlite_database, server):
    login = basic("ada", "hunter2")
    wanted = login.value.value

    async def guarded(seen, writer):
        authorised = seen.headers.get("authorization") == wanted
        writer.write(feed_reply(atom(item(1))) if authorised else reply(401))

    async with Server() as other, new_poller(sqlite_database, FakeClock(auto=True)) as poller:
        server.routes["/feed"] = guarded
        url = server.url("/feed")
        await poller.add(url, options=FeedOptions(credentials=for_feed(url, [login])))
        assert (await poller.poll()).last_outcome == "entries"
        server.routes["/feed"] = reply(301, b"", Location=other.url("/feed"))
        other.routes["/feed"] = guarded
        for _ in range(6):
            state = await poller.poll(after=timedelta(hours=13))
        assert state.last_outcome == "http-401"
        assert {"authorization" in seen.headers for seen in other.seen} == {False}
        told = [event.model_dump_json() for event in [*await poller.entries(), *await poller.recorded()]]
    assert len(told) == 2, "the entry, and that the feed fails"
    assert not [line for line in told if "hunter2" in line or wanted in line]


async def test_a_redirect_to_http_that_the_operator_allows_is_flagged_and_never_adopted(
    sqlite_database, server, tmp_path
):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*Authority(tmp_path).sign("localhost"))
    fetching = {
        "insecure_redirects": "follow",
        "connect_timeout_s": 0.2,
        "tls": ssl.create_default_context(cafile=tmp_path / "authority.pem"),
    }
    server.routes["/new"] = feed_reply(atom(item(1)))
    async with (
        Server(tls=context) as secured,
        new_poller(sqlite_database, FakeClock(auto=True), fetching=fetching) as poller,
    ):
        secured.routes["/old"] = reply(301, b"", Location=server.url("/new"))
        url = secured.url("/old", host="localhost")
        await poller.add(url)
        for _ in range(7):
            state = await poller.poll(after=timedelta(hours=13))
        assert (state.last_outcome, state.memory.flags) == ("same-body", ("insecure",))
        assert (state.url, state.memory.move, await poller.kinds()) == (url, None, [])
