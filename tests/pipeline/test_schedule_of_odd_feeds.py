"""How often feeds are polled that always look new: by real news only."""

import pytest
from structlog.testing import capture_logs

from support.httpserver import Seen
from support.polling import HOUR, feed_reply, item, link
from support.web import atom


def dated(number, **more):
    return item(number, published=f"2026-01-01T0{number}:00:00Z", **more)


ANEW = {
    "ids": lambda n, poll: dated(n, id=f"urn:{n}:{poll}"),
    "a token in the link": lambda n, poll: dated(n, id="", link=f"{link(n)}?v={poll}"),
    "ids, and a token in the link": lambda n, poll: dated(n, id=f"urn:{n}:{poll}", link=f"{link(n)}?v={poll}"),
    "dated addresses": lambda n, poll: dated(n, id="", link=f"https://n.example/{poll}/{n}"),
    "undated addresses": lambda n, poll: item(n, id="", link=f"https://n.example/{poll}/{n}"),
    "ids and addresses": lambda n, poll: dated(n, id=f"urn:{n}:{poll}", link=f"https://n.example/{poll}/{n}"),
    "a stamp in the text": lambda n, poll: dated(n, summary=f"Seen {poll} times"),
    "a counter in the title": lambda n, poll: dated(n, title=f"Of {n} ({poll} comments)"),
    "ids, and a stamp in the text": lambda n, poll: dated(n, id=f"urn:{n}:{poll}", summary=f"Seen {poll} times"),
    "everything": lambda n, poll: item(n + 6 * poll),
    "everything, old dates": lambda n, poll: item(n + 6 * poll, published=f"2025-01-0{n + 1}T00:00:00Z"),
}


@pytest.fixture
async def feed(poller, server):
    """Serve the entries that a function makes for each request's number."""
    await poller.add(server.url("/feed"))

    def serve(make):
        answers = iter(range(10_000))

        async def answer(_: Seen, writer) -> None:
            writer.write(feed_reply(atom(*make(next(answers)))))

        server.routes["/feed"] = answer

    return serve


@pytest.mark.parametrize("what", ANEW)
async def test_what_is_made_anew_for_every_request_does_not_hurry_the_schedule(poller, feed, what):
    make = ANEW[what]
    feed(lambda poll: [make(n, poll) for n in range(6)])
    await poller.keep_polling(8 * HOUR)
    assert await poller.keep_polling(16 * HOUR) <= 20


async def test_a_feed_that_shows_nothing_twice_is_named_and_its_gaps_are_told_no_more(poller, feed):
    feed(lambda poll: [item(n + 6 * poll) for n in range(6)])
    with capture_logs() as lines:
        await poller.keep_polling(24 * HOUR)  # as long as the slowest jitter needs for the documents that teach it
        assert (await poller.feed()).memory.habit_names == ("nothing-stays",)
        told = len(await poller.kinds())
        await poller.keep_polling(8 * HOUR)
    assert [line["event"] for line in lines].count("feed.habits") == 1
    assert len(await poller.kinds()) == told


async def test_a_feed_whose_entries_begin_to_stay_is_polled_by_its_news_again(poller, feed):
    feed(lambda poll: [item(n + 6 * poll) for n in range(6)])
    await poller.keep_polling(8 * HOUR)
    feed(lambda _: [item(n) for n in range(6)])
    await poller.keep_polling(2 * HOUR)
    assert (await poller.feed()).memory.habit_names == ()
