"""Servers that answer 304 when they should not, over real HTTP."""

import asyncio

import pytest

from newswire.domain.feeds.health import FAILING
from newswire.events import CoverageGap, FeedFailing
from newswire.operations.wire.feed_rows import feed_row
from support.httpserver import Seen, reply
from support.polling import DAY, HOUR, feed_reply, item, link, sent, unless_known
from support.web import atom

SPAN = 30 * DAY


class Liar:
    """Answers 304 to whatever asks conditionally; else with the document that it has."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = numbers

    async def __call__(self, seen: Seen, writer: asyncio.StreamWriter) -> None:
        conditional = seen.headers.keys() & {"if-none-match", "if-modified-since"}
        writer.write(reply(304) if conditional else feed_reply(atom(*map(item, self.numbers)), etag='"same"'))


@pytest.fixture
async def url(poller, server):
    """The address of the one feed."""
    address = server.url("/feed")
    await poller.add(address)
    return address


def conditional(server):
    """Whether each request had a validator."""
    return ["if-none-match" in headers for headers in sent(server)]


async def test_news_that_304s_hide_is_found_and_the_validators_are_not_sent_again(poller, server, url):
    server.routes["/feed"] = liar = Liar(1, 2)
    await poller.poll()
    liar.numbers = (3, 1, 2)
    await poller.keep_polling(SPAN)
    assert await poller.urls() == [link(1), link(2), link(3)]
    asked = conditional(server)
    looked = asked.index(False, 1)
    assert all(asked[1:looked]), "the doubt comes after a silence"
    assert asked[looked + 1 : looked + 3] == [True, False], "one more 304 is the proof"
    assert not any(asked[looked + 2 :])
    assert feed_row(await poller.feed())["validators_lie_since"] is not None
    liar.numbers = (4, 3, 1, 2)
    await poller.keep_polling(DAY)
    assert (await poller.urls())[-1] == link(4)


async def test_an_honest_server_whose_feed_had_news_just_then_keeps_its_validators(poller, server, url):
    server.routes["/feed"] = unless_known('"1"', atom(item(1)))
    await poller.poll()
    while all(conditional(server)[1:]):
        await poller.until_due()
        if await poller.due() and not conditional(server)[-1]:
            break
    assert (await poller.feed()).memory.validators_lie_since is None
    server.routes["/feed"] = unless_known('"2"', atom(item(2), item(1)))
    await poller.clock.advance(40 * 24 * 3600)
    for _ in range(4):
        await poller.poll()
    assert conditional(server)[-4:] == [False, True, True, True]
    assert [headers.get("if-none-match") for headers in sent(server)][-3:] == ['"1"', '"2"', '"2"']
    assert (await poller.feed()).memory.validators_lie_since is None
    assert await poller.urls() == [link(1), link(2)]


async def test_a_quiet_feed_of_an_honest_server_is_hardly_ever_sent_in_vain(poller, server, url):
    server.routes["/feed"] = unless_known('"1"', atom(item(1)))
    await poller.poll()
    await poller.keep_polling(3 * SPAN)
    whole = conditional(server).count(False)
    assert 3 <= whole <= 12, "each silence is doubted when it has doubled"
    assert len(conditional(server)) > 10 * whole


async def test_a_304_to_a_request_without_validators_is_a_failure_that_is_told(poller, server, url):
    server.routes["/feed"] = reply(304, etag='"x"')
    for _ in range(FAILING):
        state = await poller.poll(after=HOUR)
    assert (state.last_outcome, state.errors, state.memory.succeeded_at) == ("http-304", FAILING, None)
    (failing,) = await poller.recorded()
    assert isinstance(failing, FeedFailing)
    assert failing.reason == "http-304"


async def test_a_cache_that_answers_304_to_everything_is_told_to_fail_and_not_to_be_silent(poller, server, url):
    server.routes["/feed"] = [feed_reply(atom(item(1)), etag='"1"'), reply(304)]
    await poller.poll()
    await poller.keep_polling(2 * SPAN)
    assert await poller.kinds() == ["feed-failing"]
    assert (await poller.feed()).validators.etag == '"1"'


async def test_a_gap_behind_304s_begins_with_the_last_document(poller, server, url):
    server.routes["/feed"] = liar = Liar(2, 1)
    began = (await poller.poll()).last_polled_at
    liar.numbers = (9, 8)
    await poller.keep_polling(SPAN)
    (gap,) = [event for event in await poller.recorded() if isinstance(event, CoverageGap)]
    assert gap.since == began
