"""What an operator decides for one feed alone, from its poll to its pages and their re-checks."""

import asyncio
from datetime import timedelta

import pytest

from newswire.adapters.store.articles import DatabaseArticles
from newswire.domain.articles.decide import decide
from newswire.domain.articles.recorded import Arrival
from newswire.domain.feeds.memory import FeedOptions
from newswire.events import ARTICLES, DEAD, ENTRIES, ArticleExtracted
from newswire.stages.extract import Extract
from support.httpserver import reply
from support.line import EXTRACT_RULES, events_on, on
from support.pages import page
from support.polling import HOUR, feed_reply
from support.web import atom

LEAVE = FeedOptions(ignore_robots=True)


@pytest.fixture
def site(server):
    """A feed whose pages nobody is to fetch."""
    entry = {"id": "1", "link": server.url("/page"), "title": "A title", "summary": "Short."}
    server.routes |= {
        "/feed": feed_reply(atom(entry)),
        "/page": reply(200, page().encode(), content_type="text/html"),
        "/robots.txt": reply(200, b"User-agent: *\nDisallow: /"),
    }
    return server


@pytest.fixture
def extract(poller):
    """Works off what lies on the topic of entries beyond those that were taken before; gives what came of it."""
    taken = []

    async def work():
        stage = Extract(poller.bus, poller.web, poller.workers, poller.clock, EXTRACT_RULES)
        for record in (await on(poller.bus, ENTRIES))[len(taken) :]:
            taken.append(record)
            await stage.handle(record)
        return [*await events_on(poller.bus, ARTICLES), *await events_on(poller.bus, DEAD)]

    return work


@pytest.mark.parametrize("options", [FeedOptions(), FeedOptions(interval_s=60)])
async def test_robots_txt_counts_for_a_feeds_pages(poller, site, extract, options):
    await poller.add(site.url("/feed"), options=options)
    await poller.poll()
    (letter,) = await extract()
    assert letter.reason == "robots"
    assert site.asked("/page") == []


async def test_with_the_publishers_leave_a_feeds_pages_are_fetched_without_asking(poller, site, extract):
    await poller.add(site.url("/feed"), options=LEAVE)
    await poller.poll()
    (event,) = await extract()
    assert isinstance(event, ArticleExtracted)
    assert event.article.rights.robots_allowed is None, "nobody asked"
    assert site.asked("/robots.txt") == []


async def test_and_so_are_they_looked_at_again(poller, site, extract):
    await poller.add(site.url("/feed"), options=LEAVE)
    await poller.poll()
    (event,) = await extract()
    await DatabaseArticles(poller.database).record([Arrival(event, None)], decide, poller.clock.now())
    await poller.clock.advance(3600)
    await poller.stage.due(asyncio.Event())
    assert [entry.reason for entry in await poller.entries()] == ["new", "recheck"]
    assert (await poller.entries())[1].ignore_robots
    assert len(await extract()) == 2
    assert site.asked("/robots.txt") == []


async def test_what_is_decided_counts_from_the_next_poll_on(poller, site, extract):
    await poller.add(site.url("/feed"))
    await poller.feeds.feeds.set_options(site.url("/feed"), LEAVE)
    await poller.poll()
    (event,) = await extract()
    assert isinstance(event, ArticleExtracted)


@pytest.mark.parametrize("interval", [timedelta(minutes=2), timedelta(hours=5)])
async def test_an_interval_of_its_own_goes_before_what_the_schedule_makes_of_a_feed(poller, site, interval):
    await poller.add(site.url("/feed"), options=FeedOptions(interval_s=interval.total_seconds()))
    await poller.poll()
    for _ in range(3):
        state = await poller.poll(after=HOUR)
        assert interval <= state.next_poll_at - poller.clock.now() <= interval * 1.1


async def test_but_retry_after_and_errors_count_still(poller, site):
    site.routes["/feed"] = [feed_reply(atom()), reply(503, retry_after="7200"), reply(503)]
    await poller.add(site.url("/feed"), options=FeedOptions(interval_s=60))
    await poller.poll()
    waits = [(await poller.poll()).next_poll_at - poller.clock.now() for _ in range(6)]
    assert waits[0] >= 2 * HOUR
    assert waits[5] > waits[3] > waits[1] > timedelta(minutes=2)
