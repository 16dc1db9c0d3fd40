"""`ConsoleReads` over both engines: the list behind each number of the books has as many rows as the number says."""

from datetime import timedelta

import pytest

from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.adapters.store.reading.console import DatabaseConsoleReads
from newswire.domain.articles.decide import decide
from newswire.domain.ledger import OUTCOMES
from newswire.events import article_id_of
from newswire.ports import TimePlace
from support.build import NOW, URL, arrivals, entry_id_of, extracted, feed, gone, letter, sighting, unchanged
from support.stores import poll_store

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
COPY = "https://copy.example/a"
NAMES = ("new", "copy", "same", "edit", "gone", "dead", "way")


@pytest.fixture
def reads(database):
    return DatabaseConsoleReads(database)


@pytest.fixture
def store(database):
    return DatabaseArticles(database)


async def fill(database, store):
    """One entry of each outcome, one on its way, and followers of a rejected, a pending and a published one."""
    books = [
        sighting(name, COPY if name == "copy" else URL, at=NOW + number * MINUTE) for number, name in enumerate(NAMES)
    ]
    followers = [sighting(f"follows {name}", follows=entry_id_of(name)) for name in ("new", "dead", "way")]
    await poll_store(database).entries.book([*books, *followers])
    await store.record_dead([letter("dead", "timeout")])
    batch = arrivals(
        extracted(entry="new"),
        extracted(COPY, entry="copy"),
        unchanged(entry="same"),
        extracted(title="Edit", at=NOW + MINUTE, entry="edit"),
        gone(at=NOW + HOUR, entry="gone"),
    )
    await store.record(batch, decide, NOW)


async def entries(reads, outcome, *, reason=None, size=2):
    found, behind = [], None
    while page := await reads.entries(outcome, reason, behind, size):
        found += page
        behind = TimePlace(page[-1].found_at, page[-1].entry_id)
    return found


async def test_the_list_behind_each_number_is_as_long_as_the_number_says(database, store, reads):
    await fill(database, store)
    balance = await DatabaseLedger(database).balance()
    listed = {outcome: await entries(reads, outcome) for outcome in OUTCOMES}
    assert {outcome: len(rows) for outcome, rows in listed.items()} == balance.outcomes
    assert len(await entries(reads, None)) == balance.pending == 2
    for outcome, rows in listed.items():
        assert {row.outcome for row in rows} == {outcome}
        assert len({row.entry_id for row in rows}) == len(rows)
        assert [row.found_at for row in rows] == sorted((row.found_at for row in rows), reverse=True)


async def test_rejected_entries_are_listed_by_their_reason(database, store, reads):
    await fill(database, store)
    assert {row.entry_id for row in await entries(reads, "rejected", reason="timeout")} == {
        entry_id_of("dead"),
        entry_id_of("follows dead"),
    }
    assert await entries(reads, "rejected", reason="http-404") == []


async def test_a_listed_entry_leads_to_its_article(database, store, reads):
    await fill(database, store)
    (row,) = await entries(reads, "published")
    assert row.article_id == article_id_of(URL)


async def test_arrivals_are_counted_by_feed_and_day_of_utc(database, reads):
    ours, other = feed("https://a.example/feed"), feed("https://b.example/feed")
    midnight = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
    moments = {"a": midnight - MINUTE, "b": midnight, "c": midnight + 23 * HOUR, "old": midnight - 5 * DAY}
    found = [sighting(name, feed_id=ours.id, at=at) for name, at in moments.items()]
    found += [sighting("again", feed_id=ours.id, at=midnight, reason="changed")]
    found += [sighting("theirs", feed_id=other.id, at=midnight)]
    await poll_store(database).entries.book(found)
    counted = await reads.arrivals([ours.id], midnight - DAY)
    assert counted == {ours.id: {(midnight - DAY).date(): 1, midnight.date(): 2}}


async def test_recent_changes_are_the_newest_and_no_older_than_asked(store, reads):
    for number in range(5):
        at = NOW + number * HOUR
        await store.record(arrivals(extracted(f"https://example.org/{number}", at=at)), decide, at)
    found = await reads.recent_changes(NOW + HOUR, 3)
    assert [at for _, at in found] == [NOW + 4 * HOUR, NOW + 3 * HOUR, NOW + 2 * HOUR]
    assert len(await reads.recent_changes(NOW + HOUR, 100)) == 4


async def test_dead_letters_are_counted_and_listed_until_they_are_sent_again(database, store, reads):
    letters = [letter(name, reason) for name, reason in (("a", "timeout"), ("b", "timeout"), ("c", "http-404"))]
    await store.record_dead(letters)
    assert [(group.reason, group.count) for group in await reads.dead_groups()] == [("timeout", 2), ("http-404", 1)]
    first = await reads.dead_heads("timeout", None, 1, retried=False)
    rest = await reads.dead_heads("timeout", TimePlace(first[0].failed_at, first[0].letter_id), 5, retried=False)
    assert {row.letter_id for row in (*first, *rest)} == {letters[0].id, letters[1].id}
    assert (first[0].message, first[0].attempts) == (letters[0].message, letters[0].attempts)
    await DatabaseLedger(database).mark_retried(letters[0].id, NOW)
    assert [(group.reason, group.count) for group in await reads.dead_groups()] == [("http-404", 1), ("timeout", 1)]
    assert len(await reads.dead_heads(None, None, 9, retried=False)) == 2
    assert len(await reads.dead_heads(None, None, 9, retried=True)) == 3
