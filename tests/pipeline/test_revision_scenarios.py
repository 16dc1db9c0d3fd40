"""A site edits, tests, withdraws and moves its articles: the wire tells exactly that and nothing else."""

from datetime import timedelta

import pytest

from newswire.contracts import encode, traceparent_for
from newswire.events import article_id_of
from newswire.operations.audit import audit
from support.build import extracted, sighting
from support.httpserver import reply
from support.line import delivered
from support.polling import DAY, HOUR, redirect
from support.web import atom
from support.whole_line import PROSE, Site, page_reply, whole_line

TITLE = "Harbour board settles its budget"
LINKS = (
    "Ferry to the islands sails an hour later from Monday",
    "Baker of the old town gives up after forty years",
    "Why the river smells of apples every autumn",
    "Storm takes the roof of a school in Quillmark",
    "Chess champion loses to her own daughter",
    "Museum finds a lost painting behind a cupboard",
    "Seven recipes for people who hate to cook",
    "Police look for the owner of a white horse",
    "New bus lane divides the northern suburbs",
    "Weather stays dry until the weekend at least",
    "Choir sings in the empty swimming pool again",
    "Scientists count every owl between here and Corby",
)


@pytest.fixture
async def line(sqlite_database):
    async with whole_line(sqlite_database) as made:
        yield made
        balance = await audit(made.ledger, made.bus)
        assert balance.balanced
        assert (balance.lost, balance.pending, balance.unbooked) == (0, 0, 0)


@pytest.fixture
async def site(server, line):
    """Two articles that are out and stored: ``a``, and ``other``, which never changes."""
    site = Site(server)
    site.print("other", "Nothing happens elsewhere", [each.replace("harbour", "market") for each in PROSE[::-1]])
    site.print("a", TITLE, PROSE)
    await line.add(server.url("/feed"))
    await line.work()
    assert await line.told() == ["published", "published"]
    return site


async def since(line):
    """What the wire has told after the two articles."""
    return (await line.wire())[2:]


async def test_an_edited_headline_is_one_revision_of_the_title(line, site):
    site.print("a", "Harbour board settles its budget after a long night", PROSE)
    await line.live(3 * DAY)
    (change,) = await since(line)
    assert (change.kind, change.changed, change.difference.fields) == ("revised", ("title",), ("title",))
    assert (change.difference.material, change.difference.added_words, change.difference.removed_words) == (True, 4, 0)


async def test_a_silent_edit_of_a_number_is_one_revision_with_the_passage(line, site):
    site.print("a", TITLE, [each.replace("14 boats", "41 boats") for each in PROSE])
    await line.live(3 * DAY)
    (change,) = await since(line)
    assert (change.kind, change.changed, change.difference.material) == ("revised", ("text",), True)
    assert [(each.removed, each.added) for each in change.difference.passages] == [("14", "41")]
    assert "41 boats" in change.article.text


async def test_a_cosmetic_edit_is_one_revision_that_is_not_material(line, site):
    site.print("a", TITLE, [each.replace("midnight.", "midnight!").replace("pleased,", "plaesed,") for each in PROSE])
    await line.live(3 * DAY)
    (change,) = await since(line)
    assert (change.kind, change.difference.material) == ("revised", False)


async def test_each_new_paragraph_of_a_live_blog_is_in_a_revision_and_no_look_makes_two(line, site):
    paragraphs = list(PROSE)
    for hour in range(6):
        paragraphs.insert(0, f"At {hour + 3} o'clock the board moved on to item {hour + 20} of its very long list.")
        site.print("a", TITLE, paragraphs)
        await line.live(2 * HOUR)
    await line.live(2 * DAY)
    changes = await since(line)
    assert {change.kind for change in changes} == {"revised"}
    assert [change.revision for change in changes] == list(range(2, 2 + len(changes)))
    assert len(changes) <= 6
    assert sum(change.difference.added_words for change in changes) == 6 * 15
    assert changes[-1].article.text.split("\n") == paragraphs


async def test_a_correction_below_the_text_is_one_revision_that_shows_it(line, site):
    correction = "Correction: an earlier version of this article named the wrong chairman of the board."
    site.print("a", TITLE, [*PROSE, correction])
    await line.live(3 * DAY)
    (change,) = await since(line)
    assert (change.kind, change.difference.material) == ("revised", True)
    assert [(each.removed, each.added) for each in change.difference.passages] == [("", correction)]


async def test_a_page_that_is_gone_twice_is_withdrawn_and_restored_when_it_is_back(line, site):
    site.answer("a", reply(410))
    await line.live(12 * HOUR)
    assert await line.told() == ["published", "published", "withdrawn"]
    site.serve()
    await line.live(3 * DAY)
    gone, back = await since(line)
    assert (gone.kind, gone.status, gone.by) == ("withdrawn", 410, "page")
    assert (back.kind, back.changed, back.revision) == ("revised", ("restored",), 3)


async def test_a_page_that_is_gone_once_changes_nothing(line, site):
    site.server.routes["/a"] = [reply(404), page_reply(TITLE, PROSE)]
    await line.live(7 * DAY)
    assert len(site.server.asked("/a")) > 2
    assert await since(line) == []


async def test_a_host_that_answers_404_to_everything_withdraws_nothing(line, site):
    for number in range(4):
        site.print(f"more{number}", f"Another report {number}", [f"{each} {number}." for each in PROSE])
    await line.poll(site.url("feed"))
    await line.live(HOUR)
    before = await line.told()
    for name in site.pages:
        site.answer(name, reply(404))
    await line.live(5 * HOUR)
    site.serve()
    await line.live(7 * DAY)
    assert await line.told() == before == ["published"] * 6


async def test_an_old_version_that_comes_late_never_becomes_the_newest(line, site):
    old, new = (
        extracted(site.url("a"), title, "\n".join(PROSE), line.clock.now() + at, entry=title)
        for title, at in (("An old headline", HOUR), ("A new headline", 2 * HOUR))
    )
    slow, quick = (
        delivered(encode(event, traceparent=traceparent_for(event.entry_id)), offset)
        for offset, event in enumerate((old, new))
    )
    await line.feeds.entries.book([sighting(old, site.url("a")), sighting(new, site.url("a"))])
    await line.store.handle([quick])
    await line.store.handle([slow])  # it waited on a retry topic, or for another replica
    await line.store.handle([slow, quick])  # and everything is delivered again
    history = await line.ledger.history(site.url("a"))
    assert (history.article.title, history.article.revision) == ("A new headline", 2)
    changes = {change.id: change for change in await since(line)}.values()
    assert [(change.revision, change.article.title) for change in changes] == [(2, "A new headline")]


def with_tombstone(site, *refs, when="2026-01-01T01:00:00Z"):
    stones = "".join(
        f'<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="{ref}" when="{when}"/>'
        for ref in refs
    )
    return page_of_feed(atom(*site.feed).replace("</feed>", f"{stones}</feed>"))


def page_of_feed(body):
    return reply(200, body.encode(), content_type="application/atom+xml")


async def test_a_tombstone_in_the_feed_that_carried_the_entry_withdraws_it_once(line, site):
    site.feed.pop(0)
    site.server.routes["/feed"] = with_tombstone(site, "urn:a", "urn:never")
    for _ in range(2):
        await line.poll(site.url("feed"), after=2 * HOUR)
    await line.live(3 * DAY)
    (change,) = await since(line)
    assert (change.kind, change.by, change.article_id) == ("withdrawn", "feed", article_id_of(site.url("a")))


async def test_a_tombstone_in_a_feed_that_never_carried_the_entry_does_nothing(line, site, server):
    server.routes["/foreign"] = page_of_feed(
        with_tombstone(Site(server), "urn:a", site.url("a")).split(b"\r\n\r\n", 1)[1].decode()
    )
    await line.add(server.url("/foreign"))
    await line.poll(server.url("/foreign"), after=2 * HOUR)
    await line.live(3 * DAY)
    assert await since(line) == []


async def test_a_tombstone_in_a_second_feed_that_carried_it_has_its_page_looked_at(line, site, server):
    second = Site(server, feed=[dict(site.feed[0])])
    server.routes["/second"] = page_of_feed(atom(*second.feed))
    await line.add(server.url("/second"))
    await line.live(5 * HOUR)
    second.feed.clear()
    server.routes["/second"] = with_tombstone(second, "urn:a")
    asked = len(server.asked("/a"))
    await line.poll(server.url("/second"))
    await line.live(timedelta(minutes=5))
    assert len(server.asked("/a")) > asked
    assert await since(line) == []


async def test_a_page_that_moved_stays_one_article_under_its_first_address(line, site):
    site.answer("a", redirect("/b"))
    site.server.routes["/b"] = page_reply(TITLE, PROSE)
    await line.live(DAY)
    assert await since(line) == []
    site.server.routes["/b"] = page_reply(
        TITLE, [*PROSE, "The auditors answered on Friday that the bills are in order."]
    )
    site.feed[0]["link"] = site.url("b")
    site.server.routes["/feed"] = page_of_feed(atom(*site.feed))
    await line.poll(site.url("feed"))
    await line.live(5 * DAY)
    (change,) = await since(line)
    assert (change.kind, change.article_id) == ("revised", article_id_of(site.url("a")))
    assert (change.article.canonical_url, change.article.url) == (site.url("a"), site.url("b"))


async def test_what_moves_by_itself_makes_no_revision(line, site):
    for turn in range(8):
        box = [LINKS[(3 * turn + each) % 12] for each in range(3)]
        moving = [f"{1_234 + turn * 17:,} views", f"Updated {turn * 5 + 1} minutes ago", *PROSE, *box]
        await edition(line, site, page_reply(TITLE, moving))
    assert len(site.server.asked("/a")) > 6
    assert [change.difference.removed_words for change in await since(line)] == [0]  # the box came once


async def edition(line, site, page):
    """The page of ``a`` changes, and the feed says so; an hour passes."""
    site.answer("a", page)
    site.feed[0]["updated"] = line.clock.now().isoformat()
    site.server.routes["/feed"] = page_of_feed(atom(*site.feed))
    await line.poll(site.url("feed"))
    await line.live(HOUR)


async def test_headlines_that_alternate_are_told_once_each_and_followed_when_one_stays(line, site):
    other = "What the harbour board did not want you to read"
    for turn in range(12):
        await edition(line, site, page_reply(TITLE if turn % 2 else other, PROSE))
    assert len(site.server.asked("/a")) > 8
    (change,) = await since(line)
    assert (change.changed, change.article.title) == (("title",), other)
    for _ in range(16):
        await edition(line, site, page_reply(TITLE, PROSE))
    _, settled = await since(line)
    assert settled.article.title == TITLE


async def test_re_checks_ask_with_what_the_server_gave_to_ask_with(line, site):
    body = page_reply(TITLE, PROSE).split(b"\r\n\r\n", 1)[1]
    site.answer("other", reply(200, body, content_type="text/html", etag='"7"'))
    await line.live(DAY)
    sent = [seen.headers.get("if-none-match") for seen in site.server.asked("/other")]
    assert sent[2:]
    assert set(sent[2:]) == {'"7"'}
