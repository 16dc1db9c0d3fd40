"""`HubSubscriptions`: what every database gives the WebSub subscriber."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.adapters.database import Database
from newswire.adapters.store.websub import DatabaseHubSubscriptions, DatabaseHubUpkeep
from newswire.domain.feeds.memory import FeedMemory, ScheduleHints
from newswire.domain.websub.changes import asked, delivered, denied, ended, leaving, silenced, verified
from newswire.domain.websub.subscription import HubChoice, HubSubscription, wished
from support.build import NOW, feed
from support.stores import poll_store

HUB, TOPIC = "https://hub.example/", "https://example.org/feed"
BASE = "https://news.example/"
MINUTE, HOUR, DAY = (timedelta(seconds=s) for s in (60, 3_600, 86_400))


@pytest.fixture
def store(database):
    return DatabaseHubSubscriptions(database)


@pytest.fixture
def upkeep(database):
    return DatabaseHubUpkeep(database)


@pytest.fixture
def feeds(database):
    return poll_store(database)


def named(url="https://example.org/feed", *, hubs=(HUB,), **more):
    """A feed whose last poll found these hubs."""
    return feed(url, memory=FeedMemory(hints=ScheduleHints(hubs=hubs, self_url=url)), **more)


def wish(of=None, hub=HUB):
    of = of or named()
    return wished(of.id, HubChoice(hub, of.url), NOW)


async def active(store, subscription=None, *, lease=DAY):
    """Save a subscription as confirmed."""
    subscription = subscription or wish()
    token = f"token-{subscription.id}"
    await store.add(subscription)
    subscription = await store.save(asked(subscription, BASE, token, "secret", NOW))
    return await store.save(verified(subscription, token, lease, NOW))


async def pushed_until(feeds):
    return [one.pushed_until for one in await feeds.feeds.all()]


class TestMissing:
    async def test_a_feed_that_names_a_hub_is_missing_one_until_it_has_one(self, store, upkeep, feeds):
        await feeds.feeds.add(
            [named(), feed("https://example.org/without"), named("https://example.org/none", hubs=())]
        )
        (missing,) = await upkeep.missing(None, 10)
        assert missing == named(next_poll_at=NOW)
        await store.add(wish())
        assert await upkeep.missing(None, 10) == ()

    async def test_an_ended_subscription_is_none(self, store, upkeep, feeds):
        await feeds.feeds.add([named()])
        await store.save(ended(await active(store)))
        assert [one.url for one in await upkeep.missing(None, 10)] == [named().url]

    async def test_a_denied_one_is_one(self, store, upkeep, feeds):
        await feeds.feeds.add([named()])
        await store.save(denied(await active(store), "no", NOW))
        assert await upkeep.missing(None, 10) == ()

    async def test_a_disabled_feed_misses_nothing(self, store, upkeep, feeds):
        await feeds.feeds.add([named(disabled="gone")])
        assert await upkeep.missing(None, 10) == ()

    async def test_all_are_found_page_by_page(self, store, upkeep, feeds):
        await feeds.feeds.add([named(f"https://example.org/{n}") for n in range(25)])
        found, after = [], None
        while page := await upkeep.missing(after, 10):
            found += page
            after = page[-1].id
        assert len(found) == len({one.id for one in found}) == 25


class TestSaving:
    async def test_a_subscription_comes_back_as_it_was_saved(self, store):
        told = HubSubscription(
            id=wish().id,
            feed_id=named().id,
            hub=HUB,
            topic="https://example.org/ünicode",
            state="active",
            base=BASE,
            token="t1",
            asked_token="t2",
            former_token="t0",
            secret="s",
            ask_at=NOW + HOUR,
            check_at=NOW + MINUTE,
            attempts=3,
            verified_at=NOW - HOUR,
            lease_until=NOW + DAY,
            last_delivery_at=NOW - MINUTE,
            silent_since=NOW,
            trouble="http-503",
        )
        await store.add(wish())
        saved = await store.save(told)
        assert saved == replace(told, version=1)
        assert await store.of_feed(named().id) == (saved,)

    async def test_adding_twice_leaves_the_first(self, store):
        confirmed = await active(store)
        await store.add(wish())
        assert await store.of_feed(named().id) == (confirmed,)

    async def test_of_two_who_decided_on_the_same_state_one_is_told_to_decide_again(self, store):
        confirmed = await active(store)
        assert await store.save(delivered(confirmed, NOW + MINUTE)) is not None
        assert await store.save(denied(confirmed, "no", NOW + MINUTE)) is None
        (kept,) = await store.of_feed(named().id)
        assert (kept.state, kept.last_delivery_at) == ("active", NOW + MINUTE)

    async def test_of_many_at_once_exactly_one_gets_through(self, store, tables_url):
        confirmed = await active(store)
        others = [Database(tables_url) for _ in range(4)]
        try:
            saves = (DatabaseHubSubscriptions(other).save(delivered(confirmed, NOW)) for other in others * 2)
            saved = await asyncio.gather(*saves)
        finally:
            await asyncio.gather(*(other.close() for other in others))
        assert sum(one is not None for one in saved) == 1

    async def test_it_is_found_by_each_of_its_callbacks_and_by_no_other(self, store):
        await store.add(wish())
        waiting = await store.save(asked(wish(), BASE, "one", "s", NOW))
        assert await store.by_token("one") == waiting
        renewing = asked(verified(waiting, "one", DAY, NOW), BASE, "two", "s", NOW)
        renewing = await store.save(renewing)
        assert await store.by_token("one") == await store.by_token("two") == renewing
        renewed = await store.save(verified(renewing, "two", DAY, NOW))
        assert await store.by_token("one") == await store.by_token("two") == renewed
        assert await store.by_token("three") is None


class TestPushedUntil:
    async def test_it_is_the_leases_end_while_a_hub_is_relied_on(self, store, feeds):
        await feeds.feeds.add([named()])
        await store.add(wish())
        assert await pushed_until(feeds) == [None]
        confirmed = await active(store)
        assert await pushed_until(feeds) == [NOW + DAY]
        quiet = await store.save(silenced(confirmed, NOW + HOUR))
        assert await pushed_until(feeds) == [None]
        heard = await store.save(delivered(quiet, NOW + HOUR))
        assert await pushed_until(feeds) == [NOW + DAY]
        await store.save(denied(heard, "no", NOW + HOUR))
        assert await pushed_until(feeds) == [None]

    async def test_of_two_hubs_the_later_lease_counts_and_the_other_remains_when_one_ends(self, store, feeds):
        await feeds.feeds.add([named()])
        first = await active(store, lease=HOUR)
        second = await active(store, wish(hub="https://other.example/"), lease=DAY)
        assert await pushed_until(feeds) == [NOW + DAY]
        await store.save(ended(second))
        assert await pushed_until(feeds) == [NOW + HOUR]
        await store.save(ended(first))
        assert await pushed_until(feeds) == [None]

    async def test_another_feeds_hub_changes_nothing(self, store, feeds):
        other = named("https://other.example/feed")
        await feeds.feeds.add([named(), other])
        await active(store, wish(other))
        assert dict(zip([one.url for one in await feeds.feeds.all()], await pushed_until(feeds), strict=True)) == {
            named().url: None,
            other.url: NOW + DAY,
        }


class TestClaims:
    async def test_a_new_one_is_due_at_once_with_its_feed_and_then_leased(self, store, feeds):
        await feeds.feeds.add([named(next_poll_at=NOW)])
        await store.add(wish())
        (due,) = await store.claim(NOW, 10, lease_s=60)
        assert due.subscription == replace(wish(), check_at=NOW + MINUTE)
        assert due.feed == named(next_poll_at=NOW)
        assert await store.claim(NOW + MINUTE / 2, 10, lease_s=60) == ()
        assert await store.claim(NOW + MINUTE, 10, lease_s=60) != (), "who died costs one lease"

    async def test_one_whose_feed_was_removed_comes_without_it(self, store):
        await store.add(wish())
        (due,) = await store.claim(NOW, 10, lease_s=60)
        assert due.feed is None

    async def test_the_longest_overdue_come_first_and_the_ended_never(self, store):
        wishes = [replace(wish(named(f"https://example.org/{n}")), check_at=NOW - n * MINUTE) for n in range(-1, 4)]
        for one in wishes:
            await store.add(one)
        gone = wish(named("https://example.org/ended"))
        await store.add(gone)
        await store.save(ended(gone))
        first = await store.claim(NOW, 3, lease_s=60)
        assert [due.subscription.topic[-1] for due in first] == ["3", "2", "1"]
        assert [due.subscription.topic[-1] for due in await store.claim(NOW, 3, lease_s=60)] == ["0"]

    async def test_no_two_claimers_are_given_the_same_one(self, tables_url, store):
        for n in range(40):
            await store.add(wish(named(f"https://example.org/{n}")))
        others = [Database(tables_url) for _ in range(4)]
        try:
            claimers = [DatabaseHubSubscriptions(other) for other in others for _ in range(2)]
            claims = await asyncio.gather(*(claimer.claim(NOW, 6, lease_s=60) for claimer in claimers))
        finally:
            await asyncio.gather(*(other.close() for other in others))
        given = Counter(due.subscription.id for claim in claims for due in claim)
        assert set(given.values()) == {1}
        assert len(given) + len(await store.claim(NOW, 40, lease_s=60)) == 40

    async def test_a_new_public_address_makes_those_due_that_were_told_another(self, store, upkeep):
        confirmed = await active(store)
        await store.add(wish(named("https://example.org/unasked")))
        assert await upkeep.rebase(BASE, NOW + MINUTE) == 0
        assert await upkeep.rebase("https://moved.example/", NOW + MINUTE) == 1
        due = {one.subscription.id for one in await store.claim(NOW + MINUTE, 10, lease_s=60)}
        assert confirmed.id in due

    async def test_those_of_feeds_that_are_not_polled_any_more_are_due(self, store, upkeep, feeds):
        urls = [f"https://example.org/{name}" for name in ("polled", "disabled", "removed", "left")]
        await feeds.feeds.add([named(urls[0]), named(urls[1], disabled="gone")])
        for url in urls:
            await active(store, wish(named(url)))
        (left,) = await store.of_feed(named(urls[3]).id)
        await store.save(leaving(left, NOW))
        assert await upkeep.orphaned(NOW + MINUTE) == 2
        due = {one.subscription.topic for one in await store.claim(NOW + MINUTE, 10, lease_s=60)}
        assert due == {urls[1], urls[2]}


class TestCounts:
    async def test_they_are_counted_by_state_and_the_silent_apart(self, store, upkeep):
        assert await upkeep.count() == {}
        urls = [f"https://example.org/{n}" for n in range(5)]
        for url in urls[:4]:
            await active(store, wish(named(url)))
        await store.add(wish(named(urls[4])))
        (quiet,) = await store.of_feed(named(urls[0]).id)
        await store.save(silenced(quiet, NOW))
        (no,) = await store.of_feed(named(urls[1]).id)
        await store.save(denied(no, "no", NOW))
        (over,) = await store.of_feed(named(urls[2]).id)
        await store.save(ended(over))
        assert await upkeep.count() == {"active": 1, "silent": 1, "denied": 1, "pending": 1}
