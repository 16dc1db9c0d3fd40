"""`StoreRetention`: what nobody needs any more goes, and ids, hashes, positions, outcomes and decisions stay."""

import asyncio
import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from newswire.adapters.database import Database
from newswire.adapters.database.schema import schema_oldest
from newswire.adapters.erasure import DatabaseErasure
from newswire.adapters.search import DatabaseSearches, DatabaseSearchIndex
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.adapters.store.recheck_table import rechecks
from newswire.adapters.store.retention import DatabaseRetention
from newswire.adapters.store.tables import changes
from newswire.adapters.store.wire import DatabaseWire
from newswire.domain.articles.decide import decide
from newswire.domain.articles.dropped import FLAG, without_text
from newswire.domain.feeds.entries import Identified
from newswire.domain.feeds.parsed_feed import ParsedEntry
from newswire.domain.feeds.shown import noted
from newswire.domain.feeds.state import PollSaved
from newswire.domain.search.parse import parse_query
from newswire.events import article_id_of
from newswire.operations.drop_old import TEXTS, drop_texts
from newswire.operations.search_index import fill_index
from newswire.ports import DroppedLetters, DroppedTexts
from support.build import NOW, URL, arrivals, entry_id_of, extracted, feed, gone, letter, sighting, text_of
from support.searching import places
from support.stores import poll_store

DAY = timedelta(days=1)
LATER = NOW + 100 * DAY
COPY = "https://copies.example/1"
WINDOW = timedelta(days=14)


class Kept:
    """One database, and what the tests do with it."""

    def __init__(self, database):
        self.database = database
        self.entries = poll_store(database, linger_s=0).entries
        self.feeds = poll_store(database).feeds
        self.store = DatabaseArticles(database, near_window=WINDOW)
        self.ledger = DatabaseLedger(database)
        self.retention = DatabaseRetention(database)

    async def record(self, *events, at=NOW):
        """Record the events one by one; returns the changes."""
        return [change for event in events for change in await self.store.record(arrivals(event), decide, at)]

    async def rest(self, *urls):
        """Let the re-checks of all articles be over, or of these."""
        among = rechecks.c.article_id.in_([article_id_of(url) for url in urls]) if urls else True
        async with self.database.write() as connection:
            await connection.execute(delete(rechecks).where(among))

    async def shows(self, *urls, at=NOW, entries=()):
        """A poll that finds these addresses in the feed, under keys of their own, and these entries."""
        state = feed()
        state = replace(state, memory=replace(state.memory, noted_at=at))
        found = noted((*(Identified(ParsedEntry(), f"key of {url}", "f", url) for url in urls), *entries))
        await self.feeds.add([state])
        await self.entries.save(PollSaved(state, shown=found))

    async def drop(self, until=LATER, limit=1_000):
        """Drop to the end; gives the sums of the steps."""
        behind, texts, kept = None, 0, 0
        while True:
            page = await self.retention.drop_texts(until, behind, limit, LATER)
            texts, kept, behind = texts + page.texts, kept + page.kept, page.behind
            if behind is None:
                return texts, kept

    async def wire(self):
        return [json.loads(each.value) for each in await DatabaseWire(self.database).events_after(0, 1_000)]


@pytest.fixture
def kept(database):
    return Kept(database)


@pytest.fixture
async def twin(templates, tmp_path):
    """The same history in a store that drops nothing."""
    database = Database(templates.sqlite(tmp_path / "twin.db"))
    yield Kept(database)
    await database.close()


async def test_a_dropped_text_leaves_the_change_its_id_and_place_and_all_but_the_words(kept):
    event = extracted()
    described = event.article.model_copy(update={"description": "In short", "text_kinds": ("paragraph",)})
    (told,) = await kept.record(event.model_copy(update={"article": described}))
    await kept.rest()
    pretended = await kept.retention.drop_texts(LATER, None, 9, LATER, dry=True)
    page = await kept.retention.drop_texts(LATER, None, 9, LATER)
    assert page == pretended == DroppedTexts(1, len(described.text) + len("In short"), 0, None)
    expected = json.loads(told.value)
    expected["article"] |= {"text": "", "text_kinds": [], "description": None}
    expected["article"]["extraction"]["flags"] = [FLAG]
    assert await kept.wire() == [expected]
    assert await kept.drop() == (0, 0)


async def test_young_texts_stay_and_a_step_goes_on_behind_the_last_one(kept):
    for day in range(5):
        await kept.record(extracted(f"https://example.org/{day}", text=text_of(f"d{day}x")), at=NOW + day * DAY)
    await kept.rest()
    assert await kept.drop(NOW + 3 * DAY, limit=2) == (3, 0)
    assert [bool(change["article"]["text"]) for change in await kept.wire()] == [False, False, False, True, True]


async def test_what_is_to_be_looked_at_again_stays(kept):
    await kept.record(extracted())
    assert await kept.drop() == (0, 1)
    await kept.rest()
    assert await kept.drop() == (1, 0)


@pytest.mark.parametrize("by", ["key", "address"])
async def test_what_a_feed_shows_stays_until_the_feed_shows_it_no_more(kept, by):
    known = sighting("new", feed_id=feed().id, key=f"key of {URL}" if by == "key" else "another key")
    if by == "key":
        known = replace(known, url="https://example.org/under-another-address")
    await kept.entries.book([known])
    await kept.record(extracted(entry="new"))
    await kept.rest()
    await kept.shows(URL, "https://example.org/b", at=NOW + DAY)
    assert await kept.drop() == (0, 1)
    await kept.shows("https://example.org/b", at=NOW + 2 * DAY)
    assert await kept.drop() == (1, 0)


async def test_what_a_feed_shows_under_an_address_made_anew_stays(kept):
    again = sighting("again", f"{URL}?visit=2", feed_id=feed().id, key="key of all visits", follows=entry_id_of("new"))
    await kept.entries.book([sighting("new", f"{URL}?visit=1", feed_id=feed().id), again])
    await kept.record(extracted(entry="new"))
    await kept.rest()
    shown = Identified(ParsedEntry(), "key of all visits", "f", f"{URL}?visit=3")
    await kept.shows(at=NOW + DAY, entries=[shown])
    assert await kept.drop() == (0, 1)
    await kept.shows(at=NOW + 2 * DAY)
    assert await kept.drop() == (1, 0)


async def test_what_a_feed_brought_since_it_was_noted_stays_and_so_does_all_of_a_feed_that_never_was(kept):
    await kept.entries.book([sighting("new", feed_id=feed().id, at=NOW + DAY)])
    await kept.record(extracted(entry="new"))
    await kept.rest()
    await kept.feeds.add([feed()])
    assert await kept.drop() == (0, 1), "it was never noted"
    await kept.shows(at=NOW)
    assert await kept.drop() == (0, 1), "the entry came a day after"
    await kept.feeds.remove(feed().url)
    assert await kept.drop() == (1, 0), "nobody polls the feed any more"


async def test_a_text_that_was_replaced_goes_and_the_last_one_stays_while_a_feed_shows_the_article(kept):
    await kept.entries.book([sighting("new", feed_id=feed().id)])
    second = extracted(text=text_of("second"), at=NOW + DAY)
    first, revised = await kept.record(extracted(entry="new"), second)
    await kept.shows(URL, at=NOW + DAY)
    assert await kept.drop() == (1, 1)
    published, now = await kept.wire()
    assert (published["article"]["text"], now) == ("", json.loads(revised.value))
    await kept.rest()
    await kept.shows(at=NOW + 2 * DAY)
    assert await kept.drop() == (1, 0)
    _, now = await kept.wire()
    assert (now["article"]["text"], now["difference"]["passages"]) == ("", [])
    assert now["difference"]["added_words"] == json.loads(revised.value)["difference"]["added_words"]
    assert (first.position, revised.position) == (1, 2)


async def test_no_word_of_a_dropped_text_is_in_any_table_however_its_change_was_stored(kept, tables_url):
    words = "Zinnober und Quittenmus"
    async with kept.database.write() as connection:
        await connection.execute(update(schema_oldest).values(revision="0001"))  # changes are stored whole
    for number in (1, 2):
        await kept.record(extracted(text=f"{words} {text_of(f'n{number}x')}", at=NOW + number * DAY))
    await kept.rest()
    assert await kept.drop() == (2, 0)
    async with kept.database.read() as connection:
        stored = (await connection.execute(select(changes.c.value).order_by(changes.c.position))).scalars().all()
    assert [json.loads(value) for value in stored] == await kept.wire()
    found = await places(kept.database, tables_url, words)
    assert [name for name in found if "/" not in name] == [], "SQLite's files forget it when they are written anew"


async def test_the_words_leave_the_search_index_and_the_title_stays(kept):
    index, searches = DatabaseSearchIndex(kept.database), DatabaseSearches(kept.database)

    async def finds(words):
        return await searches.newest(parse_query(words), None, 9)

    await kept.record(extracted(title="Harbour news"), extracted(COPY, text=text_of("other")))
    await kept.rest(URL)
    await fill_index(index)
    assert await finds("word7") == (1,)
    assert await kept.drop() == (1, 1)
    assert (await finds("word7"), await finds("title:harbour")) == ((), (1,))
    await kept.record(extracted(title="Harbour news", text=text_of("fresh"), at=NOW + 9 * DAY))
    await fill_index(index)
    assert (await finds("word7"), await finds("fresh7"), await finds("other7")) == ((), (3,), (2,))


async def test_a_dropped_text_is_known_by_its_hashes(kept):
    await kept.record(extracted())
    await kept.rest()
    await kept.drop()
    before = await kept.ledger.balance()
    assert await kept.record(extracted(at=NOW + DAY, entry="again")) == []
    (copied,) = await kept.record(extracted(COPY, at=NOW + DAY))
    assert (copied.kind, json.loads(copied.value)["duplicate_of"]["evidence"]) == ("duplicate", "content-hash")
    revised, unlinked = await kept.record(extracted(text=text_of("second"), at=NOW + 2 * DAY))
    assert (revised.kind, json.loads(revised.value)["difference"], unlinked.kind) == ("revised", None, "unlinked")
    assert (await kept.ledger.balance()).unbooked == before.unbooked + 3


async def test_an_article_whose_text_was_dropped_moves_with_its_page_which_is_known_by_its_title(kept):
    await kept.entries.book([sighting("new"), sighting("moved"), sighting("another", at=NOW + DAY)])
    (first,) = await kept.record(extracted(entry="new"))
    await kept.rest()
    await kept.drop()
    now = NOW + 30 * DAY
    other, moved = await kept.record(
        extracted("https://example.org/other", "Another title", text_of("other"), now, entry="another"),
        extracted("https://example.org/there", text=f"{text_of('word')} and more", at=now, entry="moved"),
    )
    assert [other.kind, moved.kind] == ["published", "revised"]
    assert moved.article_id == first.article_id != other.article_id


async def test_a_dropped_text_can_be_purged(kept):
    await kept.record(extracted(title="Quarrel of the Locksmiths"))
    await kept.rest()
    await fill_index(DatabaseSearchIndex(kept.database))
    await kept.drop()
    await kept.record(gone(by="operator", purge=True, at=NOW + DAY))
    await DatabaseErasure(kept.database).erase(article_id_of(URL))
    published, withdrawn = await kept.wire()
    assert (published["article"]["title"], withdrawn["purged"]) == (None, True)
    assert not await DatabaseSearches(kept.database).newest(parse_query("locksmiths"), None, 9)


async def test_a_text_that_somebody_writes_to_is_passed_over(kept):
    if kept.database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    await kept.record(extracted(), extracted(COPY, text=text_of("other")))
    await kept.rest()
    async with kept.database.write() as writer:
        await writer.execute(select(changes).where(changes.c.article_id == article_id_of(URL)).with_for_update())
        assert (await kept.retention.drop_texts(LATER, None, 10, LATER)).texts == 1
    assert await kept.drop() == (1, 0)


async def test_dead_letters_go_by_the_time_at_which_they_failed_or_were_sent_again(kept):
    names = ("old", "sent", "late")
    at = {"old": NOW, "sent": NOW, "late": NOW + 10 * DAY}
    letters = {name: letter(name, at=at[name]) for name in names}
    await kept.entries.book([sighting(name) for name in names])
    await kept.store.record_dead([*letters.values(), letter(None, "invalid-record")])
    await kept.ledger.mark_retried(letters["sent"].id, NOW + 10 * DAY)
    before = await kept.ledger.balance()
    assert await kept.retention.drop_letters(NOW + 9 * DAY, 1, dry=True) == DroppedLetters(2, 2)
    assert await kept.retention.drop_letters(NOW + 9 * DAY, 1) == DroppedLetters(1, 1)
    assert await kept.retention.drop_letters(NOW + 9 * DAY, 9) == DroppedLetters(1, 1)
    left = {line.letter.id async for line in kept.ledger.dead(retried=True)}
    assert left == {letters[name].id for name in ("sent", "late")}
    assert await kept.retention.drop_letters(NOW + 11 * DAY, 9) == DroppedLetters(2, 1)
    assert await kept.ledger.balance() == before
    await kept.store.record_dead([letters["old"]])  # the topic is read again from its beginning
    assert await kept.ledger.balance() == before
    assert await kept.retention.drop_letters(NOW + 9 * DAY, 9) == DroppedLetters(1, 1)


async def test_the_operation_works_step_by_step_and_stops_at_its_bound(kept, clock):
    at = clock.now() - 40 * DAY
    batch = [extracted(f"https://example.org/{n}", text=text_of(f"n{n}x"), at=at) for n in range(2 * TEXTS + 10)]
    await kept.store.record(arrivals(*batch), decide, at)
    await kept.rest()
    told = []
    assert (await drop_texts(kept.retention, clock, 50, passed=told.append)).texts == 0
    bounded = await drop_texts(kept.retention, clock, 30, most=TEXTS, passed=told.append)
    assert (bounded.texts, bounded.behind is None) == (TEXTS, False)
    assert (await drop_texts(kept.retention, clock, 30, dry=True)).texts == TEXTS + 10
    assert (await drop_texts(kept.retention, clock, 30, behind=bounded.behind, passed=told.append)).behind is None
    assert told == [0, TEXTS, TEXTS, TEXTS + 10]


@pytest.mark.parametrize("seed", range(2))
async def test_whatever_happens_the_wire_is_that_of_a_store_that_drops_nothing_but_for_the_words(kept, twin, seed):
    """What a feed shows is edited; what it showed before comes again as it was, or is copied."""
    dice = random.Random(seed)
    urls = [f"https://example.org/{n}" for n in range(3)]
    shown, said, both = list(urls), {}, (kept, twin)

    async def poll():
        urls.append(f"https://example.org/{len(urls)}")
        shown[:] = [*dice.sample(shown, 2), urls[-1]]
        await asyncio.gather(*(each.shows(*shown, at=now) for each in both))

    async def edit():
        await take(dice.choice(shown), "T", f"{text_of(dice.choice('abc'))} {prose_of(dice)}")

    async def look():
        url = dice.choice(sorted(said))
        await take(url, *said[url])

    async def copy():
        title, text = dice.choice([*said.values(), ("T", text_of("e"))])
        await take(f"https://copies.example/{now:%d}", title, dice.choice([text, f"{text} more"]))

    async def take(url, title, text):
        said[url] = (title, text)
        event = extracted(url, title, text, now, entry=f"{url} {now}")
        if url in shown:
            await asyncio.gather(*(each.entries.book([sighting(event, url, now, feed_id=feed().id)]) for each in both))
        told = [await each.record(event, at=now) for each in both]
        assert told[0] == told[1]

    async def bury():
        dead = [letter(f"{now}")]
        await asyncio.gather(*(each.store.record_dead(dead) for each in both))
        await kept.retention.drop_letters(now - dice.randrange(9) * DAY, 100)

    async def drop():
        await asyncio.gather(*(each.rest() for each in both))
        await kept.drop(now - dice.randrange(1, 20) * DAY, dice.choice([3, 50]))

    now = NOW
    await asyncio.gather(*(each.shows(*shown) for each in both))
    await edit()
    for step in range(1, 25):
        now = NOW + step * DAY
        await dice.choice([poll, edit, edit, look, copy, copy, bury, drop])()
        assert await kept.ledger.balance() == await twin.ledger.balance()
    told, there = await kept.wire(), await twin.wire()
    assert list(map(wordless, told)) == list(map(wordless, there))
    assert any(FLAG in change["article"]["extraction"]["flags"] for change in told if "article" in change)


def prose_of(dice):
    return " ".join(dice.choice(["harbour", "meeting", "council", "river", "bridge", "winter"]) for _ in range(20))


def wordless(change):
    """A change without what is dropped with a text."""
    if "article" in change:
        change["article"] = without_text(change["article"])
    if change.get("difference"):
        change["difference"]["passages"] = []
    return change
