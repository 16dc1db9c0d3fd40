"""Feeds and pages that mean harm, in the worker processes that they are parsed in."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from newswire.domain.articles.parsed_page import ParsedPage
from newswire.domain.feeds.parsed_feed import ParsedFeed
from newswire.errors import Reject
from newswire.parsing.feeds.document import parse_feed
from newswire.parsing.pages.page import parse_page
from newswire.runtime.pool import Pool
from support.hostile_documents import DOCUMENTS, URL, Document, html, rss

pytestmark = pytest.mark.alone
"""A process has one fork server, and these need it without what other tests have it load."""

DEADLINE_S = 20
SHORT_DEADLINE_S = 1
"""For what may take too long: it is the deadline that is tested then, not the patience of this suite."""
MEMORY = 1 << 30


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[Pool]:
    pool = Pool(2, memory_bytes=MEMORY, preload=["newswire.parsing.preload"])
    yield pool
    await pool.close()


async def outcome(pool: Pool, document: Document) -> str:
    deadline_s = SHORT_DEADLINE_S if "too-slow" in document.outcome else DEADLINE_S
    try:
        parsed = await pool.run(document.parse, document.body(), URL, None, deadline_s=deadline_s)
    except Reject as error:
        return error.reason
    assert isinstance(parsed, ParsedFeed | ParsedPage)
    return "read"


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
async def test_a_hostile_document_is_read_or_rejected_within_its_limits_and_harms_no_neighbour(document, pool):
    async with asyncio.TaskGroup() as group:
        hostile = group.create_task(outcome(pool, document))
        neighbour = group.create_task(pool.run(parse_feed, rss("").encode(), URL, None, deadline_s=DEADLINE_S))
    assert hostile.result() in document.outcome
    assert len(neighbour.result().entries) == 3


@pytest.fixture
def impatient() -> Iterator[None]:
    """Whoever should ask the network after all is not waited for."""
    socket.setdefaulttimeout(1)
    yield
    socket.setdefaulttimeout(None)


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE rss SYSTEM "{url}a.dtd">',
        '<!DOCTYPE rss PUBLIC "-//A//B" "{url}a.dtd">',
        '<!DOCTYPE rss [<!ENTITY b SYSTEM "{url}a">]>',
        '<!DOCTYPE rss [<!ENTITY % a SYSTEM "{url}a"> %a;]>',
        '<?xml-stylesheet type="text/xsl" href="{url}a"?>',
    ],
)
@pytest.mark.parametrize("kind", ["feed", "broken feed", "page"])
def test_no_document_makes_its_parser_ask_the_network(before, kind, impatient):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        asking = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}"/><img src="{url}">&b;'
        asking += f'<link rel="stylesheet" href="{url}"><script src="{url}"></script><iframe src="{url}"></iframe>'
        begins = before.format(url=url)
        if kind == "page":
            parse_page((begins + html(asking)).encode(), URL)
        else:
            well_formed = rss("&b;", begins)
            parse_feed((well_formed if kind == "feed" else rss(f"<a<!foo {asking}", begins)).encode(), URL)
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_no_entity_is_a_file_of_this_machine(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    for entity in (f'<!ENTITY b SYSTEM "{secret.as_uri()}">', f'<!ENTITY b SYSTEM "{secret}">'):
        for broken in ("", "<a<!foo "):
            feed = rss(broken, f"<!DOCTYPE rss [{entity}]>", "<description>&b;</description>")
            assert "hunter2" not in repr(parse_feed(feed.encode(), URL))
        page = parse_page((f"<!DOCTYPE html [{entity}]>" + html("<p>&b;</p>")).encode(), URL)
        assert "hunter2" not in repr(page)
