"""The process dies between the steps of the archive: no article without its page, no file that cannot be read."""

from datetime import timedelta

import pytest

from faults.crashing import run
from faults.test_crash_points import dies, environment
from newswire.assembly.backends import open_backends
from newswire.cli.demo import LaterClock
from newswire.domain.archive.names import FetchWindow
from newswire.events import ARTICLES
from newswire.settings import Settings, load
from support.books import check
from support.line import events_on
from support.publisher import Publisher
from support.raw_pages import read_by_both, warc_files

POINTS = ("write pages:after", "write index:after", "publish newswire.articles.v1:after")


async def published_with_their_pages(settings: Settings) -> int:
    """How many articles were published; each has its page in the archive, whole."""
    async with open_backends(settings) as backends:
        events = await events_on(backends.bus, ARTICLES)
        for event in events:
            at = event.article.fetched_at
            found = await backends.archive.find({event.entry_id: FetchWindow(at, at)})
            (line,) = [line for line in found if line.fetched_at == at]
            page = await backends.archive.read(line)
            assert page.body
            assert page.provenance.fetched_at == at
    return len(events)


@pytest.mark.parametrize("point", POINTS)
async def test_whenever_it_dies_no_article_is_without_its_page_and_every_file_can_be_read(point, tmp_path):
    pages = tmp_path / "pages"
    with Publisher(feeds=1, articles=4) as publisher:
        env = environment(tmp_path) | {"NEWSWIRE_ARCHIVE__URL": str(pages), "NEWSWIRE_ARCHIVE__BATCH_S": "0.05"}
        assert dies(point, env, publisher.feed_urls()), "this step was never taken, so nothing was tested"
        published = await published_with_their_pages(load(env))
        assert (published > 0) == point.startswith("publish")
        later = LaterClock()
        later.ahead = timedelta(minutes=1)  # what the dead one had leased is free again
        await run("none", 1, publisher.feed_urls(), load(env), later)
        assert await published_with_their_pages(load(env)) >= 4
        assert (await check(load(env), publisher)).articles == 4
    assert warc_files(pages)
    for path in warc_files(pages):
        assert read_by_both(path.read_bytes())
