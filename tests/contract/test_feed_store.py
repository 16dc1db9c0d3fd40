"""`FeedStore`: what every database gives the poll stage."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.adapters.database import Database
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.domain.articles.decide import decide
from newswire.domain.articles.recheck import next_recheck
from newswire.domain.feeds.health import FAILING
from newswire.domain.feeds.state import FeedCounts, PollSaved
from newswire.domain.ledger import Outcome
from newswire.domain.schedule.next_poll import HORIZON
from newswire.events import PageValidators, article_id_of
from support.build import NOW, URL, arrivals, entry_id_of, extracted, feed, letter, sighting
from support.stores import poll_store, recheck_of

SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=s) for s in (1, 60, 3_600, 86_400))


@pytest.fixture
def store(database):
    return poll_store(database)


@pytest.fixture
def ledger(database):
    return DatabaseLedger(database)


@pytest.fixture
def article_store(database):
    return DatabaseArticles(database)


async def story_entries(ledger, url=URL):
    return [line.sighting for line in (await ledger.history(url)).entries]


class TestSubscriptions:
    async def test_a_feed_comes_back_as_it_was_saved(self, store):
        told = feed(
            title="Ünicode",
            tags=("a", "b"),
            validators=PageValidators(etag='"x"', last_modified="yesterday"),
            body_hash="h" * 64,
            next_poll_at=NOW + HOUR,
            last_polled_at=NOW,
            last_outcome="ok",
            errors=3,
            disabled="gone",
        )
        assert await store.feeds.add([told]) == 1
        assert await store.feeds.all() == (told,)

    async def test_adding_twice_leaves_the_first(self, store):
        await store.feeds.add([feed(title="first")])
        assert await store.feeds.add([feed(title="second"), feed("https://example.org/other")]) == 1
        assert [f.title for f in await store.feeds.all()] == ["first", None]

    async def test_feeds_are_listed_by_url_whatever_the_collation(self, store):
        urls = ["https://b.example/", "https://B.example/", "https://a.example/z", "https://a.example/_"]
        await store.feeds.add([feed(url) for url in urls])
        assert [f.url for f in await store.feeds.all()] == sorted(urls)

    async def test_removing_a_feed_keeps_what_came_by_it(self, store, ledger):
        await store.feeds.add([feed()])
        await store.entries.save(PollSaved(feed(), (sighting("one", feed_id=feed().id),)))
        assert await store.feeds.remove(feed().url)
        assert not await store.feeds.remove(feed().url)
        assert await store.feeds.all() == ()
        assert (await ledger.balance()).found == 1


class TestClaims:
    async def test_a_new_feed_is_due_at_once_and_then_leased(self, store):
        await store.feeds.add([feed()])
        (claimed,) = await store.schedule.claim(NOW, 10, lease_s=60)
        assert claimed == feed(next_poll_at=NOW + MINUTE)
        assert await store.schedule.claim(NOW + MINUTE - SECOND, 10, lease_s=60) == ()
        assert await store.schedule.claim(NOW + MINUTE, 10, lease_s=60) != (), "a poller that died costs one lease"

    async def test_the_longest_overdue_come_first_and_the_disabled_never(self, store):
        await store.feeds.add([feed(f"https://example.org/{n}", next_poll_at=NOW - n * MINUTE) for n in range(-1, 4)])
        await store.feeds.add([feed("https://example.org/off", next_poll_at=NOW - HOUR, disabled="gone")])
        assert [f.url[-1] for f in await store.schedule.claim(NOW, 3, lease_s=60)] == ["3", "2", "1"]
        assert [f.url[-1] for f in await store.schedule.claim(NOW, 3, lease_s=60)] == ["0"]

    async def test_no_two_claimers_are_given_the_same_feed(self, tables_url, store):
        await store.feeds.add([feed(f"https://example.org/{n}") for n in range(60)])
        others = [Database(tables_url) for _ in range(4)]
        try:
            claimers = [poll_store(other) for other in others for _ in range(3)]
            claims = await asyncio.gather(*(claimer.schedule.claim(NOW, 7, lease_s=60) for claimer in claimers))
        finally:
            await asyncio.gather(*(other.close() for other in others))
        given = Counter(f.url for claim in claims for f in claim)
        assert set(given.values()) == {1}
        left = await store.schedule.claim(NOW, 60, lease_s=60)
        assert len(given) + len(left) == 60

    async def test_of_many_that_are_due_at_one_moment_a_claim_takes_as_many_as_it_asks_for(self, store):
        await store.feeds.add([feed(f"https://example.org/{n}") for n in range(30)])
        assert [len(await store.schedule.claim(NOW, 12, lease_s=60)) for _ in range(4)] == [12, 12, 6, 0]

    async def test_a_feed_that_a_wrong_clock_scheduled_beyond_any_horizon_is_due(self, store):
        await store.feeds.add([feed("https://example.org/lost", next_poll_at=NOW + HORIZON + SECOND)])
        await store.feeds.add([feed("https://example.org/late", next_poll_at=NOW + HORIZON - SECOND)])
        await store.feeds.add([feed("https://example.org/off", next_poll_at=NOW + 2 * HORIZON, disabled="gone")])
        await store.feeds.add([feed("https://example.org/due")])
        assert [f.url for f in await store.schedule.claim(NOW, 1, lease_s=60)] == ["https://example.org/due"]
        assert [f.url for f in await store.schedule.claim(NOW, 9, lease_s=60)] == ["https://example.org/lost"]
        assert await store.schedule.claim(NOW, 9, lease_s=60) == ()

    async def test_of_named_feeds_those_are_claimed_that_are_due(self, store):
        named = [feed("https://example.org/1"), feed("https://example.org/2", next_poll_at=NOW + SECOND)]
        await store.feeds.add([*named, feed("https://example.org/3")])
        claimed = await store.schedule.claim(NOW, 9, lease_s=60, among={f.id for f in named})
        assert [f.url for f in claimed] == ["https://example.org/1"]
        assert await store.schedule.claim(NOW, 9, lease_s=60, among=set()) == ()

    async def test_a_feed_that_is_put_off_is_due_at_its_moment(self, store):
        await store.feeds.add([feed(f"https://example.org/{n}") for n in range(3)])
        one, two, three = await store.schedule.claim(NOW, 3, lease_s=60)
        await store.schedule.put_off({one.id: NOW + 2 * SECOND, two.id: NOW + SECOND}, one.next_poll_at)
        assert await store.schedule.claim(NOW, 9, lease_s=60) == ()
        assert [f.id for f in await store.schedule.claim(NOW + SECOND, 9, lease_s=60)] == [two.id]
        assert [f.id for f in await store.schedule.claim(NOW + 59 * SECOND, 9, lease_s=60)] == [one.id]
        assert [f.id for f in await store.schedule.claim(NOW + 60 * SECOND, 9, lease_s=60)] == [three.id]

    async def test_a_lease_that_somebody_else_has_meanwhile_is_not_given_back(self, store):
        await store.feeds.add([feed()])
        (first,) = await store.schedule.claim(NOW, 1, lease_s=60)
        await store.schedule.claim(NOW + MINUTE, 1, lease_s=60)
        await store.schedule.put_off({first.id: NOW + MINUTE}, first.next_poll_at)
        assert await store.schedule.claim(NOW + MINUTE, 1, lease_s=60) == ()

    async def test_a_feed_that_was_polled_meanwhile_is_not_put_off(self, store):
        await store.feeds.add([feed()])
        (claimed,) = await store.schedule.claim(NOW, 1, lease_s=60)
        await store.entries.save(PollSaved(replace(claimed, next_poll_at=NOW + HOUR)))
        await store.schedule.put_off({claimed.id: NOW}, claimed.next_poll_at)
        assert await store.schedule.claim(NOW + MINUTE, 1, lease_s=60) == ()

    async def test_next_due_is_the_earliest_of_feeds_and_rechecks(self, store, article_store):
        assert await store.schedule.next_due() is None
        await article_store.record(arrivals(extracted()), decide, NOW)
        assert await store.schedule.next_due() == next_recheck(NOW, NOW)
        await store.feeds.add([feed(next_poll_at=NOW), feed("https://example.org/off", NOW - DAY, disabled="gone")])
        assert await store.schedule.next_due() == NOW

    async def test_feeds_are_counted_by_how_they_are(self, store):
        assert await store.schedule.count() == FeedCounts(0, 0, 0)
        states = [{}, {"errors": FAILING - 1}, {"errors": FAILING}, {"disabled": "gone", "errors": FAILING}]
        await store.feeds.add([feed(f"https://example.org/{n}", **state) for n, state in enumerate(states)])
        assert await store.schedule.count() == FeedCounts(healthy=2, failing=1, disabled=1)


class TestKnown:
    async def test_a_key_is_known_by_every_form_it_had_and_its_newest_update(self, store):
        forms = [
            replace(sighting(f"e{n}", feed_id=feed().id, key="k", updated=at), fingerprint=f"form{n}")
            for n, at in enumerate([NOW, NOW + HOUR, None])
        ]
        await store.entries.save(PollSaved(feed(), tuple(forms)))
        known = await store.entries.known(feed().id, ["k", "unknown"])
        assert known.keys() == {"k"}
        assert known["k"].fingerprints == {"form0", "form1", "form2"}
        assert known["k"].updated == NOW + HOUR

    async def test_another_feeds_key_is_not_known(self, store):
        await store.entries.save(PollSaved(feed(), (sighting("one", feed_id=feed().id, key="k"),)))
        assert await store.entries.known(feed("https://other.example/").id, ["k"]) == {}

    async def test_more_keys_and_urls_than_a_statement_takes(self, store):
        lines = [sighting(f"e{n}", f"https://example.org/{n}", feed_id=feed().id, key=f"k{n}") for n in range(1_203)]
        await store.entries.save(PollSaved(feed(), tuple(lines)))
        assert len(await store.entries.known(feed().id, [f"k{n}" for n in range(2_000)])) == 1_203
        assert len(await store.entries.known_urls([f"https://example.org/{n}" for n in range(2_000)])) == 1_203

    async def test_a_touched_entry_takes_the_newer_update_and_never_an_older_one(self, store):
        await store.entries.save(PollSaved(feed(), (sighting("one", feed_id=feed().id, key="k"),)))
        for said in (NOW, NOW + HOUR, NOW + MINUTE):
            await store.entries.save(PollSaved(feed(), touched={"k": said}))
        assert (await store.entries.known(feed().id, ["k"]))["k"].updated == NOW + HOUR


class TestKnownUrls:
    async def test_a_url_leads_to_the_oldest_sighting_that_follows_none(self, store):
        lines = (
            sighting("follower", at=NOW - HOUR, follows=entry_id_of("first")),
            sighting("second", at=NOW + HOUR),
            sighting("first", at=NOW),
        )
        await store.entries.save(PollSaved(feed(), lines))
        assert await store.entries.known_urls([URL, "https://example.org/unknown"]) == {URL: entry_id_of("first")}

    async def test_a_rejected_sighting_is_not_followed(self, store, article_store):
        await store.entries.save(PollSaved(feed(), (sighting("first"), sighting("second", at=NOW + HOUR))))
        await article_store.record_dead([letter("first")])
        assert await store.entries.known_urls([URL]) == {URL: entry_id_of("second")}
        await article_store.record_dead([letter("second")])
        assert await store.entries.known_urls([URL]) == {}

    async def test_a_sighting_that_was_published_is_followed(self, store, article_store):
        await store.entries.save(PollSaved(feed(), (sighting("first"),)))
        await article_store.record(arrivals(extracted(entry="first")), decide, NOW)
        assert await store.entries.known_urls([URL]) == {URL: entry_id_of("first")}


class TestSeen:
    async def test_a_feeds_sightings_are_found_by_address_or_title_oldest_first(self, store):
        lines = (
            replace(sighting("late", URL, feed_id=feed().id, key="k2", at=NOW + HOUR), title="T"),
            replace(sighting("early", URL, feed_id=feed().id, key="k1", follows=entry_id_of("lead")), title="T"),
            replace(sighting("else", "https://example.org/b", feed_id=feed().id, key="k3", at=NOW + DAY), title="U"),
            sighting("other feed", URL, feed_id=feed("https://other.example/").id),
        )
        await store.entries.save(PollSaved(feed(), lines))
        seen = await store.entries.seen(feed().id, [URL], ["U", "T", "unknown"])
        assert [(line.key, line.url, line.title, line.leader) for line in seen] == [
            ("k1", URL, "T", entry_id_of("lead")),
            ("k2", URL, "T", entry_id_of("late")),
            ("k3", "https://example.org/b", "U", entry_id_of("else")),
        ]
        assert [line.key for line in await store.entries.seen(feed().id, [URL])] == ["k1", "k2"]
        assert await store.entries.seen(feed().id, []) == ()

    async def test_a_key_is_known_with_its_first_address_and_the_sighting_that_leads_it(self, store):
        lines = (
            replace(
                sighting("late", "https://example.org/2", feed_id=feed().id, key="k", at=NOW + HOUR), fingerprint="2"
            ),
            sighting("early", URL, feed_id=feed().id, key="k"),
        )
        await store.entries.save(PollSaved(feed(), lines))
        known = (await store.entries.known(feed().id, ["k"]))["k"]
        assert (known.url, known.leader) == (URL, entry_id_of("early"))


class TestSave:
    async def test_the_feeds_new_state_is_kept_but_not_its_address_or_age(self, store):
        await store.feeds.add([feed()])
        state = feed(title="T", validators=PageValidators(etag='"2"'), next_poll_at=NOW + HOUR, errors=1)
        await store.entries.save(PollSaved(replace(state, added_at=NOW + DAY)))
        assert await store.feeds.all() == (state,)

    async def test_a_sighting_that_exists_stays_as_it_is(self, store, ledger):
        await store.entries.save(PollSaved(feed(), (sighting("one", title="first"),)))
        await store.entries.save(PollSaved(feed(), (sighting("one", title="second"), sighting("two"))))
        assert sorted(s.title or "" for s in await story_entries(ledger)) == ["", "first"]

    async def test_a_sighting_comes_back_as_it_was_saved(self, store, ledger):
        line = sighting("one", feed_id=feed().id, title="T", updated=NOW, follows=entry_id_of("zero"), reason="changed")
        await store.entries.save(PollSaved(feed(), (line,)))
        assert await story_entries(ledger) == [line]

    async def test_an_unusable_entry_is_rejected_in_the_books(self, store, ledger):
        unusable = sighting("one", "javascript:" + "x" * 9_000, outcome=Outcome("rejected", NOW, "bad-link"))
        await store.entries.save(PollSaved(feed(), (unusable,)))
        balance = await ledger.balance()
        assert (balance.found, balance.outcomes["rejected"], balance.reasons) == (1, 1, {"bad-link": 1})

    async def test_what_the_poll_did_not_change_stays_as_others_decided_meanwhile(self, store):
        await store.feeds.add([feed(title="old", next_poll_at=NOW)])
        (claimed,) = await store.schedule.claim(NOW, 1, lease_s=60)
        await store.entries.save(PollSaved(replace(claimed, title="renamed", tags=("a",), disabled="by hand")))
        polled = replace(claimed, next_poll_at=NOW + HOUR, last_polled_at=NOW, last_outcome="not-modified")
        await store.entries.save(PollSaved(polled, before=claimed))
        assert await store.feeds.all() == (replace(polled, title="renamed", tags=("a",), disabled="by hand"),)

    async def test_polls_that_are_saved_at_once_are_all_saved(self, store, ledger):
        urls = [f"https://example.org/{n}" for n in range(40)]
        await store.feeds.add([feed(url) for url in urls])
        claimed = await store.schedule.claim(NOW, 40, lease_s=60)
        polls = [
            PollSaved(
                replace(one, last_polled_at=NOW, errors=number % 2, title=f"T{number % 3}" if number % 3 else None),
                (sighting(f"e{number}", urls[number], feed_id=one.id),) if number % 4 == 0 else (),
                before=one,
            )
            for number, one in enumerate(claimed)
        ]
        await asyncio.gather(*map(store.entries.save, polls))
        assert {state.id: state for state in await store.feeds.all()} == {poll.feed.id: poll.feed for poll in polls}
        assert (await ledger.balance()).found == 10

    async def test_a_poll_that_cannot_be_saved_fails_alone(self, store):
        good = [feed(f"https://example.org/{n}", last_polled_at=NOW) for n in range(3)]
        bad = feed("https://example.org/bad", last_polled_at=NOW.replace(tzinfo=None))
        await store.feeds.add([*(replace(one, last_polled_at=None) for one in good), replace(bad, last_polled_at=None)])
        ends = await asyncio.gather(
            *(store.entries.save(PollSaved(one)) for one in (good[0], bad, *good[1:])), return_exceptions=True
        )
        assert [isinstance(end, Exception) for end in ends] == [False, True, False, False]
        assert {f.url: f.last_polled_at for f in await store.feeds.all()} == {f.url: NOW for f in good} | {
            bad.url: None
        }

    async def test_two_polls_of_one_feed_are_saved_in_their_order(self, store):
        await store.feeds.add([feed()])
        await asyncio.gather(
            store.entries.save(PollSaved(feed(errors=1, title="first"))),
            store.entries.save(PollSaved(feed(errors=2), before=feed(errors=1))),
        )
        (state,) = await store.feeds.all()
        assert (state.errors, state.title) == (2, "first")

    async def test_nothing_is_kept_when_a_part_fails(self, store, ledger):
        with pytest.raises(Exception, match="naive"):
            await store.entries.save(PollSaved(feed(), (sighting("one"),), touched={"k": NOW.replace(tzinfo=None)}))
        assert (await ledger.balance()).found == 0


async def test_an_import_is_booked_without_an_article(store, ledger):
    await store.entries.book([sighting("line", reason="import")])
    assert [s.reason for s in await story_entries(ledger)] == ["import"]


class TestHurriedPolls:
    """What a WebSub hub's delivery asks for."""

    async def test_a_feed_is_due_at_once_whatever_its_schedule(self, store):
        await store.feeds.add([feed(next_poll_at=NOW + DAY), feed("https://example.org/other", next_poll_at=NOW + DAY)])
        await store.schedule.hurry(feed().id, NOW)
        assert [f.url for f in await store.schedule.claim(NOW, 10, lease_s=60)] == [feed().url]

    async def test_a_disabled_feed_and_one_that_is_gone_are_left_alone(self, store):
        off = feed(next_poll_at=NOW + DAY, disabled="gone")
        await store.feeds.add([off])
        await store.schedule.hurry(off.id, NOW)
        await store.schedule.hurry(feed("https://example.org/gone").id, NOW)
        assert await store.feeds.all() == (off,)

    @pytest.mark.parametrize(
        ("hurried", "errors", "due"),
        [
            (NOW - SECOND, 0, NOW + HOUR),
            (NOW + SECOND, 0, NOW + SECOND),
            (NOW + SECOND, 1, NOW + HOUR),
        ],
        ids=["before the poll", "during the poll", "during a poll that failed"],
    )
    async def test_a_poll_under_way_does_not_put_off_what_was_hurried_after_it_had_asked(
        self, store, hurried, errors, due
    ):
        await store.feeds.add([feed()])
        await store.schedule.hurry(feed().id, hurried)
        polled = feed(last_polled_at=NOW, next_poll_at=NOW + HOUR, errors=errors)
        await store.entries.save(PollSaved(polled))
        assert [f.next_poll_at for f in await store.feeds.all()] == [due]

    async def test_a_hurried_poll_is_put_off_like_any_other_once_it_has_been_made(self, store):
        await store.feeds.add([feed()])
        await store.schedule.hurry(feed().id, NOW + SECOND)
        for polled_at in (NOW, NOW + MINUTE):
            await store.entries.save(PollSaved(feed(last_polled_at=polled_at, next_poll_at=polled_at + HOUR)))
        assert [f.next_poll_at for f in await store.feeds.all()] == [NOW + MINUTE + HOUR]


class TestHurry:
    async def test_an_updated_article_is_due_now_but_not_within_minutes_of_its_last_look(
        self, database, store, article_store
    ):
        await article_store.record(arrivals(extracted(fetched_from="https://example.org/a?p=1")), decide, NOW)
        for polled, due in ((NOW, NOW + 15 * MINUTE), (NOW + DAY, NOW + 15 * MINUTE)):
            await store.entries.save(PollSaved(feed(last_polled_at=polled), hurry=("https://example.org/a?p=1",)))
            assert (await recheck_of(database, article_id_of(URL))).due == due, "never put off"

    async def test_an_article_that_was_done_with_is_looked_at_once_more(self, database, store, article_store):
        await article_store.record(arrivals(extracted()), decide, NOW)
        await store.entries.book([sighting("look", at=NOW + 8 * DAY, key=str(article_id_of(URL)), reason="recheck")])
        assert await recheck_of(database, article_id_of(URL)) is None
        await store.entries.save(PollSaved(feed(last_polled_at=NOW + 9 * DAY), hurry=(URL,)))
        (check,) = await store.rechecks.claim(NOW + 9 * DAY, 10, lease_s=60)
        assert (check.number, check.validators.etag) == (2, '"1"'), "where it stopped"

    async def test_an_unknown_url_hurries_nothing(self, store):
        await store.entries.save(PollSaved(feed(last_polled_at=NOW), hurry=("https://example.org/unknown",)))
        assert await store.schedule.next_due() is None
