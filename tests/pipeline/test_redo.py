"""Archived pages extracted again: the difference is told first, published once, and never over a newer fetch."""

from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from newswire.adapters.store.past_entries import DatabasePastEntries
from newswire.adapters.store.recheck_table import rechecks
from newswire.adapters.store.retention import DatabaseRetention
from newswire.adapters.store.standing import DatabaseStandingArticles
from newswire.adapters.store.tables import feeds
from newswire.domain.text.fingerprint import content_hash, word_count
from newswire.domain.text.signature import text_part
from newswire.errors import Wait
from newswire.operations.audit import audit
from newswire.operations.redo.redo import Redo, RedoPorts
from newswire.operations.withdraw import withdraw
from newswire.parsing.jobs import parse_page
from newswire.stages.article_reader import ArticleReader
from support.polling import HOUR
from support.prose import prose
from support.whole_line import EXTRACT, PROSE, Site, whole_line
from support.workers import Inline

LATER = timedelta(days=2)
ADVICE = tuple(prose(99).split("\n"))
"""What a site prints above each of its articles."""
BYLINE = "By our reporter at the harbour, who has been there since the morning."


ABOVE = {BYLINE, *ADVICE}


class WithoutTheByline(Inline):
    """A newer extraction: it knows what is no part of the text."""

    async def run(self, function, *args, deadline_s):
        found = await super().run(function, *args, deadline_s=deadline_s)
        if function is not parse_page:
            return found
        lines = [
            (line, kind) for line, kind in zip(found.text.split("\n"), found.kinds, strict=True) if line not in ABOVE
        ]
        text = "\n".join(line for line, _ in lines)
        hashes = text_facts(text)
        return replace(found, text=text, kinds=tuple(kind for _, kind in lines), version="next", **hashes)


def text_facts(text):
    return {"content_hash": content_hash(text), "word_count": word_count(text), "text_codes": text_part(text)}


@pytest.fixture
async def line(sqlite_database, tmp_path):
    async with whole_line(sqlite_database, near_window=timedelta(days=14), archive_folder=tmp_path / "pages") as made:
        yield made


@pytest.fixture
async def site(server, line):
    """Two articles; the text of one begins with a line that is none of it."""
    site = Site(server)
    site.print("plain", "Nothing happens elsewhere", prose(7).split("\n"))
    site.print("a", "Quarrel at the harbour", [BYLINE, *PROSE])
    await line.add(server.url("/feed"))
    await line.work()
    return site


@pytest.fixture
def compared(line):
    """Compare the archive of the last days with what is stored; gives back the run, which may be published then."""
    with ExitStack() as runs:

        async def compare(workers=None, sources=()):
            def reader_at(clock):
                return ArticleReader(line.web, workers or WithoutTheByline(), clock, EXTRACT)

            ports = RedoPorts(
                archive=line.archive,
                past=DatabasePastEntries(line.database),
                standing=DatabaseStandingArticles(line.database),
                articles=line.articles,
                entries=line.feeds.entries,
                bus=line.bus,
                clock=line.clock,
                reader_at=reader_at,
            )
            run = runs.enter_context(closing(Redo(ports, samples=9)))
            now = line.clock.now()
            await run.compare(now - LATER, now, sources, lambda at: None)
            return run

        yield compare


def gathered(run):
    run._spool.seek(0)
    return run._spool.read()


async def balanced(line):
    balance = await audit(line.ledger, line.bus)
    return balance.balanced and not balance.unbooked


async def test_the_same_extraction_finds_no_difference_and_publishes_nothing(line, site, compared):
    told = await line.told()
    run = await compared(Inline())
    assert run.report.counts() == {"pages": 2, "outcomes": {"same": 2}, "fields": {}}
    assert await run.publish() == 0
    assert await line.told() == told


async def test_another_extraction_is_shown_first_and_then_published_as_a_revision(line, site, compared):
    told = await line.told()
    run = await compared()
    assert run.report.counts()["outcomes"] == {"changed": 1, "same": 1}
    (sample,) = run.report.shown
    assert (sample["url"], sample["fields"]) == (site.url("a"), ["text", "text_kinds"])
    assert sample["words"]["passages"][0]["removed"] == BYLINE
    assert await line.told() == told
    assert await run.publish() == 1
    change = (await line.wire())[-1]
    assert (change.kind, change.changed, change.revision) == ("revised", ("extraction",), 2)
    assert BYLINE not in change.article.text
    assert (change.article.extraction.version, change.article.fetched_at) == ("next", change.article.extracted_at)
    assert await balanced(line)
    assert (await compared()).report.counts()["outcomes"] == {"same": 2}


async def test_a_dropped_text_is_compared_by_its_hash_and_comes_back_where_it_is_read_otherwise(line, site, compared):
    async with line.database.write() as connection:
        await connection.execute(delete(rechecks))  # as if weeks had passed, and no feed showed the articles
        await connection.execute(delete(feeds))
    until = line.clock.now() + HOUR
    assert (await DatabaseRetention(line.database).drop_texts(until, None, 9, until)).texts == 2
    assert (await compared(Inline())).report.counts()["outcomes"] == {"same": 2}
    run = await compared()
    assert run.report.counts()["outcomes"] == {"changed": 1, "same": 1}
    assert "words" not in run.report.shown[0]
    assert await run.publish() == 1
    change = (await line.wire())[-1]
    assert (change.kind, change.difference, PROSE[0] in change.article.text) == ("revised", None, True)
    assert (await compared()).report.counts()["outcomes"] == {"same": 2}


async def test_two_runs_over_the_same_pages_give_the_same_bytes(line, site, compared):
    first = await compared()
    await line.clock.advance(HOUR.total_seconds())
    second = await compared()
    assert gathered(first) == gathered(second) != b""
    assert (first.report.shown, first.report.counts()) == (second.report.shown, second.report.counts())


async def test_a_damaged_page_is_counted_and_the_others_are_read(line, site, compared, tmp_path):
    damaged, _ = [found async for found in line.archive.pages(line.clock.now() - LATER, line.clock.now())]
    path = tmp_path / "pages" / damaged.place.file
    data = bytearray(path.read_bytes())
    data[damaged.place.offset + damaged.place.length - 60] ^= 0xFF
    path.write_bytes(data)
    outcomes = (await compared()).report.counts()["outcomes"]
    assert outcomes.pop("damaged") == 1
    assert sum(outcomes.values()) == 1


async def test_only_the_page_of_the_stored_text_is_read_again(line, site, compared):
    site.print("a", "Quarrel at the harbour", [BYLINE, *PROSE, "It ended at noon, when everybody went home for lunch."])
    await line.live(3 * HOUR)
    (newest,) = [change for change in await line.wire() if change.kind == "revised"]
    run = await compared()
    assert run.report.outcomes["superseded"] >= 1
    await run.publish()
    change = (await line.wire())[-1]
    assert change.article.fetched_at == newest.article.fetched_at
    assert change.article.text == newest.article.text.replace(BYLINE + "\n", "")


async def test_an_article_that_changed_since_the_comparison_is_left_alone(line, site, compared):
    run = await compared()
    site.print("a", "Quarrel at the harbour", [BYLINE, *PROSE, "It ended at noon, when everybody went home for lunch."])
    await line.live(3 * HOUR)
    told = await line.wire()
    assert told[-1].kind == "revised"
    await run.publish()
    assert [change.id for change in await line.wire()] == [change.id for change in told]
    assert await balanced(line)


async def test_what_was_recorded_and_not_published_is_published_by_the_next_run_with_the_same_bytes(
    line, site, compared
):
    line.bus.away = 1
    with pytest.raises(Wait):
        await (await compared()).publish()
    assert {change.kind for change in await line.wire()} == {"published"}
    run = await compared()
    assert run.report.counts()["outcomes"] == {"same": 2}
    assert await run.publish() == 1
    revised = [change for change in await line.wire() if change.kind == "revised"]
    assert [change.changed for change in revised] == [("extraction",)]
    assert await balanced(line)
    assert await (await compared()).publish() == 0


async def test_a_duplicate_stays_one_with_its_new_text_and_is_unlinked_where_the_new_text_differs(
    line, site, compared, server
):
    other = Site(server)
    other.print("copy", "Quarrel at the harbour", [BYLINE, *PROSE])
    other.print("apart", "A museum of lamps", [*ADVICE, *prose(11).split("\n")[:1]])
    other.print("apart-too", "A museum of more lamps", [*ADVICE, *prose(12).split("\n")[:1]])
    await line.add(server.url("/feed"))
    await line.poll(server.url("/feed"))
    await line.work()
    before = {each.url: each async for each in line.ledger.articles() if each.kind == "duplicate"}
    assert len(before) == 2
    await (await compared()).publish()
    after = {each.url: each async for each in line.ledger.articles()}
    kinds = {after[url].kind for url in before}
    assert kinds == {"duplicate", "published"}
    (unlinked,) = [change for change in await line.wire() if "unlinked" in getattr(change, "changed", ())]
    assert unlinked.changed == ("extraction", "unlinked")
    assert await balanced(line)


async def test_a_withdrawn_article_is_not_brought_back_and_other_sources_are_left_alone(line, site, compared):
    await withdraw(site.url("a"), "a mistake", line.withdrawing())
    run = await compared()
    assert run.report.outcomes == {"withdrawn": 1, "same": 1}
    assert (await compared(sources={"other.example"})).report.counts()["pages"] == 0
