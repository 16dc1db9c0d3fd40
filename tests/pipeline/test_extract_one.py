"""One page by itself ends exactly as it would in the stage: the same article, or the same reason for none."""

from dataclasses import replace

import pytest

from newswire.contracts import decode
from newswire.errors import Reject, Retry, UsageError
from newswire.events import ARTICLES, DEAD, RETRIES
from newswire.operations.extract_one import extract_document, extract_url
from newswire.stages.article_reader import ArticleReader, PageRules
from newswire.stages.extract import Extract, ExtractRules
from newswire.stages.failures import LAST_ERROR
from newswire.stages.limits import MAX_EVENT_BYTES
from support.line import PAGE, RETRY_DELAYS, entry, entry_record, on
from support.pages import PARAGRAPHS, page
from support.web import answer
from support.workers import Inline

RULES = PageRules(max_bytes=1_000_000, timeout_s=10, deadline_s=10, obey_robots=True)
STUB = "<html><title>Pier</title><article><p>The pier is closed today.</p></article></html>"
EMPTY = "<html><body></body></html>"


def html(body, url=PAGE):
    return answer(url, body, content_type="text/html")


@pytest.fixture
def reader(web, workers, clock):
    return ArticleReader(web, workers, clock, RULES)


@pytest.fixture
def in_the_stage(bus, web, workers, clock):
    """The record that the stage makes of an entry with this page and nothing else."""

    async def run():
        rules = ExtractRules(
            max_bytes=1_000_000,
            timeout_s=10,
            deadline_s=10,
            obey_robots=True,
            retry_delays=RETRY_DELAYS,
            dead_letter_limit=3,
        )
        found = entry(feed=None, title=None, found_at=clock.now())
        await Extract(bus, web, workers, clock, rules).handle(entry_record(found))
        (record,) = [record for topic in (ARTICLES, DEAD, *RETRIES) for record in await on(bus, topic)]
        return record

    return run


@pytest.mark.parametrize("body", [page(), STUB], ids=["page", "stub"])
async def test_the_article_is_the_stages(web, reader, clock, in_the_stage, body):
    web.serve(PAGE, html(body))
    article = await extract_url(PAGE, reader, clock)
    assert article == decode(await in_the_stage()).article
    alone, staged = web.requests
    assert alone == staged


@pytest.mark.parametrize(
    "answered",
    [
        html(EMPTY),
        answer(PAGE, status=404),
        answer(PAGE, status=304),
        html(page(), url="https://n.example/"),
        html(page(), url="https://consent.n.example/?to=pier"),
        answer(PAGE, b"%PDF-1.7 ...", content_type="application/pdf"),
        Reject("robots", "disallowed"),
    ],
    ids=["no-text", "404", "304", "front-page", "consent", "pdf", "robots"],
)
async def test_a_page_that_the_stage_rejects_is_rejected_for_the_same_reason(
    web, reader, clock, in_the_stage, answered
):
    web.serve(PAGE, answered)
    with pytest.raises(Reject) as raised:
        await extract_url(PAGE, reader, clock)
    assert raised.value.reason == decode(await in_the_stage()).reason


@pytest.mark.parametrize("answered", [answer(PAGE, status=503), answer(PAGE, status=429), Retry("dns", "no host")])
async def test_a_failure_that_may_pass_is_one_here_too(web, reader, clock, in_the_stage, answered):
    web.serve(PAGE, answered)
    with pytest.raises(Retry) as raised:
        await extract_url(PAGE, reader, clock)
    assert (await in_the_stage()).header(LAST_ERROR).partition(":")[0] == raised.value.reason


async def test_a_saved_page_is_read_as_if_it_came_from_its_address(web, reader, clock):
    article = await extract_document(page().encode(), PAGE, reader, clock)
    assert (article.canonical_url, article.text) == (PAGE, "\n".join(PARAGRAPHS))
    assert web.asked == []


async def test_a_saved_page_without_text_is_rejected(reader, clock):
    with pytest.raises(Reject) as raised:
        await extract_document(EMPTY.encode(), None, reader, clock)
    assert raised.value.reason == "no-text"


async def test_an_article_that_the_log_would_not_take_is_rejected(web, clock):
    class Verbose(Inline):
        async def run(self, *arguments, deadline_s):
            return replace(await super().run(*arguments, deadline_s=deadline_s), text="x" * MAX_EVENT_BYTES)

    with pytest.raises(Reject) as raised:
        await extract_document(page().encode(), PAGE, ArticleReader(web, Verbose(), clock, RULES), clock)
    assert raised.value.reason == "too-large"


@pytest.mark.parametrize("url", ["ftp://n.example/a", "http://"])
async def test_an_impossible_address_is_a_mistake_of_the_person_who_named_it(reader, clock, url):
    with pytest.raises(UsageError, match="not an address"):
        await extract_url(url, reader, clock)
