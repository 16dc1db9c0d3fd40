"""Feeds that make ids, links or texts anew, and pages that several entries share, over the real store."""

import pytest
from structlog.testing import capture_logs

from newswire.operations.wire.feed_rows import feed_row
from support.build import text_of
from support.httpserver import Seen
from support.polling import HOUR, feed_reply, item, link, sent
from support.web import atom


@pytest.fixture
async def feed(poller, server):
    """Serve the entries that a function makes for each request's number; poll so many times."""
    await poller.add(server.url("/feed"))

    async def poll(make, times):
        answers = iter(range(1_000))

        async def answer(_: Seen, writer) -> None:
            writer.write(feed_reply(atom(*make(next(answers)))))

        server.routes["/feed"] = answer
        for _ in range(times):
            await poller.poll(after=HOUR)

    return poll


async def booked(poller):
    return (await poller.ledger.balance()).found


def dated(number, **more):
    return item(number, published=f"2026-01-01T0{number}:00:00Z", **more)


async def test_ids_made_anew_are_no_news_no_rows_and_no_gap(poller, feed):
    await feed(lambda poll: [dated(n, id=f"urn:{n}:{poll}") for n in range(6)], 4)
    assert len(await poller.entries()) == await booked(poller) == 6
    assert await poller.kinds() == []
    assert feed_row(await poller.feed())["habits"] == ["ids-anew"]


async def test_link_tokens_made_anew_are_learned_with_the_second_poll(poller, feed):
    await feed(lambda poll: [dated(n, id="", link=f"{link(n)}?v={poll}") for n in range(6)], 2)
    once = await booked(poller)
    await feed(lambda poll: [dated(n, id="", link=f"{link(n)}?v=x{poll}") for n in range(6)], 3)
    assert (len(await poller.entries()), await booked(poller)) == (6, once)
    assert await poller.kinds() == []
    balance = await poller.ledger.balance()
    assert (balance.found, balance.pending) == (12, 12), "the second poll's follow the first's, once"


async def test_a_site_that_moves_all_its_addresses_has_its_pages_looked_at_and_no_gap(poller, feed):
    await feed(lambda _: [dated(n) for n in range(6)], 1)
    await feed(lambda _: [dated(n, id=f"new:{n}", link=f"https://www.n.example/{n}") for n in range(6)], 2)
    assert len(await poller.entries()) == 12
    assert await poller.kinds() == []


async def test_a_schedule_is_not_hurried_by_what_is_made_anew(poller, feed):
    await feed(lambda poll: [dated(n, id=f"urn:{n}:{poll}") for n in range(6)], 1)
    rate = (await poller.feed()).memory.weight
    await feed(lambda poll: [dated(n, id=f"urn:{n}:again{poll}") for n in range(6)], 3)
    assert (await poller.feed()).memory.weight <= rate


async def test_other_words_under_a_new_id_at_a_known_link_are_fetched_again(poller, feed):
    await feed(lambda poll: [dated(1, id=f"a#{poll}", title=f"Told {'again ' * poll}"), dated(2)], 2)
    assert [(entry.reason, entry.url) for entry in await poller.entries()][2:] == [("changed", link(1))]


async def test_a_habit_is_told_once(poller, feed):
    with capture_logs() as lines:
        await feed(lambda poll: [dated(n, id=f"urn:{n}:{poll}") for n in range(6)], 4)
    assert [line["event"] for line in lines].count("feed.habits") == 1


async def test_entries_that_share_a_page_go_out_by_their_feeds_text(poller, server, feed):
    await feed(lambda _: [dated(n, link=link(9), summary=f"{n} {text_of('w', 60)}") for n in range(3)], 2)
    entries = await poller.entries()
    assert len({entry.url for entry in entries}) == len(entries) == 3
    assert all(entry.shared_page and entry.content for entry in entries)
    assert len(sent(server)) == 2
    for entry in entries:
        seen = (await poller.ledger.history(entry.url)).entries
        assert entry.id in {each.sighting.entry_id for each in seen}
