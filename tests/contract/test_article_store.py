"""`ArticleStore`: what every database gives the store stage."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from newswire.adapters.database import Database
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.adapters.store.tables import article_urls, articles, revisions
from newswire.adapters.tables import metadata
from newswire.domain.articles.decide import decide
from newswire.events import article_id_of
from support.build import (
    NOW,
    TEXT,
    URL,
    arrivals,
    entry_id_of,
    extracted,
    gone,
    letter,
    sighting,
    text_of,
    unchanged,
)
from support.stores import poll_store, recheck_of

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
COPY = "https://copy.example/a"
THIRD = "https://third.example/a"


@pytest.fixture
def store(database):
    return DatabaseArticles(database)


@pytest.fixture
def ledger(database):
    return DatabaseLedger(database)


async def everything(database):
    """Every row of every table, so that "nothing was written" means it."""
    async with database.read() as connection:
        return {
            table.name: sorted((await connection.execute(select(table))).all(), key=repr)
            for table in metadata.sorted_tables
        }


async def texts(database, url=URL):
    """The revisions of an article: (number, title, text)."""
    query = select(revisions).where(revisions.c.article_id == article_id_of(url)).order_by(revisions.c.revision)
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    return [(row.revision, row.article["title"], row.article["text"]) for row in rows]


async def outcome(ledger, entry, url=URL):
    lines = (await ledger.history(url)).entries
    return next(line.outcome for line in lines if line.sighting.entry_id == entry_id_of(entry))


def said(changes):
    return [(change.kind, json.loads(change.value)["revision"]) for change in changes]


class TestRecording:
    async def test_a_new_article_is_published(self, store, ledger):
        (change,) = await store.record(arrivals(extracted(), traceparent="00-ab-cd-01"), decide, NOW)
        assert (change.kind, change.article_id, change.at) == ("published", article_id_of(URL), NOW)
        assert (change.entry_id, change.traceparent) == (extracted().entry_id, "00-ab-cd-01")
        (article,) = [article async for article in ledger.articles()]
        assert (article.kind, article.revision, article.url, article.title) == ("published", 1, URL, "Title")

    async def test_the_same_batch_records_the_same_bytes_everywhere(self, database, sqlite_database):
        batch = arrivals(extracted(), extracted(COPY), extracted(title="Edit", at=NOW + MINUTE), gone(at=NOW + HOUR))
        here = await DatabaseArticles(database).record(batch, decide, NOW)
        assert said(here) == [("published", 1), ("duplicate", 1), ("revised", 2), ("withdrawn", 3)]
        if not database.is_sqlite:
            assert await DatabaseArticles(sqlite_database).record(batch, decide, NOW) == here

    async def test_redelivered_arrivals_return_the_same_bytes_and_write_nothing(self, database, store):
        batch = arrivals(
            extracted(),
            extracted(COPY),
            unchanged(),
            extracted(title="Edit", at=NOW + MINUTE),
            gone(at=NOW + HOUR),
            traceparent="00-ab-cd-01",
        )
        first = await store.record(batch, decide, NOW)
        before = await everything(database)
        assert await store.record(batch, decide, NOW + HOUR) == first
        assert await store.record(batch[3:] + batch[:2], decide, NOW + HOUR) == first[2:] + first[:2]
        assert await everything(database) == before

    async def test_an_arrival_twice_in_one_batch_is_decided_once(self, store):
        decided = []

        def counting(event, known, now):
            decided.append(event.id)
            return decide(event, known, now)

        told = await store.record(arrivals(extracted(), unchanged(), extracted(), unchanged()), counting, NOW)
        assert decided == [extracted().id, unchanged().id]
        assert len(told) == 2
        assert told[0] == told[1]

    async def test_a_batch_of_old_and_new_returns_both_in_order(self, store):
        (old,) = await store.record(arrivals(extracted()), decide, NOW)
        new = extracted("https://example.org/b", text=text_of("other"))
        told = await store.record(arrivals(new, extracted()), decide, NOW + HOUR)
        assert [change.kind for change in told] == ["published", "published"]
        assert told[1] == old

    async def test_nothing_is_written_when_a_decision_fails(self, database, store):
        def fail_on_the_second(event, known, now):
            if event.entry_id == extracted(COPY).entry_id:
                raise RuntimeError("broken rule")
            return decide(event, known, now)

        before = await everything(database)
        with pytest.raises(RuntimeError, match="broken rule"):
            await store.record(arrivals(extracted(), extracted(COPY)), fail_on_the_second, NOW)
        assert await everything(database) == before

    async def test_no_arrivals_are_no_changes(self, store):
        assert await store.record([], decide, NOW) == ()


async def row_of_article(database):
    async with database.read() as connection:
        return (await connection.execute(select(articles))).one()


class TestRevisions:
    async def test_revision_numbers_rise_within_a_batch_and_across_batches(self, store):
        edits = [extracted(title=f"T{n}", at=NOW + n * MINUTE) for n in range(4)]
        told = await store.record(arrivals(*edits[:2]), decide, NOW)
        for edit in edits[2:]:
            told += await store.record(arrivals(edit), decide, NOW)
        assert said(told) == [("published", 1), ("revised", 2), ("revised", 3), ("revised", 4)]

    async def test_the_former_text_is_kept_beside_the_new_one(self, database, store):
        edit = extracted(title="New", text=text_of("edited"), at=NOW + MINUTE)
        await store.record(arrivals(extracted(title="Old"), edit), decide, NOW)
        assert await texts(database) == [(1, "Old", TEXT), (2, "New", text_of("edited"))]

    async def test_an_older_copy_never_overwrites_a_newer_one(self, database, store, ledger):
        newer, older = extracted(title="New", at=NOW + HOUR), extracted(title="Old", at=NOW, entry="late")
        await poll_store(database).entries.book([sighting("late")])
        assert said(await store.record(arrivals(newer), decide, NOW)) == [("published", 1)]
        assert await store.record(arrivals(older), decide, NOW) == ()
        (article,) = [article async for article in ledger.articles()]
        assert (article.title, article.revision) == ("New", 1)
        assert await texts(database) == [(1, "New", TEXT)]
        assert (await outcome(ledger, "late")).reason == "stale"

    async def test_a_withdrawal_keeps_the_texts_and_a_return_is_a_revision(self, database, store):
        back = extracted(at=NOW + 2 * HOUR)
        told = await store.record(arrivals(extracted()), decide, NOW)
        told += await store.record(arrivals(gone(at=NOW + HOUR)), decide, NOW)
        told += await store.record(arrivals(back), decide, NOW)
        assert said(told) == [("published", 1), ("withdrawn", 2), ("revised", 3)]
        assert json.loads(told[2].value)["changed"] == ["restored"]
        assert [number for number, _, _ in await texts(database)] == [1, 3]

    async def test_an_unchanged_page_is_booked_and_moves_its_recheck_on(self, database, store, ledger):
        await poll_store(database).entries.book([sighting("look")])
        await store.record(arrivals(extracted()), decide, NOW)
        wide, first = await row_of_article(database), await recheck_of(database, article_id_of(URL))
        assert await store.record(arrivals(unchanged(at=NOW + HOUR, entry="look")), decide, NOW + HOUR) == ()
        assert (await outcome(ledger, "look")).kind == "unchanged"
        row = await recheck_of(database, article_id_of(URL))
        assert (row.fetched_at, row.etag) == (NOW + HOUR, '"1"')
        assert row.due > max(first.due, NOW + HOUR)
        assert await row_of_article(database) == wide

    async def test_a_revision_does_not_forget_how_often_the_article_was_looked_at(self, store, database):
        feeds = poll_store(database)
        await store.record(arrivals(extracted()), decide, NOW)
        await feeds.entries.book([sighting("look", key=str(article_id_of(URL)), reason="recheck")])
        await store.record(arrivals(extracted(title="Edit", at=NOW + HOUR)), decide, NOW + HOUR)
        (check,) = await feeds.rechecks.claim(NOW + timedelta(days=3), 10, lease_s=60)
        assert check.number == 2


class TestDuplicates:
    async def test_a_duplicate_in_the_batch_links_to_the_first(self, database, store):
        told = await store.record(arrivals(extracted(), extracted(COPY), extracted(THIRD)), decide, NOW)
        assert [change.kind for change in told] == ["published", "duplicate", "duplicate"]
        links = [json.loads(change.value)["duplicate_of"] for change in told[1:]]
        assert {(link["article_id"], link["url"]) for link in links} == {(str(article_id_of(URL)), URL)}
        assert await texts(database, COPY) == [(1, "Title", TEXT)], "stored, not discarded"

    async def test_a_later_duplicate_links_to_the_original_not_to_another_copy(self, store):
        for url in (URL, COPY):
            await store.record(arrivals(extracted(url)), decide, NOW)
        (told,) = await store.record(arrivals(extracted(THIRD)), decide, NOW + HOUR)
        assert json.loads(told.value)["duplicate_of"]["url"] == URL

    async def test_a_copy_of_a_text_that_was_edited_away_is_still_a_duplicate(self, store):
        edit = extracted(text=text_of("edited"), at=NOW + MINUTE)
        await store.record(arrivals(extracted(), edit), decide, NOW)
        told = await store.record(arrivals(extracted(COPY)), decide, NOW + HOUR)
        assert [change.kind for change in told] == ["duplicate"]

    async def test_an_edited_text_has_its_own_original(self, store):
        edit = extracted(COPY, text=text_of("edited"), at=NOW + MINUTE)
        await store.record(arrivals(extracted(), extracted(COPY), edit), decide, NOW)
        (told,) = await store.record(arrivals(extracted(THIRD, text=text_of("edited"))), decide, NOW)
        assert json.loads(told.value)["duplicate_of"]["url"] == COPY

    async def test_an_article_is_never_offered_as_its_own_twin(self, store):
        twins = []

        def watching(event, known, now):
            twins.append(known.twin and known.twin.url)
            return decide(event, known, now)

        headline = extracted(title="Another headline", at=NOW + MINUTE)
        told = await store.record(arrivals(extracted()), watching, NOW)
        told += await store.record(arrivals(headline, extracted(COPY)), watching, NOW)
        assert said(told) == [("published", 1), ("revised", 2), ("duplicate", 1)]
        assert twins == [None, None, URL]

    async def test_short_texts_are_equal_by_chance(self, store):
        told = await store.record(
            arrivals(extracted(text="Watch the video"), extracted(COPY, text="Watch the video")), decide, NOW
        )
        assert [change.kind for change in told] == ["published", "published"]

    async def test_copies_racing_on_two_connections_have_exactly_one_original(self, database, tables_url):
        others = [database, Database(tables_url)]
        stores = [DatabaseArticles(other) for other in others]
        try:
            # Connected beforehand, so that the two really meet.
            await asyncio.gather(*(store.record([], decide, NOW) for store in stores for _ in range(2)))
            for n in range(15):
                batches = [arrivals(extracted(f"{url}{n}", text=text_of(f"story{n}x"))) for url in (URL, COPY)]
                told = await asyncio.gather(
                    *(store.record(batch, decide, NOW) for store, batch in zip(stores, batches, strict=True))
                )
                assert sorted(change.kind for changes in told for change in changes) == ["duplicate", "published"]
        finally:
            await others[1].close()


class TestAddresses:
    async def test_every_address_leads_to_the_article(self, database, store):
        await poll_store(database).entries.book([sighting("one", "https://feed.example/click?1")])
        await store.record(arrivals(extracted(entry="one", fetched_from=f"{URL}?amp=1")), decide, NOW)
        async with database.read() as connection:
            urls = set((await connection.execute(select(article_urls.c.url))).scalars())
        assert urls == {URL, f"{URL}?amp=1", "https://feed.example/click?1"}

    async def test_an_address_keeps_the_article_it_led_to_first(self, database, store):
        moved = extracted(COPY, text=text_of("other"), fetched_from=URL)
        await store.record(arrivals(extracted()), decide, NOW)
        await store.record(arrivals(moved), decide, NOW)
        async with database.read() as connection:
            found = await connection.scalar(select(article_urls.c.article_id).where(article_urls.c.url == URL))
        assert found == article_id_of(URL)

    async def test_an_address_too_long_to_index_stops_nothing(self, database, store, ledger):
        long = "https://example.org/" + "".join(text_of(str(n), 9) for n in range(200)).replace(" ", "-")
        await poll_store(database).entries.book([sighting("one", long)])
        await store.record(arrivals(extracted(entry="one", fetched_from=long)), decide, NOW)
        story = await ledger.history(long)
        assert story.article.url == URL


class TestDeadLetters:
    async def test_a_dead_letter_rejects_its_entry(self, database, store, ledger):
        await poll_store(database).entries.book([sighting("one")])
        await store.record_dead([letter("one"), letter(None, "invalid-record")])
        assert (await ledger.balance()).reasons == {"http-404": 1}
        assert len([line async for line in ledger.dead()]) == 2

    async def test_a_dead_letter_that_exists_is_left_as_it_is(self, database, store, ledger):
        await store.record_dead([letter("one")])
        await ledger.mark_retried(letter("one").id, NOW)
        before = await everything(database)
        await store.record_dead([letter("one"), letter("one")])
        assert await everything(database) == before

    async def test_an_entry_with_another_outcome_keeps_it(self, database, store, ledger):
        await poll_store(database).entries.book([sighting("one")])
        await store.record(arrivals(extracted(entry="one")), decide, NOW)
        await store.record_dead([letter("one")])
        assert (await outcome(ledger, "one")).kind == "published"

    async def test_a_later_success_replaces_the_rejection(self, database, store, ledger):
        await poll_store(database).entries.book([sighting("one")])
        await store.record_dead([letter("one")])
        (told,) = await store.record(arrivals(extracted(entry="one")), decide, NOW + HOUR)
        assert told.kind == "published"
        assert (await outcome(ledger, "one")).change_id == told.change_id
        await store.record_dead([letter("one", "timeout", attempts=2)])
        assert (await outcome(ledger, "one")).kind == "published"

    async def test_a_page_gone_before_it_was_ever_had_is_rejected_not_recorded(self, database, store, ledger):
        await poll_store(database).entries.book([sighting("one")])
        assert await store.record(arrivals(gone(entry="one", status=404)), decide, NOW) == ()
        assert (await ledger.balance()).reasons == {"http-404": 1}
        async with database.read() as connection:
            assert await connection.scalar(select(func.count()).select_from(articles)) == 0
