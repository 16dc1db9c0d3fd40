"""Texts are dropped by what the polls saw: what a feed shows stays, and what it shows again is not new."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from newswire.adapters.store.recheck_table import rechecks
from newswire.adapters.store.retention import DatabaseRetention
from newswire.adapters.store.shown import feed_shown
from newswire.adapters.store.tables import revisions
from newswire.domain.feeds.shown import shows
from newswire.operations.audit import audit
from support.polling import DAY, HOUR, feed_reply
from support.prose import prose
from support.web import atom
from support.whole_line import Site, whole_line


@pytest.fixture
async def line(database):
    async with whole_line(database) as made:
        yield made


@pytest.fixture
async def site(server, line):
    """A feed with two articles, both read."""
    site = Site(server)
    site.print("pier", "A pier is rebuilt", prose(3).split("\n"))
    site.print("bridge", "A bridge is closed", prose(7).split("\n"))
    await line.add(server.url("/feed"))
    await line.work()
    return site


async def kept_texts(line):
    """The headlines of the articles whose text is kept, after all old ones were dropped that nobody needs."""
    async with line.database.write() as connection:
        await connection.execute(delete(rechecks))  # as if weeks had passed
    now = line.clock.now()
    await DatabaseRetention(line.database).drop_texts(now + HOUR, None, 100, now)
    async with line.database.read() as connection:
        rows = await connection.execute(select(revisions.c.article).where(revisions.c.text_dropped_at.is_(None)))
        return sorted(row.article["title"] for row in rows)


async def test_a_text_stays_while_its_feed_shows_the_entry_and_what_comes_back_is_known(line, site):
    assert await kept_texts(line) == ["A bridge is closed", "A pier is rebuilt"]
    pier = site.feed.pop()
    site.serve()
    await line.poll(after=HOUR)
    assert await kept_texts(line) == ["A bridge is closed", "A pier is rebuilt"], "it was noted this very day"
    site.feed[0]["summary"] = "It is closed until spring."  # the same document again would not be read
    site.serve()
    await line.poll(after=DAY)
    assert await kept_texts(line) == ["A bridge is closed"]
    site.feed.append(pier)
    site.serve()
    await line.poll(after=DAY)
    await line.work()
    assert await line.told() == ["published", "published"]
    found = await audit(line.ledger, line.bus)
    assert (found.balanced, found.lost, found.pending) == (True, 0, 0)


async def test_an_entry_that_came_after_the_noting_counts_as_shown_while_the_feed_says_nothing_new(line, site):
    site.print("quay", "A quay is sold", prose(9).split("\n"))
    await line.poll(after=HOUR)
    await line.work()
    site.server.routes["/feed"] = feed_reply(b"", 304)
    await line.poll(after=30 * DAY)
    assert "A quay is sold" in await kept_texts(line)


async def test_a_feed_that_is_empty_for_once_still_counts_as_showing_what_it_showed(line, site):
    entries, site.feed = site.feed, []
    site.serve()
    await line.poll(after=2 * DAY)
    assert await kept_texts(line) == ["A bridge is closed", "A pier is rebuilt"]
    site.feed = entries[:1]
    site.serve()
    await line.poll(after=HOUR)
    assert await kept_texts(line) == [site.feed[0]["title"]]


async def test_a_document_of_which_a_part_is_missing_is_not_noted(line, site):
    async def noted_names():
        async with line.database.read() as connection:
            row = (await connection.execute(select(feed_shown))).one()
        return [name for name in ("pier", "bridge") if shows(row.entries, site.url(name))]

    site.feed.pop()
    whole = atom(*site.feed)
    site.server.routes["/feed"] = feed_reply(whole[: whole.rindex("</entry>")])
    await line.poll(after=timedelta(days=2))
    assert await noted_names() == ["pier", "bridge"]
    site.serve()
    await line.poll(after=timedelta(days=2))
    assert await noted_names() == ["bridge"]
