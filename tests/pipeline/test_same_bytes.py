"""A page that is looked at again and has the bytes that its article was read from is not read again."""

import pytest

from newswire.domain.articles.body_digest import body_digests
from newswire.events import ArticleExtracted, ArticleUnchanged, PageValidators, article_id_of
from newswire.parsing.pages.version import version
from newswire.stages.article_reader import ArticleReader
from newswire.stages.extract import Extract
from support.line import EXTRACT_RULES, PAGE, entry, entry_record
from support.pages import page
from support.raw_pages import archive_in, lines_of
from support.web import answer

HTML = "text/html; charset=utf-8"


def look(digest=None, name="look", **more):
    asked = PageValidators(etag='"1"', body_sha256=digest)
    return entry(name, reason="recheck", feed=None, article_id=article_id_of(PAGE), validators=asked, **more)


def served(html=None, url=PAGE, content_type=HTML, **headers):
    return answer(url, page() if html is None else html, content_type=content_type, **headers)


@pytest.fixture
def fetch(web, workers, clock):
    """Fetch the page of an entry; gives what it came to, and in how many jobs for workers."""
    reader = ArticleReader(web, workers, clock, EXTRACT_RULES)

    async def run(found, response):
        web.serve(PAGE, response)
        before = len(workers.calls)
        reading = await reader.fetch(found)
        return reading, len(workers.calls) - before

    return run


@pytest.fixture
async def digest(fetch):
    """The digest that the first look leaves."""
    reading, jobs = await fetch(entry(), served())
    assert jobs == 1
    assert reading.event.body_sha256 == body_digests(version(), HTML, page().encode()).copied
    return reading.event.body_sha256


async def test_the_same_bytes_are_unchanged_without_a_job_for_workers(fetch, digest, clock):
    reading, jobs = await fetch(look(digest), served(etag='"2"'))
    assert jobs == 0
    assert isinstance(reading.event, ArticleUnchanged)
    assert reading.event.article_id == article_id_of(PAGE)
    assert reading.event.validators == PageValidators(etag='"2"', body_sha256=digest)
    assert reading.event.fetched_at == clock.now()


@pytest.mark.parametrize(
    "response",
    [
        served(page(title="An edit")),
        served(content_type="text/html; charset=iso-8859-2"),
        served(url="https://n.example/elsewhere/pier"),
        served(x_robots_tag="noindex, noarchive"),
    ],
    ids=["other bytes", "another charset", "another address", "no copy allowed since"],
)
async def test_a_page_that_may_say_something_else_is_read(fetch, digest, response):
    reading, jobs = await fetch(look(digest), response)
    assert jobs == 1
    assert isinstance(reading.event, ArticleExtracted)


async def test_a_page_is_read_again_with_another_version_of_the_extraction(fetch):
    _, jobs = await fetch(look(body_digests("an older one", HTML, page().encode()).copied), served())
    assert jobs == 1


async def test_only_a_re_check_goes_by_the_digest(fetch, digest):
    asked = PageValidators(body_sha256=digest)
    _, jobs = await fetch(entry("changed", reason="changed", validators=asked), served())
    assert jobs == 1


async def test_an_address_that_differs_in_form_alone_is_the_same(fetch, digest):
    _, jobs = await fetch(look(digest), served(url=f"{PAGE}?utm_source=feed"))
    assert jobs == 0


@pytest.mark.parametrize(
    ("html", "headers"),
    [(page('<meta name="robots" content="noarchive">'), {}), (page(), {"x_robots_tag": "noarchive"})],
    ids=["in the page", "in the answer"],
)
async def test_a_page_of_which_no_copy_is_allowed_is_not_read_again_and_not_archived(fetch, html, headers):
    first, _ = await fetch(entry(), served(html, **headers))
    reading, jobs = await fetch(look(first.event.body_sha256), served(html, **headers))
    assert (jobs, reading.event.kind) == (0, "unchanged")
    assert (first.page, reading.page) == (None, None)


async def test_a_page_that_is_gone_is_gone_whatever_its_bytes(fetch, digest):
    reading, _ = await fetch(look(digest), answer(PAGE, page(), 410, content_type=HTML))
    assert reading.event.kind == "gone"


async def test_the_archive_refers_to_the_page_that_it_has(bus, web, workers, clock, tmp_path, digest):
    archive = archive_in(tmp_path / "pages", clock)
    web.serve(PAGE, served())
    stage = Extract(bus, web, workers, clock, EXTRACT_RULES, archive)
    await stage.handle(entry_record())
    await clock.advance(60)
    await stage.handle(entry_record(look(digest)))
    lines = await lines_of(archive, clock)
    pages = [await archive.read(line) for line in lines]
    await archive.close()
    assert [line.body is None for line in lines] == [True, False], "a page, and a revisit of it"
    assert {each.body for each in pages} == {page().encode()}
    assert {each.provenance.extraction for each in pages} == {version()}
