"""`Rechecks`: which articles are looked at again, and what a look writes."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from newswire.adapters.database import Database
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.tables import articles
from newswire.domain.articles.decide import decide
from newswire.domain.articles.recheck import next_recheck
from newswire.domain.feeds.state import PollSaved
from newswire.events import PageValidators, article_id_of
from support.build import NOW, URL, arrivals, extracted, feed, gone, sighting, unchanged
from support.stores import poll_store, recheck_of

SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=s) for s in (1, 60, 3_600, 86_400))
ARTICLE = article_id_of(URL)
LAST = NOW + 8 * DAY
"""A moment at which an article of `NOW` is not to be looked at again."""


@pytest.fixture
def store(database):
    return poll_store(database)


@pytest.fixture
def article_store(database):
    return DatabaseArticles(database)


async def wide(database):
    async with database.read() as connection:
        return (await connection.execute(select(articles))).one()


def read_from(digest, **more):
    """The event of a page with this digest."""
    return extracted(**more).model_copy(update={"body_sha256": digest})


def look(name="look", at=NOW):
    return sighting(name, at=at, key=str(ARTICLE), reason="recheck")


class TestClaims:
    async def test_an_article_is_claimed_when_due_and_leased(self, store, article_store):
        await article_store.record(arrivals(extracted()), decide, NOW)
        due = next_recheck(NOW, NOW)
        assert await store.rechecks.claim(due - SECOND, 10, lease_s=60) == ()
        (check,) = await store.rechecks.claim(due, 10, lease_s=60)
        assert (check.url, check.number, check.validators.etag) == (URL, 1, '"1"')
        assert await store.rechecks.claim(due + MINUTE - SECOND, 10, lease_s=60) == ()

    async def test_a_claim_that_was_not_booked_is_given_again_under_its_number(self, store, article_store):
        await article_store.record(arrivals(extracted()), decide, NOW)
        (first,) = await store.rechecks.claim(NOW + HOUR, 10, lease_s=60)
        assert await store.rechecks.claim(NOW + 2 * HOUR, 10, lease_s=60) == (first,)

    async def test_a_booked_recheck_counts_once_and_sets_the_next(self, database, store, article_store):
        await article_store.record(arrivals(extracted()), decide, NOW)
        (first,) = await store.rechecks.claim(NOW + HOUR, 10, lease_s=60)
        looked = sighting("look", at=NOW + HOUR, key=str(first.article_id), reason="recheck")
        await store.entries.book([looked])
        await store.entries.book([looked])
        row = await recheck_of(database, first.article_id)
        assert (row.number, row.due) == (1, next_recheck(NOW, NOW + HOUR))
        (second,) = await store.rechecks.claim(row.due, 10, lease_s=60)
        assert second.number == 2

    async def test_no_two_claimers_are_given_the_same_article(self, tables_url, store, article_store):
        await article_store.record(
            arrivals(*(extracted(f"https://example.org/{n}", text=f"t{n}") for n in range(40))), decide, NOW
        )
        others = [Database(tables_url) for _ in range(4)]
        try:
            claims = await asyncio.gather(
                *(poll_store(other).rechecks.claim(NOW + HOUR, 6, lease_s=60) for other in others for _ in range(2))
            )
        finally:
            await asyncio.gather(*(other.close() for other in others))
        given = Counter(check.article_id for claim in claims for check in claim)
        assert set(given.values()) == {1}
        assert len(given) + len(await store.rechecks.claim(NOW + HOUR, 40, lease_s=60)) == 40

    async def test_a_withdrawn_article_is_left_alone(self, database, store, article_store):
        await article_store.record(arrivals(extracted(), gone(at=NOW + MINUTE)), decide, NOW)
        look = sighting("look", at=NOW, key=str(ARTICLE), reason="recheck")
        await store.entries.book([look])
        await store.entries.save(PollSaved(feed(last_polled_at=NOW + DAY), hurry=(URL,)))
        assert await recheck_of(database, ARTICLE) is None
        assert await store.rechecks.claim(NOW + 9 * DAY, 10, lease_s=60) == ()


class TestDigests:
    async def test_a_look_asks_with_the_digest_of_the_page_that_was_read_last(self, store, article_store):
        await article_store.record(arrivals(read_from("aa")), decide, NOW)
        (first,) = await store.rechecks.claim(NOW + HOUR, 10, lease_s=60)
        assert first.validators == PageValidators(etag='"1"', body_sha256="aa")
        same = unchanged(at=NOW + HOUR, validators=PageValidators(etag='"2"'))
        await article_store.record(arrivals(same), decide, NOW + HOUR)
        (second,) = await store.rechecks.claim(await store.schedule.next_due(), 10, lease_s=60)
        assert second.validators == PageValidators(etag='"2"', body_sha256="aa")
        await article_store.record(arrivals(read_from("bb", at=NOW + DAY)), decide, NOW + DAY)
        (third,) = await store.rechecks.claim(await store.schedule.next_due(), 10, lease_s=60)
        assert third.validators == PageValidators(etag='"1"', body_sha256="bb")

    async def test_the_page_of_a_withdrawn_article_is_asked_for_whole(self, store, article_store):
        await article_store.record(arrivals(read_from("aa")), decide, NOW)
        for hours, name in ((1, "once"), (8, "twice")):
            at = NOW + hours * HOUR
            await article_store.record(arrivals(gone(at=at, entry=name, by="page")), decide, at)
        (check,) = await store.rechecks.claim(NOW + 2 * DAY, 10, lease_s=60)
        assert check.validators == PageValidators()


class TestRest:
    async def test_an_article_that_is_done_with_leaves_no_row_and_keeps_what_its_looks_found(
        self, database, article_store
    ):
        await article_store.record(arrivals(extracted()), decide, NOW)
        last = unchanged(at=LAST, validators=PageValidators(etag='"2"'))
        await article_store.record(arrivals(last), decide, LAST)
        assert await recheck_of(database, ARTICLE) is None
        row = await wide(database)
        assert (row.fetched_at, row.etag, row.rechecks) == (LAST, '"2"', 0)

    async def test_a_last_look_that_came_to_nothing_leaves_no_row_either(self, database, store, article_store):
        await article_store.record(arrivals(extracted()), decide, NOW)
        at = NOW + HOUR
        same = unchanged(at=at, validators=PageValidators(etag='"2"'))
        await article_store.record(arrivals(same), decide, at)
        await store.entries.book([look(at=LAST)])
        assert await recheck_of(database, ARTICLE) is None
        row = await wide(database)
        assert (row.fetched_at, row.etag, row.rechecks) == (at, '"2"', 1)

    async def test_a_look_that_is_booked_after_its_outcome_is_counted(self, store, article_store):
        await article_store.record(arrivals(extracted()), decide, NOW)
        await article_store.record(arrivals(unchanged(at=LAST, entry="look")), decide, LAST)
        await store.entries.book([look(at=LAST)])
        await store.entries.save(PollSaved(feed(last_polled_at=LAST + DAY), hurry=(URL,)))
        (check,) = await store.rechecks.claim(LAST + DAY, 10, lease_s=60)
        assert check.number == 2, "a number that was used would name a look that is settled"

    async def test_an_article_that_returns_is_looked_at_again_and_its_looks_count_on(
        self, database, store, article_store
    ):
        await article_store.record(arrivals(extracted()), decide, NOW)
        await store.entries.book([look(at=NOW + HOUR)])
        await article_store.record(arrivals(gone(at=NOW + 2 * HOUR)), decide, NOW + 2 * HOUR)
        assert await recheck_of(database, ARTICLE) is None
        await article_store.record(arrivals(extracted(at=NOW + 3 * HOUR)), decide, NOW + 3 * HOUR)
        (check,) = await store.rechecks.claim(NOW + DAY, 10, lease_s=60)
        assert check.number == 2

    async def test_a_purged_article_leaves_no_row(self, database, article_store):
        await article_store.record(arrivals(extracted()), decide, NOW)
        await article_store.record(arrivals(gone(at=NOW + HOUR, by="operator", purge=True)), decide, NOW + HOUR)
        assert await recheck_of(database, ARTICLE) is None


async def test_a_look_that_finds_nothing_new_writes_no_new_version_of_the_articles_row(postgres_tables_url):
    version = select(articles.c.article_id, text("xmin"))
    database = Database(postgres_tables_url)
    try:
        store, article_store = poll_store(database), DatabaseArticles(database)
        await article_store.record(arrivals(extracted()), decide, NOW)
        async with database.read() as connection:
            before = (await connection.execute(version)).one()
        await store.rechecks.claim(NOW + HOUR, 10, lease_s=60)
        await store.entries.book([look(at=NOW + HOUR)])
        same = unchanged(at=NOW + HOUR, entry="look")
        await article_store.record(arrivals(same), decide, NOW + HOUR)
        async with database.read() as connection:
            assert (await connection.execute(version)).one() == before
    finally:
        await store.entries.close()
        await database.close()
