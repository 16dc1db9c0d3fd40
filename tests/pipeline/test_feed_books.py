"""The books and the stories stay right whatever becomes of a feed: gaps, moves, merged feeds, documents cut short."""

import pytest

from newswire.errors import Wait
from newswire.events import feed_id_of
from newswire.operations.audit import audit
from support.fakes import START
from support.httpserver import reply
from support.polling import DAY, HOUR, feed_reply, item, link, redirect
from support.web import atom


async def balanced(poller):
    """How many entries there are in the books, all of which are on their way."""
    balance = await audit(poller.ledger, poller.bus)
    assert (balance.lost, balance.unbooked) == (0, 0)
    assert balance.balanced
    assert balance.pending == balance.found
    return balance.found


async def story(poller, number):
    return [line.sighting for line in (await poller.ledger.history(link(number))).entries]


def page(*numbers, before=None):
    document = atom(*(item(n) for n in numbers))
    if before is not None:
        document = document.replace("</title>", f'</title><link rel="prev-archive" href="{before}"/>', 1)
    return feed_reply(document)


async def test_what_refilled_a_gap_is_in_the_books_like_any_entry(poller, server):
    server.routes |= {"/feed": [page(2, 1), page(9, 8, before="/a")], "/a": page(5, 4, 2)}
    await poller.add(server.url("/feed"))
    for _ in range(2):
        await poller.poll(after=HOUR)
    assert await balanced(poller) == 6
    (refilled,) = await story(poller, 5)
    assert (refilled.reason, refilled.feed_id, refilled.follows) == ("new", feed_id_of(server.url("/feed")), None)
    assert refilled.found_at == START + 2 * HOUR


async def test_a_crash_after_a_refill_was_published_books_and_stores_each_entry_once(poller, server):
    server.routes |= {"/feed": [page(2, 1), page(9, 8, before="/a")], "/a": page(5, 4, 2)}
    await poller.add(server.url("/feed"))
    await poller.poll(after=HOUR)
    save, poller.feeds.entries.save = poller.feeds.entries.save, _dies
    with pytest.raises(Wait):
        await poller.poll(after=HOUR)
    poller.feeds.entries.save = save
    await poller.restart()
    await poller.poll(after=HOUR)
    assert await balanced(poller) == 6
    assert len(await poller.entries()) == 10
    assert len({entry.id for entry in await poller.entries()}) == 6


async def test_a_moved_feeds_story_goes_on(poller, server):
    server.routes |= {"/old": redirect("/new"), "/new": page(2, 1)}
    await poller.add(server.url("/old"))
    for _ in range(6):
        await poller.poll(after=13 * HOUR)
    server.routes["/new"] = page(3, 2, 1)
    await poller.poll(after=HOUR)
    assert await balanced(poller) == 3
    for number in (1, 2, 3):
        assert [line.feed_id for line in await story(poller, number)] == [feed_id_of(server.url("/old"))]


async def test_entries_of_a_merged_feed_follow_those_of_the_one_that_is_left(poller, server):
    old, new = server.url("/old"), server.url("/new")
    server.routes |= {"/old": page(2, 1), "/new": page(2, 1)}
    await poller.add(old, new)
    await poller.poll(new)
    await poller.poll(old)
    server.routes["/old"] = redirect("/new")
    for _ in range(6):
        await poller.clock.advance(13 * 3600)
        await poller.stage.poll(await poller.feed(old))
    server.routes["/new"] = page(3, 2, 1)
    await poller.keep_polling(DAY)
    assert await poller.urls() == [link(2), link(1), link(3)]
    balance = await audit(poller.ledger, poller.bus)
    assert (balance.found, balance.lost, balance.balanced) == (5, 0, True)
    first, second = sorted(await story(poller, 1), key=lambda line: line.follows is not None)
    assert (first.feed_id, second.feed_id, second.follows) == (feed_id_of(new), feed_id_of(old), first.entry_id)


async def test_half_an_entry_is_not_booked_and_the_whole_one_is(poller, server):
    whole = atom(item(1), item(2))
    for end in range(whole.index("</entry>") + len("</entry>"), len(whole), 9):
        server.routes["/feed"] = feed_reply(whole[:end])
        state = await (poller.poll() if await poller.feeds.feeds.all() else _first(poller, server))
        assert state.errors == 0
    server.routes["/feed"] = feed_reply(whole)
    await poller.poll()
    assert set(await poller.urls()) == {link(1), link(2)}
    assert {line.reason for line in await story(poller, 2)} <= {"new", "changed"}
    balance = await audit(poller.ledger, poller.bus)
    assert (balance.outcomes["rejected"], balance.lost) == (0, 0)


async def test_an_entry_without_a_link_in_a_document_that_is_whole_is_rejected_as_ever(poller, server):
    server.routes["/feed"] = feed_reply(atom(item(1), {"id": "2", "summary": "No link."}))
    await _first(poller, server)
    assert dict((await poller.ledger.balance()).reasons) == {"no-link": 1}


async def test_a_gone_feeds_articles_stay(poller, server):
    server.routes["/feed"] = [page(2, 1), reply(410)]
    await poller.add(server.url("/feed"))
    await poller.keep_polling(5 * DAY)
    assert (await poller.feed()).disabled == "gone"
    assert await balanced(poller) == 2


async def _first(poller, server):
    await poller.add(server.url("/feed"))
    return await poller.poll()


async def _dies(*_):
    raise Wait("the process dies here")
