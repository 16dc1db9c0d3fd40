"""The callbacks of WebSub hubs, over real HTTP and a real store (W3C Recommendation, 23 January 2018)."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from newswire.adapters.store.websub import DatabaseHubSubscriptions
from newswire.domain.websub.changes import asked, ended, leaving, silenced, verified
from newswire.domain.websub.subscription import HubChoice, wished
from newswire.errors import Wait
from newswire.serve.listener import ConnectionLimits, listening
from newswire.serve.websub import LIMITS, MAX_BODY, Callbacks, application
from support.build import feed
from support.fakes import START
from support.hub import Hub, signature
from support.metrics import Moved
from support.stores import poll_store
from support.waiting import eventually

HOST, TOPIC, SECRET = "127.0.0.1", "https://example.org/topic", "a secret of the hub and us"
TOKEN, NEW, OTHER = "token-1234567890-abcdefgh", "token-1234567890-new-one", "token-1234567890-unknown"
BASE = "https://news.example/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def feeds(sqlite_database):
    return poll_store(sqlite_database)


@pytest.fixture
def store(sqlite_database):
    return DatabaseHubSubscriptions(sqlite_database)


@pytest.fixture
async def pending(feeds, store):
    """A subscription that its hub has been asked for; its feed is due in a day."""
    await feeds.feeds.add([feed(next_poll_at=START + DAY)])
    new = wished(feed().id, HubChoice("https://hub.example/", TOPIC), START)
    await store.add(new)
    return await store.save(asked(new, BASE, TOKEN, SECRET, START))


@pytest.fixture
async def active(pending, store):
    return await store.save(verified(pending, TOKEN, DAY, START))


@pytest.fixture
def hub():
    with Hub() as hub:
        yield hub


@asynccontextmanager
async def served(store, schedule, clock, limits=LIMITS):
    app = application(Callbacks(store, schedule, clock, DAY))
    async with listening(app, host=HOST, port=0, name="websub", limits=limits) as port:
        yield f"http://{HOST}:{port}/websub/"


@pytest.fixture
async def callback(store, feeds, clock):
    async with served(store, feeds.schedule, clock) as base:
        yield base


async def due_at(feeds):
    (one,) = await feeds.feeds.all()
    return one.next_poll_at


async def the(store):
    (one,) = await store.of_feed(feed().id)
    return one


def lease(mode="subscribe", topic=TOPIC, **more):
    return {"mode": mode, "topic": topic, "challenge": "c", "lease_seconds": "7200"} | more


class TestVerification:
    async def test_a_pending_subscription_is_confirmed_with_exactly_the_challenge_as_plain_text(
        self, hub, callback, pending, store, feeds
    ):
        challenge = "<script>ü&?=%00+ \u2028"
        answer = await hub.call(callback + TOKEN, **lease(challenge=challenge))
        assert (answer.status, answer.body, answer.content_type) == (200, challenge, "text/plain")
        saved = await the(store)
        assert (saved.state, saved.token, saved.lease_until) == ("active", TOKEN, START + 2 * HOUR)
        (one,) = await feeds.feeds.all()
        assert one.pushed_until == START + 2 * HOUR
        assert one.next_poll_at == START, "what came between the last poll and now was announced to nobody"

    @pytest.mark.parametrize(
        ("token", "query"),
        [
            (OTHER, lease()),
            ("short", lease()),
            ("x\x00y" * 10, lease()),
            (TOKEN, lease(topic="https://example.org/another")),
            (TOKEN, lease(mode="unsubscribe")),
            (TOKEN, lease(mode="publish")),
            (TOKEN, {}),
        ],
        ids=["unknown token", "no token", "hostile token", "unknown topic", "unasked mode", "unknown mode", "nothing"],
    )
    async def test_what_was_not_asked_for_is_not_found(self, hub, callback, pending, store, token, query):
        answer = await hub.call(callback + token.replace("\x00", "%00"), **query)
        assert (answer.status, answer.body) == (404, "")
        assert await the(store) == pending

    @pytest.mark.parametrize("token", ["short", "%00" * 30, "%ED%A0%80" * 30, "a" * 5_000, "ünicode" * 5])
    async def test_what_cannot_be_one_of_our_callbacks_is_nothing_to_ask_the_database_about(
        self, hub, feeds, clock, token
    ):
        class Nobody:
            async def by_token(self, token):
                raise AssertionError(token)

        async with served(Nobody(), feeds.schedule, clock) as callback:
            assert (await hub.call(callback + token, **lease())).status == 404
            assert await hub.deliver(callback + token) == 404

    async def test_a_denial_is_noted_and_polling_goes_on_at_once(self, hub, callback, active, store, feeds):
        denial = {"hub.callback": callback + TOKEN, "hub.topic": TOPIC}
        answer = await hub.deny(denial, "quota\x00")
        assert answer.status == 200
        saved = await the(store)
        assert (saved.state, saved.trouble) == ("denied", "quota")
        (one,) = await feeds.feeds.all()
        assert (one.pushed_until, one.next_poll_at, one.disabled) == (None, START, None)

    async def test_unsubscribing_is_confirmed_where_it_was_asked_for(self, hub, callback, active, store):
        assert (await hub.call(callback + TOKEN, **lease(mode="unsubscribe"))).status == 404
        await store.save(leaving(active, START))
        answer = await hub.call(callback + TOKEN, **lease(mode="unsubscribe"))
        assert (answer.status, answer.body) == (200, "c")
        assert (await the(store)).state == "ended"

    async def test_a_renewal_moves_to_the_new_callback_and_gives_up_the_old_one(self, hub, callback, active, store):
        await store.save(asked(active, BASE, NEW, SECRET, START))
        sign = {"X_Hub_Signature": signature(b"<feed/>", SECRET)}
        assert await hub.deliver(callback + TOKEN, **sign) == 202, "until the new one is verified"
        assert (await hub.call(callback + NEW, **lease())).status == 200
        assert await hub.deliver(callback + NEW, **sign) == 202
        assert await hub.deliver(callback + TOKEN, **sign) == 410


class TestDelivery:
    async def test_what_the_hub_signs_makes_the_feed_due_at_once(self, hub, callback, active, store, feeds, clock):
        await clock.advance(3_600)
        for number, method in enumerate(("sha1", "sha256", "sha384", "sha512")):
            body = f"<feed>{number}</feed>".encode()
            moved = Moved()
            assert await hub.deliver(callback + TOKEN, body, X_Hub_Signature=signature(body, SECRET, method)) == 202
            assert await due_at(feeds) == clock.now()
            assert (await the(store)).last_delivery_at == clock.now()
            assert moved.by("newswire_websub_deliveries_total", "accepted") == 1

    @pytest.mark.parametrize(
        ("sign", "outcome"),
        [
            ({}, "unsigned"),
            ({"X_Hub_Signature": signature(b"<feed/>", "guessed")}, "forged"),
            ({"X_Hub_Signature": signature(b"<other/>", SECRET)}, "forged"),
            ({"X_Hub_Signature": "md5=0123"}, "forged"),
        ],
        ids=["unsigned", "wrong secret", "another body", "no such method"],
    )
    async def test_a_forgery_is_acknowledged_and_ignored_and_counted_and_logged(
        self, hub, callback, active, store, feeds, sign, outcome
    ):
        moved = Moved()
        with capture_logs() as logs:
            assert await hub.deliver(callback + TOKEN, **sign) == 202
        assert await due_at(feeds) == START + DAY
        assert await the(store) == active
        assert moved.by("newswire_websub_deliveries_total", outcome) == 1
        assert [line["why"] for line in logs if line["event"] == "websub.ignored"] == [outcome]

    async def test_without_a_secret_the_callback_itself_is_the_proof(self, hub, callback, active, store, feeds):
        await store.save(replace(active, hub="http://hub.example/", secret=None))
        assert await hub.deliver(callback + TOKEN) == 202
        assert await due_at(feeds) == START

    async def test_what_is_delivered_after_unsubscribing_is_gone_and_elsewhere_unknown(
        self, hub, callback, active, store, feeds
    ):
        moved = Moved()
        assert await hub.deliver(callback + OTHER) == 404
        left = await store.save(leaving(active, START))
        assert await hub.deliver(callback + TOKEN) == 410
        await store.save(ended(left))
        assert await hub.deliver(callback + TOKEN, bytes(MAX_BODY)) == 410
        assert await due_at(feeds) == START + DAY
        assert moved.by("newswire_websub_deliveries_total", "gone") == 2
        assert moved.by("newswire_websub_deliveries_total", "unknown") == 1

    async def test_a_silent_hub_that_delivers_is_relied_on_again(self, hub, callback, active, store, feeds):
        await store.save(silenced(active, START))
        body = b"<feed/>"
        assert await hub.deliver(callback + TOKEN, body, X_Hub_Signature=signature(body, SECRET)) == 202
        assert (await the(store)).silent_since is None
        (one,) = await feeds.feeds.all()
        assert one.pushed_until == active.lease_until

    async def test_many_deliveries_at_once_are_all_acknowledged(self, hub, callback, active, store, feeds):
        sign = {"X_Hub_Signature": signature(b"<feed/>", SECRET)}
        statuses = await asyncio.gather(*(hub.deliver(callback + TOKEN, **sign) for _ in range(25)))
        assert set(statuses) == {202}
        assert await due_at(feeds) == START

    async def test_nothing_is_acknowledged_before_it_is_durable(self, hub, active, store, feeds, clock):
        class Away:
            def __getattr__(self, name):
                return getattr(feeds.schedule, name)

            async def hurry(self, _feed_id, _now):
                await asyncio.sleep(0)
                raise Wait("the database is away")

        async with served(store, Away(), clock) as callback:
            assert await hub.deliver(callback + TOKEN, X_Hub_Signature=signature(b"<feed/>", SECRET)) == 503

    @pytest.mark.parametrize("path", ["", "/", "x/y", TOKEN + "/"])
    async def test_nothing_is_ever_redirected(self, hub, callback, active, path):
        assert await hub.deliver(callback + path) == 404
        assert (await hub.call(callback + path, **lease())).status == 404


async def exchange(callback, *pieces):
    """Send pieces of a request, a turn of the loop apart; the answer to its end."""
    host, _, port = callback.removeprefix("http://").partition("/")[0].partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def head(*lines):
    said = (f"POST /websub/{TOKEN} HTTP/1.1", "Host: x", *lines)
    return ("\r\n".join(said) + "\r\n\r\n").encode()


class TestBounds:
    async def test_a_body_that_is_announced_too_large_is_not_read(self, callback, active, feeds):
        answer = await exchange(callback, head(f"Content-Length: {MAX_BODY + 1}"))
        assert answer.startswith(b"HTTP/1.1 413")
        assert b"connection: close" in answer.lower()

    async def test_a_body_that_grows_too_large_is_not_read_to_its_end(self, callback, active, feeds):
        chunk = b"100000\r\n" + bytes(1 << 20) + b"\r\n"
        moved = Moved()
        await exchange(callback, head("Transfer-Encoding: chunked"), *[chunk] * 10)
        await eventually(lambda: moved.by("newswire_websub_deliveries_total", "too-large") == 1)
        assert await due_at(feeds) == START + DAY

    async def test_the_largest_body_is_taken(self, hub, callback, active, feeds):
        body = bytes(MAX_BODY)
        assert await hub.deliver(callback + TOKEN, body, X_Hub_Signature=signature(body, SECRET)) == 202
        assert await due_at(feeds) == START

    @pytest.mark.parametrize(
        "pieces",
        [
            [],
            [b"POST /websub/x HTTP/1.1\r\nHos"],
            [head("Content-Length: 10"), b"half"],
        ],
        ids=["nothing", "half a head", "half a body"],
    )
    async def test_a_slow_sender_is_cut_off_and_changes_nothing(self, store, feeds, clock, active, pieces):
        async with served(store, feeds.schedule, clock, ConnectionLimits(connections=10, seconds=0.2)) as callback:
            assert await exchange(callback, *pieces) == b""
        assert await due_at(feeds) == START + DAY

    async def test_more_connections_than_there_may_be_are_turned_away(self, store, feeds, clock, active):
        async with served(store, feeds.schedule, clock, ConnectionLimits(connections=3, seconds=30)) as callback:
            hanging = [asyncio.create_task(exchange(callback, head("Content-Length: 10"))) for _ in range(3)]

            async def answers(status):
                return (await exchange(callback, b"POST /websub/x HTTP/1.0\r\n\r\n")).startswith(status)

            await eventually(lambda: answers(b"HTTP/1.1 503"))
            for task in hanging:
                task.cancel()
            await asyncio.wait(hanging)
            await eventually(lambda: answers(b"HTTP/1.1 404"))

    async def test_a_sender_that_breaks_off_is_counted(self, callback, active, feeds):
        moved = Moved()
        host, port = callback.split("/")[2].split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(head("Content-Length: 10") + b"half")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        await eventually(lambda: moved.by("newswire_websub_deliveries_total", "broken-off") == 1)
        assert await due_at(feeds) == START + DAY
