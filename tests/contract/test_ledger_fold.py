"""`LedgerFold`: the audit says the same before, between and after the steps, whatever happens meanwhile."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from newswire.adapters.database import Database
from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.adapters.store.ledger_fold import DatabaseLedgerFold
from newswire.adapters.store.tables import ledger_totals, outcomes, sightings
from newswire.domain.articles.decide import decide
from newswire.domain.feeds.state import PollSaved
from newswire.domain.ledger import Outcome
from newswire.events import article_id_of
from newswire.operations.fold_ledger import fold_ledger
from support.build import NOW, URL, arrivals, entry_id_of, extracted, feed, gone, letter, sighting, text_of, unchanged
from support.stores import poll_store

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LATER = NOW + 100 * DAY


def recheck(number, url=URL, at=NOW):
    """The line of a re-check as `poll` books it."""
    line = sighting(f"recheck {number} {url}", url, at, key=str(article_id_of(url)), reason="recheck")
    return replace(line, fingerprint=f"recheck-{number}")


class Books:
    """One database, and what the tests do with it."""

    def __init__(self, database):
        self.database = database
        self.entries = poll_store(database, linger_s=0).entries
        self.store = DatabaseArticles(database)
        self.ledger = DatabaseLedger(database)
        self.folding = DatabaseLedgerFold(database)

    async def audit(self):
        """The balance, but for how much of it is folded; and what is pending."""
        return replace(await self.ledger.balance(), folded=0), {each async for each in self.ledger.pending()}

    async def fold(self, until=LATER, limit=1_000):
        """Fold to the end; gives the sums of the steps, after each of which the audit said the same."""
        before, behind, lines, deleted = await self.audit(), None, 0, 0
        while True:
            page = await self.folding.fold(until, behind, limit)
            assert await self.audit() == before
            lines, deleted, behind = lines + page.lines, deleted + page.deleted, page.behind
            if behind is None:
                return lines, deleted


@pytest.fixture
def books(database):
    return Books(database)


@pytest.fixture
async def twin(templates, tmp_path):
    """Books of the same history that nobody folds."""
    database = Database(templates.sqlite(tmp_path / "twin.db"))
    yield Books(database)
    await database.close()


async def count(database, table, *conditions):
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(table).where(*conditions))


async def test_lines_that_ended_are_counted_by_month_and_others_stay_open(books):
    lines = [sighting("new"), sighting("copy", "https://copy.example/a"), sighting("dead", at=NOW + 40 * DAY)]
    lines += [sighting("follower", follows=entry_id_of("new")), sighting("follows dead", follows=entry_id_of("dead"))]
    await books.entries.book([*lines, sighting("way"), sighting("young", at=LATER)])
    await books.store.record_dead([letter("dead", "timeout")])
    events = extracted(entry="new"), extracted("https://copy.example/a", entry="copy"), unchanged(entry="young")
    await books.store.record(arrivals(*events), decide, NOW)
    assert (await books.folding.foldable(LATER)).lines == 5
    lines, deleted = await books.fold()
    assert (lines, deleted, (await books.ledger.balance()).folded) == (5, 0, 5), "a follower may be folded before"
    async with books.database.read() as connection:
        totals = {tuple(row) for row in await connection.execute(select(ledger_totals))}
    assert totals == {
        ("2026-03", "published", "", 1),
        ("2026-03", "duplicate", "", 1),
        ("2026-03", "unchanged", "", 1),
        ("2026-03", "rejected", "timeout", 1),
        ("2026-04", "rejected", "timeout", 1),
    }
    assert await books.fold() == (0, 0)
    assert (await books.folding.foldable(LATER)).lines == 0


async def test_re_checks_lose_their_line_and_an_address_keeps_the_line_that_brought_it(books):
    moved = "https://example.org/moved"
    looks = [recheck(n, url, NOW + n * MINUTE) for n in range(1, 4) for url in (URL, moved)]
    await books.entries.book([sighting("new"), *looks, sighting("way", at=NOW + 9 * MINUTE)])
    events = [unchanged(entry=f"recheck {n} {url}", at=NOW + n * DAY) for n in range(1, 4) for url in (URL, moved)]
    await books.store.record(arrivals(extracted(entry="new"), *events), decide, NOW)
    known = await books.entries.known_urls([URL, moved])
    assert await books.fold() == (7, 5)
    assert await books.entries.known_urls([URL, moved]) == known, "the first look at `moved` is all that names it"
    assert await count(books.database, outcomes) == 7, "a record that comes again finds that it was decided"
    assert (await books.ledger.history(URL)).folded_rechecks == 5


async def test_lines_that_a_poll_or_an_operator_asks_for_again_stay(books):
    kept = [sighting("tombstone", reason="recheck", feed_id=feed().id), sighting("redo", reason="recheck")]
    await books.entries.book([sighting("new"), *kept, sighting("line", reason="import")])
    events = [unchanged(entry=name) for name in ("tombstone", "redo", "line")]
    await books.store.record(arrivals(extracted(entry="new"), *events), decide, NOW)
    assert await books.fold() == (4, 0)


async def test_a_folded_rejection_that_comes_to_something_takes_its_followers_along(books):
    follower = sighting("follower", follows=entry_id_of("dead"))
    await books.entries.book([sighting("dead"), follower, recheck(1)])
    await books.store.record_dead([letter("dead", "timeout"), letter(f"recheck 1 {URL}", "http-404")])
    assert await books.fold() == (3, 0)
    await books.store.record(arrivals(extracted(entry="dead"), unchanged(entry=f"recheck 1 {URL}")), decide, NOW)
    balance = await books.ledger.balance()
    assert +Counter(balance.outcomes) == {"published": 1, "unchanged": 2}
    assert (balance.found, balance.reasons, balance.pending, balance.folded) == (3, {}, 0, 3)


async def test_a_folded_follower_that_ends_by_itself_counts_by_that(books):
    await books.entries.book([sighting("dead"), sighting("one", follows=entry_id_of("dead"))])
    await books.store.record_dead([letter("dead", "timeout")])
    assert await books.fold() == (2, 0)
    await books.store.record(arrivals(extracted(entry="one")), decide, NOW)
    balance = await books.ledger.balance()
    assert +Counter(balance.outcomes) == {"published": 1, "rejected": 1}
    assert (balance.reasons, balance.unbooked) == ({"timeout": 1}, 0)


async def test_a_line_that_is_written_to_is_passed_over(database, books):
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    await books.entries.book([sighting("one"), sighting("two")])
    await books.store.record(arrivals(extracted(entry="one"), unchanged(entry="two")), decide, NOW)
    async with database.write() as writer:
        await writer.execute(select(sightings).where(sightings.c.entry_id == entry_id_of("one")).with_for_update())
        assert (await books.folding.fold(LATER, None, 10)).lines == 1
    assert await books.fold() == (1, 0)


@pytest.mark.parametrize("most", [None, 300])
async def test_the_operation_folds_step_by_step_what_is_old_enough(books, clock, most):
    at = clock.now() - 20 * DAY
    await books.entries.book([sighting(f"e{n}", at=at + n * MINUTE) for n in range(1_100)])
    await books.store.record_dead([letter(f"e{n}") for n in range(1_100)])
    told = []
    done = await fold_ledger(books.folding, clock, 14, most=most, passed=told.append)
    assert told == ([500, 1_000, 1_100] if most is None else [500])
    assert (done.lines, done.behind is None) == (told[-1], most is None)
    assert (await fold_ledger(books.folding, clock, 30)).lines == 0


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_the_books_are_those_that_nobody_folded(books, twin, seed):
    dice = random.Random(seed)
    urls = [f"https://example.org/{n}" for n in range(6)]
    names = [f"e{n}" for n in range(15)]
    booked = []

    def lines():
        for _ in range(dice.randint(1, 5)):
            name, at = dice.choice(names), NOW + dice.randrange(90) * DAY
            follows = entry_id_of(dice.choice(booked)) if booked and dice.random() < 0.3 else None
            own = Outcome("rejected", NOW, "no-link") if dice.random() < 0.1 else None
            booked.append(name)
            yield sighting(name, dice.choice(urls), at, follows=follows, outcome=own)

    async def poll():
        poll = PollSaved(feed(), tuple({line.entry_id: line for line in lines()}.values()))
        return [await each.entries.save(poll) for each in (books, twin)]

    async def look():
        new = [recheck(dice.randrange(3), dice.choice(urls), NOW + dice.randrange(90) * DAY) for _ in range(3)]
        fresh = {line.entry_id: line for line in new if line.entry_id not in looked}
        looked.update(fresh)
        return [await each.entries.book(list(fresh.values())) for each in (books, twin)]

    async def decide_some():
        batch = []
        for _ in range(dice.randint(1, 6)):
            url, at = dice.choice(urls), NOW + dice.randrange(90) * MINUTE
            name = dice.choice([*names, *(f"recheck {n} {url}" for n in range(3))])
            made = extracted(url, dice.choice("TU"), text_of(dice.choice("abc")), at, entry=name)
            batch.append(dice.choice([made, unchanged(url, at, entry=name), gone(url, at, entry=name)]))
        told = [await each.store.record(arrivals(*batch), decide, NOW) for each in (books, twin)]
        assert told[0] == told[1]

    async def bury():
        name = dice.choice([*names, *(f"recheck {n} {url}" for n in range(3) for url in urls)])
        dead = [letter(name, dice.choice(["timeout", "http-404"]))]
        return [await each.store.record_dead(dead) for each in (books, twin)]

    async def fold():
        await books.fold(NOW + dice.randrange(120) * DAY, dice.choice([1, 3, 50]))

    looked = {}
    for _ in range(30):
        await dice.choice([poll, look, decide_some, decide_some, bury, bury, fold])()
        assert await books.audit() == await twin.audit()
        leads = [await each.entries.known_urls(urls) for each in (books, twin)]
        assert leads[0] == leads[1]
    await books.fold()
    assert (await books.ledger.balance()).folded > 0
