"""An entry without a link whose feed gives its text becomes an article by that text, under an address of its own."""

import pytest

from newswire.events import ARTICLES, ENTRIES
from newswire.stages.extract import Extract
from support.line import EXTRACT_RULES, events_on, on
from support.polling import DAY, feed_reply
from support.web import atom

WORDS = " ".join(f"word{number}" for number in range(60))


def episode(number: int, text: str = WORDS) -> dict[str, str]:
    return {"id": f"urn:{number}", "title": f"Episode {number}", "summary": f"{text} {number}"}


@pytest.fixture
def articles(poller):
    async def work():
        stage = Extract(poller.bus, poller.web, poller.workers, poller.clock, EXTRACT_RULES)
        for record in await on(poller.bus, ENTRIES):
            await stage.handle(record)
        return sorted(
            (event.article for event in await events_on(poller.bus, ARTICLES)), key=lambda article: article.title
        )

    return work


async def test_its_text_is_published_and_nothing_is_fetched(poller, server, articles):
    server.routes["/feed"] = feed_reply(atom(episode(1), episode(2), {"id": "urn:3", "summary": "Too short."}))
    await poller.add(server.url("/feed"))
    await poller.poll()
    one, two = await articles()
    assert (one.title, one.text, one.extraction.body_from) == ("Episode 1", f"{WORDS} 1", "feed")
    assert set(one.extraction.flags) >= {"page-unavailable", "page-no-link"}
    assert one.article_id != two.article_id
    assert one.canonical_url.startswith(server.url("/feed#/entry/"))
    assert dict((await poller.ledger.balance()).reasons) == {"no-link": 1}
    assert {seen.target for seen in server.seen} == {"/feed"}


async def test_it_stays_the_same_article_when_it_is_edited_and_when_its_feed_moves(poller, server, articles):
    server.routes["/feed"] = feed_reply(atom(episode(1)))
    await poller.add(server.url("/feed"))
    await poller.poll()
    server.routes["/feed"] = feed_reply("", 301, location=server.url("/new"))
    server.routes["/new"] = feed_reply(atom(episode(1)))
    for _ in range(9):
        await poller.poll(server.url("/feed"), after=DAY)
    assert (await poller.feed(server.url("/feed"))).url == server.url("/new")
    server.routes["/new"] = feed_reply(atom(episode(1, f"{WORDS} edited")))
    await poller.poll(server.url("/feed"), after=DAY)
    first, edited = await articles()
    assert (first.article_id, first.canonical_url) == (edited.article_id, edited.canonical_url)
    assert "edited" in edited.text


async def test_a_newer_stamp_on_it_has_nothing_fetched(poller, server):
    stamped = [atom(episode(1) | {"updated": f"2026-01-01T0{hour}:00:00Z"}) for hour in (0, 1)]
    server.routes["/feed"] = feed_reply(stamped[0])
    await poller.add(server.url("/feed"))
    await poller.poll()
    server.routes["/feed"] = feed_reply(stamped[1])
    await poller.poll(after=DAY)
    assert len(await poller.entries()) == 1
    assert await poller.feeds.rechecks.claim(poller.clock.now(), 10, 60) == ()
