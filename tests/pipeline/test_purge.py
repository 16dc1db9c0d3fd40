"""A purged article: its words are nowhere, its ids and the books stay, and nothing brings it back."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select, text, update
from structlog.testing import capture_logs

from newswire.adapters.database.schema import ARTICLES_APART, schema_oldest
from newswire.adapters.erasure import DatabaseErasure
from newswire.adapters.search import DatabaseSearches, DatabaseSearchIndex
from newswire.adapters.search.tables import search_state
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.ledger_fold import DatabaseLedgerFold
from newswire.adapters.store.near_tables import near_texts
from newswire.adapters.store.standing import DatabaseStandingArticles
from newswire.adapters.store.tables import articles
from newswire.contracts import decode, encode, traceparent_for
from newswire.domain.articles.decide import decide
from newswire.domain.search.parse import parse_query
from newswire.errors import UsageError
from newswire.events import ARTICLES, CHANGES, LATEST, ArticleUnchanged, article_id_of
from newswire.operations.audit import audit
from newswire.operations.search_index import fill_index
from newswire.operations.withdraw import withdraw
from newswire.stages.latest import LatestStates
from support.build import NOW, arrivals, extracted, sighting, text_of
from support.httpserver import reply
from support.line import delivered, events_on, on
from support.polling import DAY, HOUR
from support.prose import prose
from support.searching import places
from support.whole_line import PROSE, Site, whole_line

SECRET = "Zinnober und Quittenmus verdarben"
HEADLINE = "Quarrel of the Violet Locksmiths"
FEED_TEXT = "Whispered sentence about copper kettles"
WORDS = (SECRET, HEADLINE, FEED_TEXT)
DAYS = timedelta(days=14)


@pytest.fixture
async def line(database):
    async with whole_line(database, near_window=DAYS) as made:
        yield made


@pytest.fixture
async def site(server, line, database):
    """An article with two texts, whose entry waits for a retry in a third form, and one beside it."""
    site = Site(server)
    site.print("other", "Nothing happens elsewhere", prose(7).split("\n"))
    site.print("a", HEADLINE, [*PROSE, f"{SECRET} on the first day of it all."], summary=FEED_TEXT)
    await line.add(server.url("/feed"))
    await changes_are_written_for(database, "0001")  # whole, as before an upgrade is finished
    await line.work()
    await changes_are_written_for(database, ARTICLES_APART)
    site.print("a", f"{HEADLINE} goes on", [*PROSE, f"{SECRET} on the second day of it all."])
    await line.live(2 * HOUR)
    site.feed[0] |= {"summary": f"{FEED_TEXT} again", "title": f"{HEADLINE} at length"}
    site.serve()
    site.answer("a", reply(503))
    await line.poll(site.url("feed"))
    await line.work()
    assert await line.told() == ["published", "published", "revised"]
    return site


async def changes_are_written_for(database, oldest):
    async with database.write() as connection:
        await connection.execute(update(schema_oldest).values(revision=oldest))


async def purge(line, site):
    return await withdraw(site.url("a"), "a court order", line.withdrawing(), purge=True)


async def test_the_words_are_in_no_table_and_in_no_file_even_while_others_write(line, site, database, tables_url):
    found = await places(database, tables_url, *WORDS)
    assert {"articles", "revisions", "changes", "sightings", "bus_records"} <= set(found)
    busy = asyncio.create_task(keep_storing(line))
    try:
        article_id = await purge(line, site)
    finally:
        busy.cancel()
    assert await places(database, tables_url, *WORDS) == []
    async with database.read() as connection:
        kept = (await connection.execute(select(near_texts.c.article_id))).scalars().all()
        row = (await connection.execute(select(articles).where(articles.c.article_id == article_id))).one()
    assert article_id not in kept
    assert (row.kind, row.canonical_url, row.withdrawn_by) == ("withdrawn", site.url("a"), "operator")


async def test_the_words_leave_the_search_index(line, site, database, tables_url):
    index, word = DatabaseSearchIndex(database), "innober"  # FTS5 writes no more of a word than the word before lacks
    await fill_index(index)
    assert [name for name in await places(database, tables_url, word) if name.startswith("search_words")]
    await purge(line, site)
    assert await places(database, tables_url, word) == []
    await fill_index(index)
    assert await places(database, tables_url, word) == []
    assert await DatabaseSearches(database).newest(parse_query("nothing happens"), None, 9)


async def test_the_words_leave_an_index_that_another_version_made(line, site, database, tables_url):
    await fill_index(DatabaseSearchIndex(database))
    async with database.write() as connection:
        await connection.execute(update(search_state).values(version="00"))
        if database.is_sqlite:  # the same articles, in the tokens of that version
            await connection.execute(text("INSERT INTO search_words (search_words) VALUES ('delete-all')"))
            columns = "(rowid, title, body, facets) SELECT position, '', 'innober-x', ''"
            await connection.execute(text(f"INSERT INTO search_words {columns} FROM search_docs"))
    await purge(line, site)
    assert await places(database, tables_url, "innober") == []


async def keep_storing(line):
    for number in count():
        name = f"busy{number}"
        await line.feeds.entries.book([sighting(name, f"https://busy.example/{number}")])
        event = extracted(f"https://busy.example/{number}", text=text_of(name), entry=name)
        await line.store.handle([delivered(encode(event, traceparent=traceparent_for(event.entry_id)))])


async def test_the_wire_tells_the_purge_once_with_its_reason(line, site):
    for _ in range(2):
        await purge(line, site)
    changes = {change.id: change for change in await line.wire()}
    last = list(changes.values())[-1]
    assert (last.kind, last.by, last.reason, last.purged) == ("withdrawn", "operator", "a court order", True)
    assert [change.kind for change in changes.values()] == ["published", "published", "revised", "withdrawn"]


async def test_nothing_that_is_delivered_again_brings_a_word_back(line, site, database, tables_url):
    before = await on(line.bus, ARTICLES)
    await purge(line, site)
    await line.store.handle(before)  # a second replica that read them before the purge
    await line.store.handle(await on(line.bus, ARTICLES))  # a replay of the log
    site.serve()
    await line.live(4 * HOUR)  # the entry that waited for its retry gets its page now, with the words
    site.feed[0]["summary"] = f"{FEED_TEXT} once more"
    site.serve()
    await line.poll(site.url("feed"))
    await line.work()
    await line.erasure.erase_late()
    await line.erasure.scrub()
    assert await places(database, tables_url, *WORDS) == []
    told = {change.id: change.kind for change in await line.wire()}
    assert list(told.values()) == ["published", "published", "revised", "withdrawn"]


async def test_a_folded_look_that_is_delivered_again_brings_no_word_back(line, site, database, tables_url):
    site.serve()
    await line.live(DAY)
    await DatabaseLedgerFold(database).fold(line.clock.now(), None, 1_000)
    assert (await line.ledger.history(site.url("a"))).folded_rechecks > 0
    unchanged = [event for event in await events_on(line.bus, ARTICLES) if isinstance(event, ArticleUnchanged)]
    looks = [event for event in unchanged if event.article_id == article_id_of(site.url("a"))]
    assert looks
    await purge(line, site)
    for look in looks:
        made = extracted(site.url("a"), HEADLINE, f"{SECRET} {text_of('late')}", entry="late")
        late = made.model_copy(update={"id": look.id, "entry_id": look.entry_id})
        await line.bus.publish([encode(late, traceparent=traceparent_for(late.entry_id))])
    assert await places(database, tables_url, SECRET) != []
    await line.work()
    await line.erasure.scrub()
    assert await places(database, tables_url, *WORDS) == []


async def test_an_entry_is_erased_though_the_process_that_decided_it_died_before(line, site, database, tables_url):
    await purge(line, site)
    late = extracted(site.url("a"), HEADLINE, f"{SECRET} {text_of('late')}", entry="late")
    await line.feeds.entries.book([sighting("late", site.url("a"))])
    await line.bus.publish([encode(late, traceparent=traceparent_for(late.entry_id))])
    await DatabaseArticles(database, near_window=DAYS).record(arrivals(late), decide, NOW)
    assert await places(database, tables_url, SECRET) != []
    await line.work()
    await line.erasure.scrub()
    assert await places(database, tables_url, *WORDS) == []


async def test_the_books_balance_and_the_story_is_still_told(line, site):
    await purge(line, site)
    for _ in range(4):  # every rung of the retries
        await line.live(3 * HOUR)
    balance = await audit(line.ledger, line.bus)
    assert balance.balanced
    assert (balance.lost, balance.pending, balance.unbooked) == (0, 0, 0)
    history = await line.ledger.history(site.url("a"))
    assert history.article.article_id == article_id_of(site.url("a"))
    assert [change.kind for change in history.changes] == ["published", "revised", "withdrawn"]
    assert [line.outcome.kind for line in history.entries][:2] == ["published", "revised"]


async def test_dead_letters_lose_the_words_too(line, site, database, tables_url):
    site.answer("a", reply(403))
    await line.live(4 * HOUR)
    assert "dead_letters" in await places(database, tables_url, FEED_TEXT)
    await purge(line, site)
    assert await places(database, tables_url, *WORDS) == []
    site.feed[0]["summary"] = f"{FEED_TEXT} at last"
    site.serve()
    site.answer("a", reply(403))
    await line.poll(site.url("feed"))
    await line.work()  # a dead letter that comes after the purge
    await line.erasure.erase_late()
    await line.erasure.scrub()
    assert await places(database, tables_url, *WORDS) == []


async def test_entries_of_other_articles_keep_their_words_though_they_come_in_one_batch(
    line, site, database, tables_url
):
    other = "Nothing happens elsewhere"
    tables = {"articles", "revisions", "changes", "sightings", "bus_records"}
    assert tables <= set(await places(database, tables_url, other))
    await purge(line, site)
    lines = [(await line.ledger.history(site.url(name))).entries for name in ("a", "other")]
    await line.erasure.erase_entries([each.sighting.entry_id for entries in lines for each in entries])
    assert tables <= set(await places(database, tables_url, other))


async def test_a_withdrawal_without_purge_keeps_the_texts_and_lasts(line, site, database, tables_url):
    with capture_logs() as lines:
        await withdraw(site.url("a"), "a mistake", line.withdrawing())
    assert [each["event"] for each in lines] == ["entry.outcome", "entry.found"]
    assert len({each["entry_id"] for each in lines}) == 1, "the lines count it as the books do"
    site.serve()
    await line.live(7 * HOUR)
    assert (await line.told())[3:] == ["withdrawn"]
    assert "revisions" in await places(database, tables_url, SECRET)
    await purge(line, site)
    assert (await line.told())[3:] == ["withdrawn", "withdrawn"]
    assert await places(database, tables_url, *WORDS) == []


async def test_the_latest_state_says_withdrawn_and_then_nothing_of_a_purged_article(line, site, database, tables_url):
    states = LatestStates(DatabaseStandingArticles(database), line.bus)
    await states.publish([article_id_of(site.url(name)) for name in ("a", "other")])
    ports = replace(line.withdrawing(), latest=states)
    await withdraw(site.url("a"), "a mistake", ports)
    records = {record.key: record for record in await on(line.bus, LATEST)}
    assert decode(records[str(article_id_of(site.url("a")))]).state == "withdrawn"
    await withdraw(site.url("a"), "order", ports, purge=True)
    records = {record.key: record for record in await on(line.bus, LATEST)}
    assert records[str(article_id_of(site.url("a")))].value == b""
    assert await places(database, tables_url, *WORDS) == []


async def test_an_address_without_an_article_is_refused(line, site):
    for url in ("https://n.example/none", "nonsense"):
        with pytest.raises(UsageError):
            await withdraw(url, "why", line.withdrawing())
    with pytest.raises(UsageError) as refused:
        await withdraw("https://ada:hunter2@n.example/none", "why", line.withdrawing())
    assert "hunter2" not in str(refused.value)
    assert len(await events_on(line.bus, CHANGES)) == 3


async def test_what_an_older_release_left_in_the_file_goes_too(sqlite_tables_url, sqlite_database):
    with closing(sqlite3.connect(sqlite_tables_url.removeprefix("sqlite:///"))) as older:
        older.executescript(
            f"PRAGMA secure_delete = OFF; CREATE TABLE old (words TEXT);"
            f"INSERT INTO old VALUES ('{SECRET * 500}'); DROP TABLE old;"
        )
    await DatabaseErasure(sqlite_database).scrub()
    assert await places(sqlite_database, sqlite_tables_url, SECRET) == []
