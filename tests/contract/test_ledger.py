"""`Ledger`: the books add up, and tell one URL's whole story."""

import random
from datetime import timedelta

import pytest

from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.domain.articles.decide import decide
from newswire.domain.feeds.own_address import own_address
from newswire.domain.feeds.state import PollSaved
from newswire.domain.ledger import OUTCOMES, Outcome
from newswire.events import article_id_of
from support.build import (
    NOW,
    URL,
    arrivals,
    entry_id_of,
    extracted,
    feed,
    gone,
    letter,
    sighting,
    text_of,
    unchanged,
)
from support.stores import poll_store

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
COPY = "https://copy.example/a"


@pytest.fixture
def feeds(database):
    return poll_store(database)


@pytest.fixture
def store(database):
    return DatabaseArticles(database)


@pytest.fixture
def ledger(database):
    return DatabaseLedger(database)


async def every(iterator):
    return [item async for item in iterator]


def counted(balance):
    return {kind: count for kind, count in balance.outcomes.items() if count}


class TestBalance:
    async def test_empty_books_balance(self, ledger):
        balance = await ledger.balance()
        assert (balance.found, balance.pending, balance.unbooked, balance.reasons) == (0, 0, 0, {})
        assert balance.outcomes == dict.fromkeys(OUTCOMES, 0)

    async def test_every_outcome_is_counted_by_its_kind(self, feeds, store, ledger):
        names = ["new", "copy", "same", "edit", "gone", "dead", "way"]
        await feeds.entries.book([sighting(name, COPY if name == "copy" else URL) for name in names])
        await store.record_dead([letter("dead", "timeout")])
        batch = arrivals(
            extracted(entry="new"),
            extracted(COPY, entry="copy"),
            unchanged(entry="same"),
            extracted(title="Edit", at=NOW + MINUTE, entry="edit"),
            gone(at=NOW + HOUR, entry="gone"),
        )
        await store.record(batch, decide, NOW)
        balance = await ledger.balance()
        assert (balance.found, balance.pending, balance.reasons) == (7, 1, {"timeout": 1})
        assert balance.outcomes == dict.fromkeys(OUTCOMES, 1)
        assert balance.balanced

    @pytest.mark.parametrize(
        ("events", "dead", "expected"),
        [
            ([extracted(entry="first")], [], {"published": 1, "unchanged": 1}),
            ([extracted(COPY), extracted(entry="first")], [], {"duplicate": 1, "unchanged": 1}),
            ([extracted(), unchanged(entry="first")], [], {"unchanged": 2}),
            ([extracted(), gone(at=NOW + HOUR, entry="first")], [], {"withdrawn": 1, "unchanged": 1}),
            ([extracted(), extracted(title="T", at=NOW + HOUR, entry="first")], [], {"revised": 1, "unchanged": 1}),
            ([], [letter("first")], {"rejected": 2}),
            ([], [], {}),
        ],
        ids=["published", "duplicate", "unchanged", "withdrawn", "revised", "rejected", "on-its-way"],
    )
    async def test_a_follower_shares_the_outcome_of_the_sighting_it_follows(
        self, feeds, store, ledger, events, dead, expected
    ):
        await feeds.entries.book([sighting("first"), sighting("follower", follows=entry_id_of("first"))])
        await store.record(arrivals(*events), decide, NOW)
        await store.record_dead(dead)
        balance = await ledger.balance()
        assert counted(balance) == expected
        assert balance.pending == 2 - sum(expected.values())
        assert balance.reasons == ({"http-404": 2} if dead else {})
        assert balance.balanced

    async def test_a_follower_that_was_published_after_all_counts_by_its_own_outcome(self, feeds, store, ledger):
        await feeds.entries.book([sighting("first"), sighting("follower", follows=entry_id_of("first"))])
        await store.record_dead([letter("first")])
        await store.record(arrivals(extracted(entry="follower")), decide, NOW)
        assert counted(await ledger.balance()) == {"published": 1, "rejected": 1}

    async def test_an_outcome_ahead_of_its_booking_is_told_apart(self, feeds, store, ledger):
        await store.record(arrivals(extracted(entry="early")), decide, NOW)
        before = await ledger.balance()
        assert (before.found, before.unbooked, before.balanced) == (0, 1, True)
        await feeds.entries.book([sighting("early")])
        after = await ledger.balance()
        assert (after.found, after.unbooked, after.outcomes["published"]) == (1, 0, 1)

    @pytest.mark.parametrize("seed", range(6))
    async def test_the_books_balance_whatever_happens_in_whatever_order(self, feeds, store, ledger, seed):
        dice = random.Random(seed)
        urls = [f"https://example.org/{n}" for n in range(6)]
        booked, decided = set(), set()

        async def poll():
            lines = []
            for _ in range(dice.randint(1, 6)):
                name = f"e{dice.randrange(40)}"
                follows = entry_id_of(dice.choice(sorted(booked))) if booked and dice.random() < 0.2 else None
                own = Outcome("rejected", NOW, "no-link") if dice.random() < 0.1 else None
                lines.append(sighting(name, dice.choice(urls), follows=follows, outcome=own))
                booked.add(name)
            await feeds.entries.save(PollSaved(feed(), tuple(lines)))

        async def store_some():
            batch = []
            for _ in range(dice.randint(1, 8)):
                name, url, at = f"e{dice.randrange(40)}", dice.choice(urls), NOW + dice.randrange(90) * MINUTE
                text = text_of(dice.choice("abc"))
                batch.append(
                    dice.choice(
                        [
                            extracted(url, dice.choice("TU"), text, at, entry=name),
                            unchanged(url, at, entry=name),
                            gone(url, at, entry=name),
                        ]
                    )
                )
                decided.add(name)
            first = await store.record(arrivals(*batch), decide, NOW)
            again = await store.record(arrivals(*batch), decide, NOW + HOUR)
            assert set(first) <= set(again), "what was rejected may be decided anew, nothing else"

        async def bury():
            name = f"e{dice.randrange(40)}"
            decided.add(name)
            await store.record_dead([letter(name, dice.choice(["timeout", "http-404"]))])

        for _ in range(25):
            await dice.choice([poll, store_some, store_some, bury])()
            balance = await ledger.balance()
            pending = set(await every(ledger.pending()))
            assert balance.found == len(booked) == sum(balance.outcomes.values()) + balance.pending
            assert sum(balance.reasons.values()) == balance.outcomes["rejected"]
            assert balance.unbooked == len(decided - booked)
            assert pending <= {entry_id_of(name) for name in booked - decided}


class TestStory:
    async def test_a_url_tells_its_entries_article_changes_and_dead_letters(self, feeds, store, ledger):
        await feeds.entries.book(
            [
                sighting("one"),
                sighting("follower", COPY, at=NOW + MINUTE, follows=entry_id_of("one")),
                sighting("two", "https://feed.example/click?1", at=NOW + HOUR),
                sighting("unrelated", "https://example.org/else"),
            ]
        )
        await store.record_dead([letter("one")])
        edit = extracted(title="Edit", at=NOW + HOUR, entry="two")
        await store.record(arrivals(extracted(entry="one", fetched_from=f"{URL}?p=2"), edit), decide, NOW)

        story = await ledger.history(URL)
        assert [line.sighting.entry_id for line in story.entries] == [
            entry_id_of(name) for name in ("one", "follower", "two")
        ]
        assert [line.outcome and line.outcome.kind for line in story.entries] == ["published", None, "revised"]
        assert (story.article.article_id, story.article.title) == (article_id_of(URL), "Edit")
        assert [(change.kind, change.revision) for change in story.changes] == [("published", 1), ("revised", 2)]
        assert story.changes[1].article == edit.article
        assert [line.letter for line in story.dead] == [letter("one")]

        for other in (f"{URL}?p=2", "https://feed.example/click?1"):
            assert (await ledger.history(other)).article == story.article

    async def test_a_url_that_is_an_article_is_not_told_as_anothers_address(self, store, ledger):
        await store.record(arrivals(extracted(COPY, text=text_of("other"), fetched_from=URL)), decide, NOW)
        await store.record(arrivals(extracted()), decide, NOW)
        assert (await ledger.history(URL)).article.article_id == article_id_of(URL)

    async def test_a_rejected_entry_tells_why(self, feeds, store, ledger):
        await feeds.entries.book([sighting("one")])
        await store.record_dead([letter("one", "timeout"), letter("one", "http-404", NOW + HOUR)])
        story = await ledger.history(URL)
        assert [line.outcome.reason for line in story.entries] == ["timeout"]
        assert [line.letter.reason for line in story.dead] == ["timeout", "http-404"]
        assert (story.article, story.changes) == (None, ())

    async def test_an_address_without_an_article_tells_its_own_entries_and_no_others(self, feeds, store, ledger):
        await feeds.entries.book([sighting("one"), sighting("two", "https://example.org/else")])
        await store.record_dead([letter("one"), letter("two")])
        assert [line.sighting.entry_id for line in (await ledger.history(URL)).entries] == [entry_id_of("one")]
        assert (await ledger.history("https://example.org/none")).entries == ()

    async def test_entries_without_an_address_are_found_by_the_key_their_feed_gives_them(self, feeds, ledger):
        no_link = Outcome("rejected", NOW, "no-link")
        await feeds.entries.book([sighting("one", "", key="tag:1", outcome=no_link), sighting("two", "", key="tag:2")])
        assert [line.outcome for line in (await ledger.history("tag:1")).entries] == [no_link]
        assert [line.sighting.entry_key for line in (await ledger.history("tag:2")).entries] == ["tag:2"]

    async def test_a_page_has_the_entries_that_have_addresses_of_their_own_there(self, feeds, ledger):
        own = own_address(URL, feed().id, "two")
        others = (f"{URL}#/entry/none", f"{URL}x#/entry/{'0' * 32}", f"{URL}#/entrx/{'a' * 32}", f"{URL}/{'5' * 32}")
        names = {url: f"other {number}" for number, url in enumerate(others)} | {URL: "one", own: "two"}
        await feeds.entries.book([sighting(name, url=url) for url, name in names.items()])
        found = {line.sighting.entry_id for line in (await ledger.history(URL)).entries}
        assert found == {entry_id_of("one"), entry_id_of("two")}

    async def test_an_unknown_url_has_an_empty_story(self, ledger):
        story = await ledger.history(URL)
        assert (story.entries, story.article, story.changes, story.dead) == ((), None, (), ())


class TestListings:
    async def test_articles_are_listed_by_their_last_change_over_several_pages(self, store, ledger):
        events = [extracted(f"https://example.org/{n}", text=f"t{n}") for n in range(1_203)]
        for hour, start in enumerate(range(0, 1_203, 401)):
            await store.record(arrivals(*events[start : start + 401]), decide, NOW + hour * HOUR)
        listed = await every(ledger.articles())
        assert len({article.article_id for article in listed}) == len(listed) == 1_203
        assert [article.changed_at for article in listed] == sorted(article.changed_at for article in listed)
        assert len(await every(ledger.articles(NOW + HOUR))) == 802

    async def test_pending_entries_are_listed_without_followers(self, feeds, store, ledger):
        await feeds.entries.book([sighting(f"e{n}") for n in range(4)])
        await feeds.entries.book([sighting("follower", follows=entry_id_of("e1"))])
        await store.record_dead([letter("e0")])
        pending = await every(ledger.pending())
        assert len(pending) == 3
        assert set(pending) == {entry_id_of(f"e{n}") for n in range(1, 4)}

    async def test_an_abandoned_listing_keeps_no_one_waiting(self, feeds, store, ledger):
        await feeds.entries.book([sighting(f"e{n}") for n in range(600)])
        async for _ in ledger.pending():
            await store.record_dead([letter("e0")])
            break
        assert (await ledger.balance()).outcomes["rejected"] == 1

    async def test_dead_letters_are_listed_oldest_first_until_sent_again(self, store, ledger):
        letters = [letter(f"e{n}", at=NOW + n * MINUTE) for n in range(3)]
        await store.record_dead(letters[::-1])
        assert [line.letter for line in await every(ledger.dead())] == letters
        await ledger.mark_retried(letters[1].id, NOW + HOUR)
        assert [line.letter for line in await every(ledger.dead())] == [letters[0], letters[2]]
        assert [line.retried_at for line in await every(ledger.dead(retried=True))] == [None, NOW + HOUR, None]

    async def test_one_dead_letter_is_found_by_its_id(self, store, ledger):
        await store.record_dead([letter("one")])
        assert (await ledger.dead_letter(letter("one").id)).letter == letter("one")
        assert await ledger.dead_letter(entry_id_of("other")) is None

    async def test_sending_again_changes_no_outcome(self, feeds, store, ledger):
        await feeds.entries.book([sighting("one")])
        await store.record_dead([letter("one")])
        await ledger.mark_retried(letter("one").id, NOW)
        assert (await ledger.balance()).outcomes["rejected"] == 1


async def test_dead_letters_go_on_behind_one_that_was_sent_again_meanwhile(store, ledger):
    letters = [letter(name, at=NOW + timedelta(hours=number)) for number, name in enumerate("abc")]
    await store.record_dead(letters)
    await ledger.mark_retried(letters[0].id, NOW)
    left = [line.letter.id async for line in ledger.dead(behind=letters[0].id)]
    assert left == [letters[1].id, letters[2].id]
