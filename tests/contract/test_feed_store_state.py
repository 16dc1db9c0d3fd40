"""`FeedStore`: what is remembered of a feed, decided for it and told of it, whatever database keeps it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from newswire.adapters.database import Database
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.adapters.store.tables import feed_events
from newswire.domain.articles.decide import decide
from newswire.domain.feeds.entries import Identified
from newswire.domain.feeds.health import event_id
from newswire.domain.feeds.memory import NO_OPTIONS, FeedMemory, FeedOptions, Gap, Move, ScheduleHints
from newswire.domain.feeds.parsed_feed import ParsedEntry
from newswire.domain.feeds.state import PollSaved
from newswire.events import Feed, FeedFailing, FeedRecovered, PageValidators, stable_id
from support.build import NOW, URL, arrivals, extracted, feed, sighting
from support.stores import poll_store

SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=s) for s in (1, 60, 3_600, 86_400))
OTHER = "https://example.org/other"
MEMORY = FeedMemory(
    hints=ScheduleHints(
        skip_hours=(1, 23),
        skip_days=(0, 6),
        fresh_s=10,
        entries=3,
        window_s=0.1,
        median_gap_s=0.01,
        hubs=("https://hub.example/",),
        self_url=URL,
    ),
    weight=1 / 3,
    weighed_at=NOW + timedelta(microseconds=1),
    last_entry_at=NOW - DAY,
    usual_gap_s=1.5,
    succeeded_at=NOW,
    whole_at=NOW - HOUR,
    document_at=NOW - MINUTE,
    on_trial=True,
    validators_lie_since=NOW - DAY,
    move=Move("https://new.example/", NOW, 2),
    gone_since=NOW,
    condition="silent",
    condition_since=NOW,
    gap=Gap(stable_id("gap"), NOW - DAY, NOW, 3, 4, (stable_id("later"),), "https://example.org/archive"),
    former_urls=("https://old.example/", 'https://older.example/ü?a=%25_&b="x"'),
)


@pytest.fixture
def store(database):
    return poll_store(database)


@pytest.fixture
def article_store(database):
    return DatabaseArticles(database)


def failed(hours, url=None, errors=3):
    of, at = feed() if url is None else feed(url), NOW + hours * HOUR
    named = Feed(id=of.id, url=of.url)
    return FeedFailing(id=event_id(of.id, "feed-failing", at), feed=named, at=at, reason="dns", errors=errors)


def recovered(hours):
    of, at = feed(), NOW + hours * HOUR
    named = Feed(id=of.id, url=of.url)
    return FeedRecovered(id=event_id(of.id, "feed-recovered", at), feed=named, at=at, was="failing", since=NOW)


def entry(key, url=None):
    return Identified(ParsedEntry(), key, "f", url)


class TestMemory:
    async def test_it_comes_back_as_it_was_saved_by_a_poll(self, store):
        await store.feeds.add([feed()])
        await store.entries.save(PollSaved(feed(memory=MEMORY, next_poll_at=NOW)))
        (kept,) = await store.feeds.all()
        assert kept.memory == MEMORY

    async def test_it_comes_back_as_it_was_added_and_with_every_claim(self, store):
        await store.feeds.add([feed(memory=MEMORY, options=FeedOptions(60.5, ignore_robots=True), pushed_until=NOW)])
        (claimed,) = await store.schedule.claim(NOW, 1, lease_s=60)
        assert (claimed.memory, claimed.options, claimed.pushed_until) == (
            MEMORY,
            FeedOptions(60.5, ignore_robots=True),
            NOW,
        )


class TestOptions:
    async def test_they_are_set_and_taken_back_and_a_poll_leaves_them_alone(self, store):
        await store.feeds.add([feed(), feed(OTHER)])
        decided = FeedOptions(interval_s=600, ignore_robots=True)
        assert await store.feeds.set_options(feed().url, decided)
        await store.entries.save(PollSaved(feed(next_poll_at=NOW)))
        assert [(f.url, f.options) for f in await store.feeds.all()] == [(feed().url, decided), (OTHER, NO_OPTIONS)]
        assert await store.feeds.set_options(feed().url, NO_OPTIONS)
        assert [f.options for f in await store.feeds.all()] == [NO_OPTIONS] * 2

    async def test_of_a_feed_that_is_not_there_none_are_set(self, store):
        assert not await store.feeds.set_options(OTHER, NO_OPTIONS)

    async def test_what_the_hub_told_is_not_a_polls_to_change(self, store):
        await store.feeds.add([feed(pushed_until=NOW + DAY)])
        await store.entries.save(PollSaved(feed(next_poll_at=NOW)))
        assert [f.pushed_until for f in await store.feeds.all()] == [NOW + DAY]


class TestEnable:
    async def test_a_feed_that_was_given_up_is_due_again_as_if_it_had_never_been(self, store):
        left = feed(disabled="gone", errors=2, memory=MEMORY, next_poll_at=NOW - DAY, options=FeedOptions(60))
        await store.feeds.add([left, feed(OTHER, disabled="gone")])
        assert await store.schedule.claim(NOW, 10, lease_s=60) == ()
        assert await store.feeds.enable(feed().url, NOW)
        (claimed,) = await store.schedule.claim(NOW, 10, lease_s=60)
        memory = replace(MEMORY, gone_since=None, move=None)
        assert claimed == replace(left, disabled=None, errors=0, memory=memory, next_poll_at=NOW + MINUTE)

    async def test_one_that_is_not_there_is_not(self, store):
        assert not await store.feeds.enable(OTHER, NOW)


class TestAddresses:
    async def test_a_feed_is_found_by_where_it_is_polled(self, store):
        await store.feeds.add([feed(), feed(OTHER)])
        assert (await store.feeds.by_url(OTHER)).id == feed(OTHER).id
        assert await store.feeds.by_url("https://example.org/") is None

    async def test_a_moved_feed_is_found_by_its_new_address_and_by_every_former_one(self, store):
        await store.feeds.add([feed(), feed(OTHER)])
        await store.entries.save(PollSaved(feed(OTHER, memory=MEMORY)))
        for url in (OTHER, *MEMORY.former_urls):
            assert (await store.feeds.find(url)).id == feed(OTHER).id
        for url in ("https://old.example", "old", "%", "https://new.example/", "https://old.example/_"):
            assert await store.feeds.find(url) is None

    async def test_who_is_polled_at_an_address_goes_before_who_was(self, store):
        await store.feeds.add([feed(memory=replace(MEMORY, former_urls=(OTHER,))), feed(OTHER)])
        assert (await store.feeds.find(OTHER)).id == feed(OTHER).id

    async def test_a_poll_saves_a_new_address(self, store):
        await store.feeds.add([feed()])
        await store.entries.save(PollSaved(replace(feed(next_poll_at=NOW), url=OTHER)))
        assert [(f.id, f.url) for f in await store.feeds.all()] == [(feed().id, OTHER)]

    async def test_an_address_that_another_feed_has_taken_is_not_taken_over(self, store):
        await store.feeds.add([feed(), feed(OTHER)])
        moved = replace(feed(title="saved all the same", next_poll_at=NOW), url=OTHER)
        await store.entries.save(PollSaved(moved, (sighting("one", feed_id=feed().id),)))
        assert [(f.id, f.url, f.title) for f in await store.feeds.all()] == [
            (feed().id, feed().url, "saved all the same"),
            (feed(OTHER).id, OTHER, None),
        ]

    async def test_of_two_feeds_that_take_one_address_at_once_one_gets_it_and_both_are_saved(self, tables_url, store):
        urls = [f"https://example.org/{number}" for number in range(6)]
        await store.feeds.add([feed(url) for url in urls])
        others = [Database(tables_url) for _ in urls]
        stores = [poll_store(other) for other in others]
        moved = [PollSaved(replace(feed(url, title="saved"), url=OTHER)) for url in urls]
        try:
            await asyncio.gather(*(one.entries.save(poll) for one, poll in zip(stores, moved, strict=True)))
        finally:
            await asyncio.gather(*(one.close() for one in (*(store.entries for store in stores), *others)))
        kept = await store.feeds.all()
        assert sum(f.url == OTHER for f in kept) == 1
        assert [f.title for f in kept] == ["saved"] * 6

    async def test_a_feed_that_moved_is_not_subscribed_to_anew_by_its_first_address_nor_by_its_new_one(self, store):
        await store.feeds.add([feed()])
        await store.entries.save(PollSaved(replace(feed(next_poll_at=NOW), url=OTHER)))
        assert await store.feeds.add([feed(), feed(OTHER)]) == 0
        assert len(await store.feeds.all()) == 1


class TestBrought:
    async def test_an_entry_is_known_by_its_key_or_by_its_address_from_when_it_was_found(self, store):
        lines = (sighting("a", "https://example.org/a", NOW, key="ka", feed_id=feed().id),)
        await store.entries.save(PollSaved(feed(), lines))
        same = (entry("ka"), entry("other", "https://example.org/a"), entry("ka", "https://example.org/else"))
        for one in same:
            assert await store.entries.brought(feed().id, [entry("x"), one], NOW)
            assert not await store.entries.brought(feed().id, [entry("x"), one], NOW - SECOND), "not by then"
            assert not await store.entries.brought(feed(OTHER).id, [one], NOW), "nor by another feed"
        assert not await store.entries.brought(feed().id, [entry("kb", "https://example.org/b")], NOW)
        assert not await store.entries.brought(feed().id, [], NOW)

    async def test_of_more_entries_than_a_statement_takes(self, store):
        await store.entries.save(PollSaved(feed(), (sighting("a", key="k1999", feed_id=feed().id),)))
        assert await store.entries.brought(
            feed().id, [entry(f"k{n}", f"https://example.org/{n}") for n in range(2_000)], NOW
        )


def at(position, event):
    """The event as it is recorded at a position."""
    return event.model_copy(update={"position": position})


class TestEvents:
    async def test_they_are_recorded_with_the_state_and_told_oldest_first(self, store):
        await store.feeds.add([feed(), feed(OTHER)])
        await store.entries.save(PollSaved(feed(), events=(failed(2), recovered(2))))
        await store.entries.save(PollSaved(feed(OTHER), events=(failed(1, OTHER),)))
        untold = await store.events.untold(10)
        expected = [at(3, failed(1, OTHER)), at(1, failed(2)), at(2, recovered(2))]
        assert [event.event_id for event in untold] == [event.id for event in expected]
        assert [event.value for event in untold] == [event.model_dump_json().encode() for event in expected]
        assert [(event.feed_id, event.kind, event.at) for event in untold] == [
            (event.feed.id, event.kind, event.at) for event in expected
        ]
        assert await store.events.untold(2) == untold[:2]

    async def test_those_of_one_moment_keep_the_order_in_which_they_were_recorded(self, store):
        for hours in range(12):
            await store.entries.save(PollSaved(feed(), events=(recovered(hours), failed(hours))))
        kinds = [event.kind for event in await store.events.untold(100)]
        assert kinds == ["feed-recovered", "feed-failing"] * 12

    async def test_one_that_was_told_is_not_untold_and_keeps_the_time_when_it_was(self, database, store):
        await store.entries.save(PollSaved(feed(), events=(failed(1), failed(2))))
        await store.events.mark_told([failed(1).id], NOW + 3 * HOUR)
        await store.events.mark_told([failed(1).id], NOW + 4 * HOUR)
        await store.events.mark_told([], NOW)
        assert [event.event_id for event in await store.events.untold(10)] == [failed(2).id]
        async with database.read() as connection:
            rows = await connection.execute(select(feed_events.c.event_id, feed_events.c.told_at))
            told = {row.event_id: row.told_at for row in rows}
        assert told == {failed(1).id: NOW + 3 * HOUR, failed(2).id: None}

    async def test_one_that_exists_stays_as_it_is_and_told(self, store):
        await store.entries.save(PollSaved(feed(), events=(failed(1, errors=3),)))
        await store.entries.save(PollSaved(feed(), events=(failed(1, errors=4),)))
        (event,) = await store.events.untold(10)
        assert event.value == at(1, failed(1, errors=3)).model_dump_json().encode()
        await store.events.mark_told([event.event_id], NOW)
        await store.entries.save(PollSaved(feed(), events=(failed(1),)))
        assert await store.events.untold(10) == ()

    async def test_neither_state_nor_event_is_kept_when_a_part_fails(self, store):
        await store.feeds.add([feed()])
        broken = {"k": NOW.replace(tzinfo=None)}
        with pytest.raises(Exception, match="naive"):
            await store.entries.save(PollSaved(feed(title="new", memory=MEMORY), events=(failed(1),), touched=broken))
        assert (await store.events.untold(10), [f.title for f in await store.feeds.all()]) == ((), [None])

    async def test_the_books_give_them_oldest_first_of_all_feeds_or_of_one_and_since_a_moment(self, database, store):
        ledger = DatabaseLedger(database)
        await store.entries.save(PollSaved(feed(), events=(failed(3), recovered(3))))
        await store.entries.save(PollSaved(feed(OTHER), events=(failed(1, OTHER),)))
        await store.events.mark_told([failed(3).id], NOW)
        every = [at(3, failed(1, OTHER)), at(1, failed(3)), at(2, recovered(3))]

        async def given(*which, **more):
            return [(event.event_id, event.value) async for event in ledger.feed_events(*which, **more)]

        expected = [(event.id, event.model_dump_json().encode()) for event in every]
        assert await given() == expected
        assert await given(newest_first=True) == expected[::-1]
        assert await given(feed().id) == expected[1:]
        assert await given(None, NOW + 2 * HOUR) == expected[1:]
        assert await given(feed(OTHER).id, NOW + 2 * HOUR) == []

    async def test_the_books_give_more_than_a_page_of_one_moment(self, database, store):
        events = [
            failed(0).model_copy(update={"id": stable_id("event", number), "errors": number + 1})
            for number in range(1_203)
        ]
        await store.entries.save(PollSaved(feed(), events=tuple(events)))
        given = [event.event_id async for event in DatabaseLedger(database).feed_events()]
        assert given == [event.id for event in events]

    async def test_what_is_told_of_a_feed_outlives_it(self, store):
        await store.feeds.add([feed()])
        await store.entries.save(PollSaved(feed(), events=(failed(1),)))
        await store.feeds.remove(feed().url)
        assert [event.event_id for event in await store.events.untold(10)] == [failed(1).id]


class TestRecheckRobots:
    @pytest.fixture
    async def recheck(self, store, article_store):
        """The re-check of the article at URL, which was fetched from ``page``, and which these feeds brought."""

        async def due(*brought_by, page=URL):
            await article_store.record(arrivals(extracted(URL, fetched_from=page)), decide, NOW)
            for one in brought_by:
                await store.feeds.add([one])
                line = sighting(f"by {one.url}", URL, feed_id=one.id)
                await store.entries.save(PollSaved(one, (line,)))
            (check,) = await store.rechecks.claim(NOW + HOUR, 10, lease_s=60)
            return check

        return due

    LEAVE = FeedOptions(ignore_robots=True)

    async def test_a_page_is_rechecked_as_its_feed_is_fetched(self, recheck):
        assert (await recheck(feed(options=self.LEAVE))).ignore_robots

    async def test_without_the_operators_word_robots_txt_counts(self, recheck):
        assert not (await recheck(feed(options=FeedOptions(interval_s=60)))).ignore_robots

    async def test_one_feed_that_may_is_enough(self, recheck):
        assert (await recheck(feed(), feed(OTHER, options=self.LEAVE))).ignore_robots

    async def test_it_counts_for_the_article_however_its_page_was_reached(self, recheck):
        check = await recheck(feed(options=self.LEAVE), page="https://www.example.org/a?from=feed")
        assert (check.url, check.ignore_robots) == ("https://www.example.org/a?from=feed", True)

    async def test_a_removed_feeds_word_counts_no_more(self, store, recheck):
        await recheck(feed(options=self.LEAVE))
        await store.feeds.remove(feed().url)
        (check,) = await store.rechecks.claim(NOW + 2 * HOUR, 10, lease_s=60)
        assert (check.ignore_robots, check.validators) == (False, PageValidators(etag='"1"'))
