"""WARC files imported: each page with an article is published and booked once, whatever else the file holds."""

import gzip
import io
import zlib
from datetime import UTC, datetime

import pytest

from newswire.adapters.archive.members import members
from newswire.adapters.archive.warc_file import warc_records
from newswire.domain.archive import warc
from newswire.errors import Wait
from newswire.events import ARTICLES, CHANGES, stable_id
from newswire.operations.audit import audit
from newswire.operations.import_pages import ImportPorts, import_pages
from newswire.stages.article_reader import ArticleReader
from newswire.stages.store import Store
from support.line import EXTRACT_RULES, events_on, on
from support.pages import page
from support.raw_pages import archive_in, keep, lines_of, raw_page, warc_files

LIMIT = 300_000


@pytest.fixture
async def archive(tmp_path, clock):
    made = archive_in(tmp_path / "pages", clock)
    yield made
    await made.close()


@pytest.fixture
def imported(feeds, bus, web, workers, archive, clock):
    """Import a file; gives back the report and the offsets until which all was durable."""

    async def run(data, start=0):
        def reader_at(page_time):
            return ArticleReader(web, workers, page_time, EXTRACT_RULES)

        offsets = []
        ports = ImportPorts(feeds.entries, bus, reader_at, archive, clock)
        records = warc_records(io.BytesIO(data), start, LIMIT)
        return await import_pages(records, "x.warc.gz", ports, offsets.append), offsets

    return run


@pytest.fixture
def stored(articles, bus, clock):
    async def run():
        await Store(articles, bus, clock, dead_letter_limit=3).handle(await on(bus, ARTICLES))
        return await events_on(bus, CHANGES)

    return run


class CommonCrawl:
    """A file as CC-NEWS has it: WARC/1.0, requests beside responses, bodies as the server coded them."""

    def __init__(self, date="2025-02-03T04:05:06Z"):
        self.data = b""
        self.date = date
        self.add("warcinfo", "", b"software: other\r\n")

    def add(self, kind, url, body, status="200 OK", **headers):
        line = {"request": "GET / HTTP/1.1", "response": f"HTTP/1.1 {status}"}.get(kind)
        if line is not None:
            named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
            body = f"{line}\r\n{named}\r\n".encode() + body
        head = (
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{stable_id(kind, url, len(self.data))}>\r\n"
            f"WARC-Date: {self.date}\r\nWARC-Target-URI: {url}\r\nContent-Length: {len(body)}\r\n"
            f"Content-Type: application/http; msgtype={kind}\r\n\r\n"
        )
        self.data += gzip.compress(head.encode() + body + b"\r\n\r\n")

    def page(self, name, **more):
        self.add("request", f"https://n.example/{name}", b"")
        self.add("response", f"https://n.example/{name}", page(title=f"Pier {name}").encode(), **HTML | more)


HTML = {"content_type": "text/html; charset=utf-8"}


async def test_pages_of_another_archive_become_articles_of_the_time_of_their_fetch(
    imported, stored, clock, archive, ledger, bus
):
    crawl = CommonCrawl()
    crawl.page("a")
    crawl.add(
        "response", "https://n.example/b", gzip.compress(page(title="Pier b").encode()), content_encoding="gzip", **HTML
    )
    crawl.page("missing", status="404 Not Found")
    crawl.add("response", "https://n.example/c.pdf", b"%PDF-1.4", content_type="application/pdf")
    crawl.add("response", "not an address", page().encode(), **HTML)
    report, _ = await imported(crawl.data)
    assert report.outcomes == {
        "imported": 2, "skipped-warcinfo": 1, "skipped-request": 2, "skipped-http-404": 1, "skipped-not-html": 1,
        "skipped-bad-url": 1,
    }  # fmt: skip
    changes = await stored()
    assert [change.article.title for change in changes] == ["Pier a | The Gazette", "Pier b | The Gazette"]
    for change in changes:
        assert change.article.fetched_at.isoformat() == "2025-02-03T04:05:06+00:00"
        assert (change.article.extraction.body_from, change.article.http) == ("page", None)
        assert "from:x.warc.gz" in change.article.extraction.flags
    assert (await audit(ledger, bus)).balanced
    found = [line async for line in archive.pages(changes[0].article.fetched_at, clock.now().replace(year=2027))]
    assert {line.article_id for line in found} == {change.article_id for change in changes}


async def test_our_own_pages_bring_along_what_their_feed_said(imported, stored, clock, archive, tmp_path):
    other = archive_in(tmp_path / "other", clock)
    await keep(other, raw_page("a", page(title="").encode(), at=clock.now(), url="https://n.example/a"))
    (file,) = warc_files(tmp_path / "other")
    report, _ = await imported(file.read_bytes())
    assert report.outcomes == {"imported": 1, "skipped-warcinfo": 1}
    (change,) = await stored()
    assert (change.article.feed.title, change.article.rights.robots_allowed) == ("The Gazette", True)
    assert "insecure" in change.article.extraction.flags
    assert len(await lines_of(archive, clock)) == 1


async def test_the_same_file_twice_is_one_sighting_of_each_page(imported, stored, ledger, bus):
    crawl = CommonCrawl()
    crawl.page("a")
    await imported(crawl.data)
    await imported(crawl.data)
    assert len({event.id for event in await events_on(bus, ARTICLES)}) == 1
    assert {change.kind for change in await stored()} == {"published"}
    assert (await ledger.balance()).found == 1


def cut(data):
    return data[:-40]


def flipped(data):
    return (
        data[: len(data) // 2]
        + bytes(byte ^ 0x5A for byte in data[len(data) // 2 :][:30])
        + data[len(data) // 2 + 30 :]
    )


def with_rubbish(data):
    at = data.index(b"\x1f\x8b\x08", len(data) // 2)
    return data[:at] + b"rubbish \x1f\x8b\x08 rubbish" + data[at:]


def with_a_bomb(data):
    at = data.index(b"\x1f\x8b\x08", len(data) // 2)
    return data[:at] + zlib.compress(bytes(9_000_000), 9, 31) + data[at:]


@pytest.mark.parametrize("damaged", [cut, flipped, with_rubbish, with_a_bomb])
async def test_a_record_that_cannot_be_read_is_named_and_those_behind_it_are_imported(imported, damaged):
    crawl = CommonCrawl()
    for number in range(9):
        crawl.page(str(number))
    whole, _ = await imported(crawl.data)
    report, _ = await imported(damaged(crawl.data))
    assert whole.outcomes["imported"] == 9
    assert report.outcomes["imported"] >= 8
    assert report.faults
    assert all(0 < offset < len(damaged(crawl.data)) for offset, _ in report.faults)


def test_a_body_that_its_coding_makes_huge_is_a_fault():
    crawl = CommonCrawl()
    bomb = gzip.compress(bytes(9_000_000))
    crawl.add("response", "https://n.example/bomb", bomb, content_encoding="gzip", **HTML)
    _, found = warc_records(io.BytesIO(crawl.data), 0, LIMIT)
    assert "more than 300,000 bytes" in found.fault


def test_reading_can_go_on_behind_every_record():
    crawl = CommonCrawl()
    for number in range(3):
        crawl.page(str(number))
    whole = list(warc_records(io.BytesIO(crawl.data), 0, LIMIT))
    for number, record in enumerate(whole):
        assert list(warc_records(io.BytesIO(crawl.data), record.end, LIMIT)) == whole[number + 1 :]


async def test_an_interrupted_import_goes_on_and_books_every_page(imported, bus, ledger):
    crawl = CommonCrawl()
    for number in range(40):
        crawl.page(str(number))
    calls = []

    def away_at_the_second(messages):
        calls.append(messages)
        bus.away = len(calls) == 2

    bus.watch = away_at_the_second
    with pytest.raises(Wait):
        await imported(crawl.data)
    before = (await ledger.balance()).found
    records = list(warc_records(io.BytesIO(crawl.data), 0, LIMIT))
    report, offsets = await imported(crawl.data, start=records[31].end)
    assert 0 < before < 40
    assert before + report.outcomes["imported"] == (await ledger.balance()).found == 40
    assert offsets[-1] == len(crawl.data)


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
async def test_a_page_of_an_impossible_time_is_passed_over(imported, date):
    crawl = CommonCrawl(date)
    crawl.page("a")
    crawl.date = "2025-02-03T04:05:06Z"
    crawl.page("b")
    report, _ = await imported(crawl.data)
    assert (report.outcomes["imported"], report.outcomes["skipped-bad-date"]) == (1, 1)


def about(record_id, block, kind="application/json"):
    fields = {"Content-Type": kind, "WARC-Refers-To": warc.urn(record_id)}
    return gzip.compress(warc.record("metadata", stable_id("about"), datetime(2025, 2, 3, tzinfo=UTC), block, fields))


def test_what_another_archive_says_about_a_page_is_no_provenance():
    crawl = CommonCrawl()
    at = len(crawl.data)
    crawl.add("response", "https://n.example/a", page().encode(), **HTML)
    crawl.data += about(stable_id("response", "https://n.example/a", at), b'{"crawler": "another"}')
    _, found, beside = warc_records(io.BytesIO(crawl.data), 0, LIMIT)
    assert (found.page.provenance, found.page.url) == (None, "https://n.example/a")
    assert beside.skipped == "metadata"


def test_a_file_that_is_compressed_as_a_whole_is_a_fault_that_says_so():
    crawl = CommonCrawl()
    crawl.page("a")
    crawl.page("b")
    (found,) = warc_records(io.BytesIO(gzip.compress(gzip.decompress(crawl.data))), 0, LIMIT)
    assert "warcio recompress" in found.fault


def test_false_beginnings_of_a_record_cost_no_more_than_their_bytes():
    """Each beginning has a name that ends at the end of the file: read anew for each, that is the square of it."""
    file = Counted(b"\x1f\x8b\x08\x08" * 100_000 + b"\x00" + b"\xff" * 9)
    assert all(member.fault for member in members(file, 0, LIMIT))
    assert file.given < 100 * len(file.getvalue())


class Counted(io.BytesIO):
    """A file that counts the bytes that it gives."""

    given = 0

    def read(self, size=-1):
        data = super().read(size)
        self.given += len(data)
        return data
