"""The WebSub subscriber with a hub on loopback: real requests, real callbacks, a real store, a time that is made."""

import asyncio
import secrets
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import pytest

from newswire.adapters.database import Database
from newswire.adapters.store.feed_schedule import DatabaseFeedSchedule
from newswire.adapters.store.websub import DatabaseHubSubscriptions, DatabaseHubUpkeep
from newswire.domain.feeds.memory import ScheduleHints
from newswire.domain.feeds.state import PollSaved
from newswire.domain.websub.changes import LOOK, RETRY_FIRST
from newswire.domain.websub.steps import GRACE
from newswire.errors import Wait
from newswire.serve.listener import listening
from newswire.serve.websub import Callbacks, application
from newswire.stages.poll.stage import Poll
from newswire.stages.poll.store import PollStore
from newswire.stages.websub import SEARCH, WebSub, WebSubRules
from support.build import feed
from support.fakes import START, FakeClock
from support.fetching import new_http_web
from support.hub import Hub
from support.line import log_over
from support.polling import RULES as POLLING
from support.waiting import eventually
from support.web import FakeWeb, answer, atom
from support.workers import Inline

FEED, TOPIC = "https://example.org/feed", "https://example.org/topic"
RULES = WebSubRules(base="set by the fixture", lease_s=864_000, timeout_s=10)
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=s) for s in (1, 60, 3_600, 86_400))


@pytest.fixture
def hub():
    with Hub() as hub:
        yield hub


@pytest.fixture
def other_hub():
    with Hub() as hub:
        yield hub


@pytest.fixture
def store(sqlite_database):
    return DatabaseHubSubscriptions(sqlite_database)


@pytest.fixture
def upkeep(sqlite_database):
    return DatabaseHubUpkeep(sqlite_database)


@pytest.fixture
async def http():
    web = new_http_web()
    yield web
    await web.close()


@dataclass
class Subscriber:
    """The stage and its callbacks as one process."""

    stage: WebSub
    store: DatabaseHubSubscriptions
    feeds: PollStore
    clock: FakeClock
    base: str

    async def after(self, by=timedelta(0)):
        """Let time pass, then look at what is due."""
        await self.clock.advance(by.total_seconds())
        return await self.stage.due(asyncio.Event())

    async def subscriptions(self):
        return await self.store.of_feed(feed().id)

    async def the(self):
        (one,) = await self.subscriptions()
        return one

    async def is_(self, state):
        """Whether the one subscription is in that state: the hub calls back when it likes."""
        return (await self.the()).state == state

    async def becomes(self, state):
        await eventually(lambda: self.is_(state), what=state)

    async def feed(self):
        return await self.feeds.feeds.by_url(FEED)

    async def says(self, *hubs, self_url=TOPIC, **memory):
        """A poll finds these hubs in the feed."""
        known = await self.feed() or feed(FEED)
        memory = replace(known.memory, hints=ScheduleHints(hubs=hubs, self_url=self_url), **memory)
        now = self.clock.now()
        polled = replace(known, memory=memory, last_polled_at=now, next_poll_at=now + DAY)
        await self.feeds.feeds.add([polled])
        await self.feeds.entries.save(PollSaved(polled))


@asynccontextmanager
async def subscriber(store, upkeep, feeds, web, clock, port=0, rules=RULES):
    app = application(Callbacks(store, feeds.schedule, clock, timedelta(seconds=rules.lease_s)))
    async with listening(app, host="127.0.0.1", port=port, name="websub") as listened:
        base = f"http://127.0.0.1:{listened}/"
        stage = WebSub(
            store, upkeep, feeds.schedule, web, clock, replace(rules, base=base), partial(secrets.token_urlsafe, 32)
        )
        yield Subscriber(stage, store, feeds, clock, base)


@pytest.fixture
async def ours(store, upkeep, feeds, http, clock):
    async with subscriber(store, upkeep, feeds, http, clock) as ours:
        yield ours


@pytest.fixture
async def subscribed(ours, hub):
    """Subscribed at the hub for an hour."""
    await ours.says(hub.url)
    await ours.after()
    await ours.becomes("active")
    await eventually(lambda: hub.callbacks(TOPIC))
    return ours


class TestSubscribing:
    async def test_a_feed_that_names_a_hub_is_subscribed_to_its_own_topic(self, ours, hub):
        await ours.says(hub.url)
        assert await ours.after() == 1
        await ours.becomes("active")
        (form,) = hub.asked
        assert form == {
            "hub.mode": "subscribe",
            "hub.topic": TOPIC,
            "hub.callback": f"{ours.base}websub/{(await ours.the()).token}",
            "hub.lease_seconds": "864000",
        }
        assert (await ours.feed()).pushed_until == START + HOUR, "what the hub grants, not what it is asked for"
        assert await ours.after(SECOND) == 0

    async def test_an_https_hub_is_told_a_secret_that_is_nobody_elses(self, store, upkeep, feeds, clock):
        web = FakeWeb()
        web.serve("https://hub.example/", answer("https://hub.example/", status=202))
        async with subscriber(store, upkeep, feeds, web, clock) as ours:
            await ours.says("http://plain.example/", "https://hub.example/")
            await ours.after()
            ((_, form),) = web.posted
            assert 40 <= len(form["hub.secret"]) < 200
            assert form["hub.secret"] == (await ours.the()).secret
            assert form["hub.secret"] not in form["hub.callback"]

    async def test_every_subscription_has_a_callback_of_its_own(self, ours, hub):
        urls = [f"{FEED}/{n}" for n in range(5)]
        hints = ScheduleHints(hubs=(hub.url,))
        await ours.feeds.feeds.add([feed(url, memory=replace(feed().memory, hints=hints)) for url in urls])
        assert await ours.after() == 5
        callbacks = {form["hub.callback"] for form in hub.asked}
        assert len(callbacks) == 5
        assert {form["hub.topic"] for form in hub.asked} == set(urls)

    async def test_a_hub_that_redirects_is_followed(self, ours, hub, other_hub):
        hub.status, hub.headers = 307, {"Location": other_hub.url}
        await ours.says(hub.url)
        await ours.after()
        await ours.becomes("active")
        assert other_hub.modes() == ["subscribe"]

    async def test_a_hub_that_fails_is_asked_ever_more_rarely_with_the_same_callback(self, ours, hub):
        hub.status = 500
        await ours.says(hub.url)
        await ours.after()
        waiting = await ours.the()
        assert (waiting.state, waiting.trouble) == ("pending", "http-500: as I was told")
        for wait in (RETRY_FIRST, 2 * RETRY_FIRST):
            asked = len(hub.asked)
            await ours.after(wait - SECOND)
            assert len(hub.asked) == asked
            await ours.after(SECOND)
            assert len(hub.asked) == asked + 1
        assert len({form["hub.callback"] for form in hub.asked}) == 1
        hub.status = 202
        await ours.after(4 * RETRY_FIRST)
        await ours.becomes("active")
        assert (await ours.the()).trouble is None

    async def test_a_hub_that_asks_for_time_gets_it(self, ours, hub):
        hub.status, hub.headers = 503, {"Retry-After": "7200"}
        await ours.says(hub.url)
        await ours.after()
        for _ in range(7):
            await ours.after(LOOK)
        assert len(hub.asked) == 1
        await ours.after(LOOK)
        assert len(hub.asked) == 2

    async def test_a_hub_that_never_verifies_is_asked_again(self, ours, hub):
        hub.verifies = False
        await ours.says(hub.url)
        await ours.after()
        assert (await ours.feed()).pushed_until is None
        await ours.after(RETRY_FIRST)
        assert hub.modes() == ["subscribe"] * 2

    async def test_a_denial_leaves_the_feed_to_its_polls_and_the_hub_in_peace(self, subscribed, hub):
        (form,) = hub.asked
        await hub.deny(form)
        denied = await subscribed.the()
        assert (denied.state, (await subscribed.feed()).pushed_until) == ("denied", None)
        assert (await subscribed.feed()).next_poll_at == subscribed.clock.now()
        for _ in range(6):
            await subscribed.after(DAY)
        assert hub.modes() == ["subscribe"]
        await subscribed.after(DAY + LOOK)
        assert hub.modes() == ["subscribe"] * 2


class TestRenewing:
    async def test_it_is_renewed_at_four_fifths_of_the_hubs_lease_with_a_new_callback(self, subscribed, hub):
        (old,) = hub.callbacks(TOPIC)
        await subscribed.after(48 * MINUTE - SECOND)
        assert len(hub.asked) == 1
        await subscribed.after(SECOND)
        assert hub.modes() == ["subscribe"] * 2
        await eventually(lambda: len(hub.callbacks(TOPIC)) == 2)
        assert (await subscribed.feed()).pushed_until == subscribed.clock.now() + HOUR
        assert sorted(await hub.distribute(TOPIC)) == [202, 410], "the new one takes it, the old one is gone"
        (new,) = hub.callbacks(TOPIC)
        assert new != old

    async def test_until_the_new_callback_is_verified_the_old_one_takes_what_comes(self, subscribed, hub):
        hub.verifies = False
        await subscribed.after(48 * MINUTE)
        assert len(hub.asked) == 2
        assert await hub.distribute(TOPIC) == [202]

    async def test_a_lease_that_runs_out_without_a_renewal_is_not_relied_on(self, subscribed, hub):
        hub.status = 500
        for _ in range(12):
            await subscribed.after(5 * MINUTE)
        assert (await subscribed.the()).state == "pending"
        assert (await subscribed.feed()).pushed_until is None
        assert (await subscribed.feed()).next_poll_at == subscribed.clock.now(), "what was missed is found"
        hub.status = 202
        await subscribed.after(DAY)
        await subscribed.becomes("active")

    async def test_a_new_public_address_is_told_to_the_hub_when_the_process_starts(
        self, subscribed, hub, store, upkeep, feeds, http
    ):
        clock = subscribed.clock
        async with subscriber(store, upkeep, feeds, http, clock) as moved:
            await moved.after(SECOND)
            assert hub.asked[-1]["hub.callback"].startswith(moved.base)
            await eventually(lambda: len(hub.callbacks(TOPIC)) == 2)


class TestMoving:
    async def test_a_feed_that_names_another_hub_is_moved_without_a_gap(self, subscribed, hub, other_hub):
        (old,) = hub.callbacks(TOPIC)
        other_hub.verifies = False
        await subscribed.says(other_hub.url)
        await subscribed.after(LOOK)
        assert other_hub.modes() == ["subscribe"]
        assert hub.modes() == ["subscribe"]
        assert await hub.deliver(old) == 202, "the former hub is better than none"

        other_hub.verifies = True
        await subscribed.after(RETRY_FIRST)
        await eventually(lambda: other_hub.callbacks(TOPIC))
        await subscribed.after(LOOK)
        await eventually(lambda: not hub.callbacks(TOPIC), what="the former hub has let go")
        assert hub.modes() == ["subscribe", "unsubscribe"]
        assert await hub.deliver(old) == 410
        assert await other_hub.distribute(TOPIC) == [202]
        assert (await subscribed.feed()).pushed_until is not None

    async def test_a_feed_that_names_another_topic_is_moved(self, subscribed, hub):
        await subscribed.says(hub.url, self_url="https://example.org/moved")
        await subscribed.after(LOOK)
        await eventually(lambda: hub.callbacks("https://example.org/moved"))
        await subscribed.after(LOOK)
        await eventually(lambda: not hub.callbacks(TOPIC))

    @pytest.mark.parametrize("how", ["removed", "disabled", "no hub any more"])
    async def test_a_feed_that_has_no_use_for_its_hub_is_unsubscribed(self, subscribed, hub, how):
        (callback,) = hub.callbacks(TOPIC)
        match how:
            case "removed":
                await subscribed.feeds.feeds.remove(FEED)
            case "disabled":
                await subscribed.feeds.entries.save(PollSaved(replace(await subscribed.feed(), disabled="gone")))
            case _:
                await subscribed.says()
        await subscribed.after(LOOK if how == "no hub any more" else SEARCH)
        await subscribed.becomes("ended")
        await eventually(lambda: not hub.callbacks(TOPIC))
        assert hub.asked[-1]["hub.mode"] == "unsubscribe"
        assert hub.asked[-1]["hub.callback"] == callback
        assert await hub.deliver(callback) == 410
        for _ in range(20):
            await subscribed.after(DAY)
        assert hub.modes() == ["subscribe", "unsubscribe"]

    async def test_a_feed_that_comes_back_is_subscribed_anew(self, subscribed, hub):
        await subscribed.says()
        await subscribed.after(LOOK)
        await subscribed.becomes("ended")
        await subscribed.says(hub.url)
        await subscribed.after(SEARCH)
        await subscribed.becomes("active")


class TestSilence:
    async def test_a_hub_that_does_not_announce_is_not_relied_on_until_it_does(self, subscribed, hub):
        (callback,) = hub.callbacks(TOPIC)
        found = subscribed.clock.now() + 2 * GRACE
        await subscribed.after(2 * GRACE)
        await subscribed.says(hub.url, last_entry_at=found)
        await subscribed.after(LOOK)
        quiet = await subscribed.feed()
        assert quiet.pushed_until is None
        assert quiet.next_poll_at == subscribed.clock.now()
        assert hub.modes() == ["subscribe"] * 2, "it may have forgotten us"
        await eventually(lambda: len(hub.callbacks(TOPIC)) == 2)
        assert (await subscribed.feed()).pushed_until is None, "to confirm is not to deliver"
        assert 202 in await hub.distribute(TOPIC)
        assert (await subscribed.feed()).pushed_until is not None
        assert callback not in hub.callbacks(TOPIC)

    async def test_a_hub_that_announces_stays_relied_on(self, subscribed, hub):
        await subscribed.after(2 * GRACE)
        await hub.distribute(TOPIC)
        await subscribed.says(hub.url, last_entry_at=subscribed.clock.now() + SECOND)
        await subscribed.after(LOOK)
        assert (await subscribed.feed()).pushed_until is not None
        assert len(hub.asked) == 1


class TestDiscovery:
    @pytest.mark.parametrize(
        ("link", "hubs", "self_url"),
        [
            (None, ("https://in.example/",), "https://in.example/self"),
            ('<https://hub.example/>; rel="hub", </topic>; rel=self', ("https://hub.example/",), TOPIC),
            ("<https://hub.example/>; rel=hub", ("https://hub.example/",), "https://in.example/self"),
        ],
        ids=["document", "header", "both"],
    )
    async def test_a_poll_keeps_the_hub_and_the_topic_of_the_header_before_those_of_the_document(
        self, feeds, sqlite_database, clock, link, hubs, self_url
    ):
        names = '<link rel="hub" href="https://in.example/"/><link rel="self" href="https://in.example/self"/>'
        document = atom().replace("<id>", f"{names}<id>")
        web, bus = FakeWeb(), log_over(sqlite_database, clock)
        web.serve(FEED, answer(FEED, document, **({"link": link} if link else {})))
        await feeds.feeds.add([feed(FEED, next_poll_at=START)])
        poll = Poll(feeds, bus, web, Inline(), clock, POLLING)
        await poll.due(asyncio.Event())
        (polled,) = await feeds.feeds.all()
        assert (polled.memory.hints.hubs, polled.memory.hints.self_url) == (hubs, self_url)
        await bus.close()


class TestRestarts:
    async def test_a_process_that_dies_between_request_and_verification_goes_on_where_it_was(
        self, store, upkeep, feeds, http, clock, hub
    ):
        hub.verifies = False
        async with subscriber(store, upkeep, feeds, http, clock) as first:
            await first.says(hub.url)
            await first.after()
        (form,) = hub.asked
        port = int(first.base.split(":")[2].strip("/"))
        async with subscriber(store, upkeep, feeds, http, clock, port=port) as second:
            assert await second.after() == 0, "nobody is asked again because of a restart"
            answered = await hub.call(
                form["hub.callback"], mode="subscribe", topic=TOPIC, challenge="c", lease_seconds="3600"
            )
            assert (answered.status, answered.body) == (200, "c")
            await second.becomes("active")
            assert await hub.deliver(form["hub.callback"]) == 202

    async def test_replicas_ask_a_hub_once(self, sqlite_tables_url, ours, http, hub):
        await ours.says(hub.url)
        others = [Database(sqlite_tables_url) for _ in range(3)]
        try:
            stages = [
                WebSub(
                    DatabaseHubSubscriptions(other),
                    DatabaseHubUpkeep(other),
                    DatabaseFeedSchedule(other),
                    http,
                    ours.clock,
                    replace(RULES, base=ours.base),
                    partial(secrets.token_urlsafe, 32),
                )
                for other in others
            ]
            await asyncio.gather(*(stage.due(asyncio.Event()) for stage in stages))
        finally:
            await asyncio.gather(*(other.close() for other in others))
        await ours.becomes("active")
        assert hub.modes() == ["subscribe"]

    async def test_nobody_is_asked_on_the_strength_of_what_a_callback_has_changed_meanwhile(
        self, ours, hub, store, upkeep
    ):
        class Overtaken:
            def __getattr__(self, name):
                return getattr(store, name)

            async def save(self, _changed):
                await asyncio.sleep(0)

        await ours.says(hub.url)
        rules = replace(RULES, base=ours.base)
        stage = WebSub(
            Overtaken(), upkeep, ours.feeds.schedule, FakeWeb(), ours.clock, rules, partial(secrets.token_urlsafe, 32)
        )
        assert await stage.due(asyncio.Event()) == 1

    async def test_a_database_that_is_away_is_waited_for(self, ours, hub, clock, upkeep):
        class Away:
            def __getattr__(self, name):
                async def away(*_):
                    await asyncio.sleep(0)
                    raise Wait("the database is away")

                return away

        rules = replace(RULES, base=ours.base)
        stage = WebSub(Away(), upkeep, ours.feeds.schedule, FakeWeb(), clock, rules, partial(secrets.token_urlsafe, 32))
        assert await stage.due(asyncio.Event()) == 0
