"""The WebSub subscriber of the real command line, with a publisher and a hub on loopback."""

import json
import signal

import pytest

from newswire.events import CHANGES
from support.hub import Hub
from support.kafka import free_ports
from support.probe import Probe, listening
from support.publisher import Publisher
from support.waiting import eventually

WITHIN_S = 60
SELDOM = {
    **dict.fromkeys(("POLL__INTERVAL_S", "POLL__MIN_INTERVAL_S", "POLL__MAX_INTERVAL_S"), "86400"),
    "POLL__TICK_S": "0.05",
}
"""By itself a feed is polled once: whatever comes after that was announced."""


@pytest.fixture
def hub():
    with Hub() as hub:
        yield hub


@pytest.fixture
def publisher(hub):
    with Publisher(feeds=1, articles=2, hub=hub.url) as publisher:
        yield publisher


@pytest.fixture
def reachable(newswire):
    return called_back(newswire)


def called_back(newswire):
    """The same, polling once by itself, and where hubs can call it."""
    (port,) = free_ports(1)
    address = {"WEBSUB__HOST": "127.0.0.1", "WEBSUB__PORT": str(port)}
    return newswire.having(**SELDOM, **address, WEBSUB__CALLBACK_URL=f"http://127.0.0.1:{port}/")


async def subscribed(hub):
    await eventually(lambda: hub.held, within_s=WITHIN_S, what="the hub has a subscription")


def changed(follower):
    """The address of the next change on the wire."""
    return json.loads(follower.line())["article"]["url"]


async def test_what_a_hub_announces_is_on_the_wire_and_what_is_replayed_or_forged_is_not(reachable, hub, publisher):
    (topic,) = publisher.feed_urls()
    with reachable.started("tail", "--follow") as follower, reachable.started("run", topic) as line:
        assert {changed(follower) for _ in range(2)} == {publisher.url(0), publisher.url(1)}
        await subscribed(hub)
        polled = publisher.asked("/feed/")

        number = publisher.publish()
        assert await hub.distribute(topic, b"<not what will be read/>") == [202]
        assert changed(follower) == publisher.url(number)

        for asked in (2, 3):
            assert await hub.distribute(topic, b"<not what will be read/>") == [202]
            await eventually(lambda asked=asked: publisher.asked("/feed/") >= polled + asked, within_s=WITHIN_S)
        assert await hub.deliver(f"{reachable.settings.websub.callback_url}websub/{'x' * 43}") == 404
        publisher.edit(number)
        await hub.distribute(topic)
        assert changed(follower) == publisher.url(number)
        (row,) = reachable("feeds", "list").rows
        assert row["pushed_until"] is not None
        assert line.end(signal.SIGTERM) == 0
        assert follower.end(signal.SIGINT) == 130
    wire = reachable("tail", "--since", "1h").rows
    assert [change["kind"] for change in wire] == ["published"] * 3 + ["revised"]
    assert len(hub.asked) == 1


async def test_the_subscriber_runs_as_a_process_of_its_own_and_survives_its_death(anywhere, hub, publisher):
    (topic,) = publisher.feed_urls()
    line_alone, reachable = anywhere.having(**SELDOM), called_back(anywhere)
    with line_alone.started("tail", CHANGES.split(".")[1], "--follow") as follower, line_alone.started("run", topic):
        assert {changed(follower) for _ in range(2)} == {publisher.url(0), publisher.url(1)}
        with listening(reachable).started("websub") as first:
            probe = Probe(first)
            await eventually(probe.is_ready, within_s=WITHIN_S)
            await subscribed(hub)
            first.end(signal.SIGKILL)

        number = publisher.publish()
        with listening(reachable).started("websub") as second:
            probe = Probe(second)
            await eventually(probe.is_ready, within_s=WITHIN_S)
            assert await hub.distribute(topic) == [202]
            assert changed(follower) == publisher.url(number)
            told = await probe.metrics()
            assert told["newswire_websub_deliveries_total", "accepted"] == 1
            assert second.end(signal.SIGTERM) == 0
    assert len(hub.asked) == 1, "the subscription is in the store"


async def test_a_removed_feed_is_unsubscribed(reachable, hub, publisher):
    (topic,) = publisher.feed_urls()
    with reachable.started("run", topic) as line:
        await subscribed(hub)
        ((_, callback),) = hub.held
        reachable("feeds", "remove", topic)
        await eventually(lambda: not hub.held, within_s=WITHIN_S, what="the hub has let go")
        assert await hub.deliver(callback) == 410
        assert line.end(signal.SIGTERM) == 0
    assert hub.modes() == ["subscribe", "unsubscribe"]
