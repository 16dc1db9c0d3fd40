"""`LedgerFold`: the audit says the same before, between and after the steps, whatever happens meanwhile."""

import base64
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
from newswire.adapters.store.tables import articles, ledger_totals, outcomes, sightings
from newswire.domain.articles.decide import decide
from newswire.domain.articles.recheck import recheck_entry_id
from newswire.domain.feeds.state import PollSaved
from newswire.domain.ledger import Outcome
from newswire.events import article_id_of, stable_id
from newswire.operations.fold_ledger import fold_ledger
from support.build import NOW, URL, arrivals, entry_id_of, extracted, feed, gone, letter, sighting, text_of, unchanged
from support.line import entry as found_entry
from support.stores import poll_store

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LATER = NOW + 100 * DAY


def recheck(number, url=URL, at=NOW, *, of=None):
    """The line of a re-check as `poll` books it, of the article ``of`` at ``url``."""
    article_id = article_id_of(of or url)
    line = sighting(of_look(unchanged(), number, of or url), url, at, key=str(article_id), reason="recheck")
    return replace(line, fingerprint=f"recheck-{number}")


def of_look(event, number, url=URL):
    """The event as that of a re-check of the article at ``url``."""
    entry_id = recheck_entry_id(article_id_of(url), number)
    return event.model_copy(update={"entry_id": entry_id, "id": stable_id("article-event", entry_id)})


def letter_of_look(number, reason="timeout", url=URL):
    """The dead letter of a re-check of the article at ``url``."""
    article_id = article_id_of(url)
    entry_id = recheck_entry_id(article_id, number)
    asked = found_entry(url=url, id=entry_id, reason="recheck", article_id=article_id)
    value = base64.b64encode(asked.model_dump_json().encode()).decode()
    made = {"entry_id": asked.id, "id": stable_id("letter", asked.id, reason), "value_base64": value}
    return letter("look", reason).model_copy(update=made)


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
    await books.store.record(arrivals(extracted(entry="new")), decide, NOW)
    looks = [recheck(n, moved if n > 3 else URL, NOW + n * MINUTE, of=URL) for n in range(1, 7)]
    await books.entries.book([sighting("new"), *looks, sighting("way", at=NOW + 9 * MINUTE)])
    events = [of_look(unchanged(at=NOW + n * MINUTE), n) for n in range(1, 7)]
    await books.store.record(arrivals(*events), decide, NOW)
    known = await books.entries.known_urls([URL, moved])
    assert await books.fold() == (7, 5)
    assert await books.entries.known_urls([URL, moved]) == known, "the first look at `moved` is all that names it"
    assert await count(books.database, outcomes) == 2, "of the article, and of the first look at `moved`"
    assert (await books.ledger.history(URL)).folded_rechecks == 5


async def test_a_folded_look_that_comes_again_changes_nothing(books):
    await books.store.record(arrivals(extracted(entry="new")), decide, NOW)
    await books.entries.book([sighting("new"), *(recheck(n, at=NOW + n * MINUTE) for n in (1, 2))])
    await books.store.record(arrivals(*(of_look(unchanged(at=NOW + n * MINUTE), n) for n in (1, 2))), decide, NOW)
    assert await books.fold() == (3, 2)
    before = await books.audit()
    other = extracted(text=text_of("other"), at=NOW + DAY)
    again = [of_look(unchanged(), 1), of_look(gone(at=NOW + DAY), 1), of_look(other, 2)]
    assert await books.store.record(arrivals(*again), decide, NOW) == ()
    assert await books.audit() == before
    [change] = await books.store.record(arrivals(of_look(other, 3)), decide, NOW)
    assert change.kind == "revised", "the next look, which comes before its line"


async def test_a_folded_look_is_not_booked_again(books):
    await books.store.record(arrivals(extracted(entry="new")), decide, NOW)
    await books.entries.book([sighting("new"), recheck(1, at=NOW + MINUTE)])
    await books.store.record(arrivals(of_look(unchanged(at=NOW + MINUTE), 1)), decide, NOW)
    assert await books.fold() == (2, 1)
    before = await books.audit()
    await books.entries.book([recheck(1, at=NOW + MINUTE)])
    assert await books.audit() == before


async def test_a_redo_before_a_look_is_booked_hides_no_edit(books):
    await books.store.record(arrivals(extracted(entry="new")), decide, NOW)
    redo = sighting("redo", key=str(article_id_of(URL)), reason="recheck", fingerprint="redo")
    await books.entries.book([sighting("new"), redo])
    edited = extracted(text=text_of("other"), at=NOW + MINUTE)
    [change] = await books.store.record(arrivals(of_look(edited, 1)), decide, NOW)
    assert change.kind == "revised"


async def test_a_folded_look_that_comes_again_and_fails_is_in_the_books_once(books):
    await books.store.record(arrivals(extracted(entry="new")), decide, NOW)
    await books.entries.book([sighting("new"), recheck(1, at=NOW + MINUTE)])
    await books.store.record(arrivals(of_look(unchanged(at=NOW + MINUTE), 1)), decide, NOW)
    assert await books.fold() == (2, 1)
    before = await books.audit()
    await books.store.record_dead([letter_of_look(1), letter_of_look(2), letter("x", "timeout")])
    found, pending = await books.audit()
    assert (replace(found, unbooked=0), pending) == before
    assert found.unbooked == 2, "the next look, which failed before its line is booked, and the other entry"
    assert len([line async for line in books.ledger.dead()]) == 3


async def test_a_look_that_a_line_follows_keeps_its_line_and_its_outcome(books):
    await books.store.record(arrivals(extracted(entry="new")), decide, NOW)
    look = recheck(1, at=NOW + MINUTE)
    follower = sighting("follower", at=NOW + DAY, follows=look.entry_id)
    await books.entries.book([sighting("new"), look, follower])
    await books.store.record(arrivals(of_look(unchanged(at=NOW + MINUTE), 1)), decide, NOW)
    assert await books.fold(NOW + 2 * MINUTE) == (2, 0)
    assert await books.fold() == (1, 0)
    assert (await books.ledger.balance()).pending == 0


async def test_lines_that_a_poll_or_an_operator_asks_for_again_stay(books):
    kept = [
        sighting("tombstone", reason="recheck", fingerprint="f", feed_id=feed().id),
        sighting("redo", reason="recheck", fingerprint="redo"),
    ]
    await books.entries.book([sighting("new"), *kept, sighting("line", reason="import")])
    events = [unchanged(entry=name) for name in ("tombstone", "redo", "line")]
    await books.store.record(arrivals(extracted(entry="new"), *events), decide, NOW)
    assert await books.fold() == (4, 0)


async def test_a_folded_rejection_that_comes_to_something_takes_its_followers_along(books):
    follower = sighting("follower", follows=entry_id_of("dead"))
    await books.store.record(arrivals(extracted(entry="new")), decide, NOW)
    await books.entries.book([sighting("new"), sighting("dead"), follower, recheck(1, at=NOW + MINUTE)])
    looked = letter("dead", "http-404").model_copy(update={"entry_id": recheck(1).entry_id, "id": recheck(1).entry_id})
    await books.store.record_dead([letter("dead", "timeout"), looked])
    assert await books.fold() == (4, 1), "the look that failed leaves its outcome"
    await books.store.record(arrivals(unchanged(entry="dead"), of_look(unchanged(), 1)), decide, NOW)
    balance = await books.ledger.balance()
    assert +Counter(balance.outcomes) == {"published": 1, "unchanged": 3}
    assert (balance.found, balance.reasons, balance.pending, balance.folded) == (4, {}, 0, 4)


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
    assert told == ([250, 750, 1_100] if most is None else [250, 750])
    assert (done.lines, done.behind is None) == (told[-1], most is None)
    assert (await fold_ledger(books.folding, clock, 30)).lines == 0


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_the_books_are_those_that_nobody_folded(books, twin, seed):  # noqa: C901  # seven steps
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
        async with books.database.read() as connection:
            known = list((await connection.execute(select(articles.c.canonical_url))).scalars())
        for url in dice.choices(known, k=3) if known else ():
            looked[url] += 1
            line = recheck(looked[url], url, NOW + dice.randrange(30, 90) * DAY)
            assert [await each.entries.book([line]) for each in (books, twin)]

    def entry(event, url):
        """The event for one of the entries, or for a look at the article, of which the last may not be booked yet."""
        return event if dice.random() < 0.4 else of_look(event, dice.randint(1, looked[url] + 1), url)

    async def decide_some():
        batch = []
        for _ in range(dice.randint(1, 6)):
            url, at = dice.choice(urls), NOW + dice.randrange(90) * MINUTE
            name = dice.choice(names)
            made = extracted(url, dice.choice("TU"), text_of(dice.choice("abc")), at, entry=name)
            event = dice.choice([made, unchanged(url, at, entry=name), gone(url, at, entry=name)])
            batch.append(entry(event, url) if looked[url] else event)
        told = [await each.store.record(arrivals(*batch), decide, NOW) for each in (books, twin)]
        assert told[0] == told[1]

    async def bury():
        reason = dice.choice(["timeout", "http-404"])
        looks = [letter_of_look(n, reason, url) for url in looked for n in range(1, looked[url] + 1)]
        dead = dice.choice([letter(dice.choice(names), reason), *looks])
        return [await each.store.record_dead([dead]) for each in (books, twin)]

    async def fold():
        await books.fold(NOW + dice.randrange(120) * DAY, dice.choice([1, 3, 50]))

    looked = Counter()
    for _ in range(30):
        await dice.choice([poll, look, decide_some, decide_some, bury, bury, fold])()
        assert await books.audit() == await twin.audit()
        leads = [await each.entries.known_urls(urls) for each in (books, twin)]
        assert leads[0] == leads[1]
    await books.fold()
    assert (await books.ledger.balance()).folded > 0
