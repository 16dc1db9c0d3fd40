"""Every published article's page is in the archive first; explain names its place, a purge reaches it."""

import gzip
from datetime import timedelta

import pytest

from newswire.adapters.erasure import ErasureWithPages
from newswire.adapters.store.ledger_fold import DatabaseLedgerFold
from newswire.errors import Wait
from newswire.events import ARTICLES
from newswire.operations.explain import explain, pages_of
from newswire.operations.withdraw import withdraw
from newswire.stages.extract import Extract
from support.httpserver import reply
from support.line import EXTRACT_RULES, PAGE, entry_record, events_on
from support.pages import page
from support.polling import DAY, HOUR
from support.raw_pages import archive_in, lines_of, read_by_both, warc_files
from support.web import answer
from support.whole_line import PROSE, Site, whole_line

SECRET = "Zinnober und Quittenmus verdarben"


@pytest.fixture
async def archive(tmp_path, clock):
    made = archive_in(tmp_path / "pages", clock)
    yield made
    await made.close()


class Watched:
    """The archive; it is away for a while, and notes what was published when a page was kept."""

    def __init__(self, archive, bus):
        self._archive, self._bus = archive, bus
        self.away = 0
        self.published_before: list[int] = []

    async def pack(self, page):
        return await self._archive.pack(page)

    async def keep(self, page):
        self.published_before.append(len(await events_on(self._bus, ARTICLES)))
        if self.away:
            self.away -= 1
            raise Wait("the archive is away", dependency="archive")
        await self._archive.keep(page)


def served(web, html, **headers):
    web.serve(PAGE, answer(PAGE, html, content_type="text/html", **headers))


async def test_a_page_is_archived_before_its_article_is_published(bus, web, workers, clock, archive):
    watched = Watched(archive, bus)
    served(web, page())
    await Extract(bus, web, workers, clock, EXTRACT_RULES, watched).handle(entry_record())
    (event,) = await events_on(bus, ARTICLES)
    (line,) = await lines_of(archive, clock)
    assert watched.published_before == [0]
    assert (line.entry_id, line.article_id) == (event.entry_id, event.article.article_id)
    assert (await archive.read(line)).body == page().encode()


async def test_while_the_archive_is_away_nothing_is_published_and_the_publisher_is_asked_once(
    bus, web, workers, clock, archive
):
    watched, record = Watched(archive, bus), entry_record()
    watched.away = 2
    served(web, page())
    stage = Extract(bus, web, workers, clock, EXTRACT_RULES, watched)
    for _ in range(2):
        with pytest.raises(Wait):
            await stage.handle(record)
    assert await events_on(bus, ARTICLES) == []
    await stage.handle(record)
    assert (len(web.requests), len(await events_on(bus, ARTICLES)), len(await lines_of(archive, clock))) == (1, 1, 1)


@pytest.mark.parametrize(
    ("meta", "header", "kept"),
    [("noarchive", "", 0), ("", "noarchive", 0), ("", "otherbot: nocache", 0), ("noindex", "", 1)],
)
async def test_a_page_whose_publisher_forbids_copies_is_published_and_not_archived(
    bus, web, workers, clock, archive, meta, header, kept
):
    html = page().replace("<head>", f'<head><meta name="robots" content="{meta}">')
    assert f'content="{meta}"' in html
    served(web, html, x_robots_tag=header)
    await Extract(bus, web, workers, clock, EXTRACT_RULES, archive).handle(entry_record())
    assert (len(await events_on(bus, ARTICLES)), len(await lines_of(archive, clock))) == (1, kept)


@pytest.fixture
async def line(sqlite_database, tmp_path):
    async with whole_line(sqlite_database, archive_folder=tmp_path / "pages") as made:
        yield made


async def explained(line, url):
    found = await explain(url, line.ledger, line.feeds.feeds)
    return await pages_of(found.story, line.archive, line.clock.now())


async def test_the_pages_of_a_purged_article_are_gone_those_of_others_stay_and_explain_says_so(
    line, server, sqlite_database, tmp_path
):
    site = Site(server)
    site.print("other", "Nothing happens elsewhere", PROSE[::-1])
    site.print("a", "Quarrel of the locksmiths", [*PROSE, f"{SECRET} on the first day."])
    await line.add(server.url("/feed"))
    await line.work()
    site.print("a", "Quarrel of the locksmiths", [*PROSE, f"{SECRET} on the second day."])
    await line.live(3 * HOUR)
    pages = await explained(line, site.url("a"))
    assert len(pages) == len({each.fetched_at for each in pages}) >= 2
    assert all([await line.archive.read(each) for each in pages])
    ports = line.withdrawing()
    assert isinstance(ports.erasure, ErasureWithPages)
    await withdraw(site.url("a"), "a court order", ports, purge=True)
    assert await explained(line, site.url("a")) == ()
    left = await lines_of(line.archive, line.clock)
    assert left
    assert {each.url for each in left} == {site.url("other")}
    for path in warc_files(tmp_path):
        read_by_both(path.read_bytes())
        assert SECRET.encode() not in gzip.decompress(path.read_bytes())


async def test_a_purge_reaches_the_pages_of_looks_that_are_folded(line, server, tmp_path):
    site = Site(server)
    site.print("a", "Quarrel of the locksmiths", PROSE)
    await line.add(server.url("/feed"))
    await line.work()
    _, _, html = server.routes["/a"].partition(b"\r\n\r\n")
    site.answer("a", reply(200, html + f"<!-- {SECRET} -->".encode(), content_type="text/html; charset=utf-8"))
    await line.live(3 * HOUR)
    assert await line.told() == ["published"], "the looks found the same words"
    assert any(SECRET.encode() in gzip.decompress(path.read_bytes()) for path in warc_files(tmp_path))
    await line.live(8 * DAY)
    folded = await DatabaseLedgerFold(line.database).fold(line.clock.now(), None, 1_000)
    assert folded.deleted == (await line.ledger.history(site.url("a"))).folded_rechecks > 1
    await withdraw(site.url("a"), "a court order", line.withdrawing(), purge=True)
    assert await lines_of(line.archive, line.clock) == []
    assert all(SECRET.encode() not in gzip.decompress(path.read_bytes()) for path in warc_files(tmp_path))


async def test_a_page_that_arrives_after_the_purge_is_erased_when_its_entry_is_decided(line, server, tmp_path):
    site = Site(server)
    site.print("a", "Quarrel of the locksmiths", [*PROSE, f"{SECRET} on the first day."])
    await line.add(server.url("/feed"))
    await line.work()
    await withdraw(site.url("a"), "a court order", line.withdrawing(), purge=True)
    site.feed[0]["title"] = "Quarrel at length"
    site.print("a", "Quarrel at length", [*PROSE, f"{SECRET} on the second day."])
    await line.clock.advance(timedelta(hours=1).total_seconds())
    await line.poll(site.url("feed"))
    await line.work()
    assert await lines_of(line.archive, line.clock) == []
    assert warc_files(tmp_path)
    assert all(SECRET.encode() not in gzip.decompress(path.read_bytes()) for path in warc_files(tmp_path))
