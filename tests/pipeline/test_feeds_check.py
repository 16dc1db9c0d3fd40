"""A feed is checked as the poller would ask it, and nothing is saved."""

import pytest

from newswire.adapters.store.sources import DatabaseSources
from newswire.cli.feed_contents import check_row
from newswire.domain.articles.drift.states import DriftAlarm, SignalState, SourceState
from newswire.domain.feeds.credentials import for_feed, secret_header
from newswire.domain.feeds.memory import FeedOptions
from newswire.errors import Reject
from newswire.operations.feeds_check import check_feed
from newswire.operations.subscribe import subscription
from newswire.stages.poll.feed_reader import ReadRules
from support.fakes import START
from support.web import answer, atom

FEED = "https://n.example/feed"
RULES = ReadRules(max_bytes=1000, timeout_s=5, deadline_s=10, obey_robots=True)
SECRET = for_feed(FEED, [secret_header("x-key", "1")])


@pytest.fixture
def checked(sqlite_database, feeds, web, workers):
    async def run(url=FEED):
        return await check_feed(
            subscription(url, START), feeds.feeds, DatabaseSources(sqlite_database), web, workers, RULES
        )

    return run


async def test_the_answer_and_the_document_are_returned_and_nobody_is_subscribed(checked, feeds, web):
    web.serve(FEED, answer(FEED, atom({"id": "1"}), etag='"1"'))
    found = await checked()
    assert (found.url, found.response.headers["etag"], found.document.title) == (FEED, '"1"', "The Gazette")
    assert [entry.id for entry in found.document.entries] == ["1"]
    assert found.known is None
    assert await feeds.feeds.all() == ()


async def test_a_known_feed_is_asked_with_its_credentials_and_its_leave(checked, feeds, web):
    web.serve(FEED, answer(FEED, atom()))
    await feeds.feeds.add([subscription(FEED, START)])
    await checked()
    await feeds.feeds.set_options(FEED, FeedOptions(credentials=SECRET, ignore_robots=True))
    assert (await checked()).known.url == FEED
    assert [(request.credentials, request.obey_robots) for request in web.requests] == [(None, True), (SECRET, False)]
    assert {(request.max_bytes, request.timeout_s, request.truncate) for request in web.requests} == {(1000, 5, True)}


async def test_what_is_not_as_usual_at_the_sources_of_its_entries_is_shown(checked, sqlite_database, web):
    drifting = SourceState({"author": SignalState(alarm=DriftAlarm(START, 1, 0.1))}, drifting_since=START)
    await DatabaseSources(sqlite_database).judge(["n.example", "other.example"], lambda *_: (drifting, ()))
    web.serve(FEED, answer(FEED, atom({"id": "1", "link": "https://n.example/pier"})))
    (row,) = check_row(await checked())["sources"]
    assert (row["source"], row["drifting_since"]) == ("n.example", START.isoformat())
    assert row["signals"]["author"] | {"usual": 0} == {
        "state": "drifting", "usual": 0, "articles": 0, "since": START.isoformat(), "measured": 0.1
    }  # fmt: skip


async def test_an_answer_without_a_document_is_an_answer(checked, web):
    web.serve(FEED, answer(FEED, "gone", 410))
    found = await checked()
    assert (found.response.status, found.document) == (410, None)


async def test_a_page_that_is_not_a_feed_is_rejected(checked, web):
    web.serve(FEED, answer(FEED, "<!doctype html><title>Hello</title>"))
    with pytest.raises(Reject):
        await checked()
