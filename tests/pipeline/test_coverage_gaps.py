"""Two polls that share no entry may have missed some: that is noticed, told, and made good where the site lets us."""

import asyncio

import pytest

from newswire.domain.feeds.coverage import TRIES
from newswire.errors import Wait
from newswire.stages.poll.coverage import MAX_PAGES
from support.fakes import START
from support.httpserver import Server, reply
from support.polling import DAY, HOUR, feed_reply, item, link
from support.web import atom


def stamp(at):
    return at.isoformat().replace("+00:00", "Z")


def dated(number):
    """An entry of the ``number``-th hour."""
    return item(number, updated=stamp(START + number * HOUR), published=stamp(START + number * HOUR))


def page(*numbers, before=None, relation="prev-archive", cut=False):
    """A feed document, newest entry first."""
    document = atom(*map(dated, numbers))
    if before is not None:
        document = document.replace("</title>", f'</title><link rel="{relation}" href="{before}"/>', 1)
    return feed_reply(document.removesuffix("</feed>") if cut else document)


def news_sitemap(*numbers, host="n.example"):
    rows = "".join(
        f"<url><loc>https://{host}/{n}</loc><news:news><news:publication_date>{stamp(START + n * HOUR)}"
        f"</news:publication_date><news:title>Title {n}</news:title></news:news></url>"
        for n in numbers
    )
    return reply(
        200,
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{rows}</urlset>'.encode(),
        content_type="application/xml",
    )


def links(*numbers):
    return [link(number) for number in numbers]


@pytest.fixture
async def known(poller, server):
    """A feed of which the entries 1 to 3 are known, as of the third hour; gives its address."""
    server.routes["/feed"] = page(3, 2, 1)
    await poller.add(server.url("/feed"))
    await poller.clock.advance(3 * 3600)
    await poller.poll()
    return server.url("/feed")


@pytest.fixture
def missed(poller, server, known):
    """Poll at the tenth hour, when the feed shows 9 and 10 alone and leads to ``before``; what was missed is 4 to 8."""

    async def poll(before=None, **how):
        server.routes["/feed"] = page(10, 9, before=before, **how)
        await poller.clock.advance(7 * 3600)
        return await poller.poll()

    return poll


async def next_document(poller, server, number, before=None):
    """Something new in the feed, an hour later."""
    server.routes["/feed"] = page(number, number - 1, before=before)
    return await poller.poll(after=HOUR)


async def new_urls(poller):
    return sorted(set(await poller.urls()) - set(links(1, 2, 3)), key=lambda url: float(url.rpartition("/")[2]))


class TestNoticed:
    async def test_two_polls_that_share_no_entry_are_told_with_the_feed_and_the_span(self, poller, known, missed):
        state = await missed()
        (gap,) = await poller.recorded()
        assert (gap.kind, gap.feed.url, gap.at) == ("coverage-gap", known, poller.clock.now())
        assert (gap.since, gap.until) == (START + 3 * HOUR, START + 9 * HOUR)
        assert (state.memory.gap.id, state.memory.gap.tries) == (gap.id, 1)
        assert await new_urls(poller) == links(9, 10), "what there is is on the wire"

    async def test_one_entry_in_common_is_enough(self, poller, server, known):
        server.routes["/feed"] = page(10, 9, 3)
        await poller.poll(after=DAY)
        assert await poller.kinds() == []

    async def test_the_first_document_misses_nothing(self, poller, known):
        assert await poller.kinds() == []

    async def test_a_document_that_is_cut_off_claims_no_gap_and_hides_none(self, poller, server, known, missed):
        state = await missed(cut=True)
        assert (await poller.kinds(), state.memory.whole_at) == ([], START + 3 * HOUR)
        server.routes["/feed"] = page(12, 11, 10)
        await poller.poll(after=HOUR)
        (gap,) = await poller.recorded()
        assert gap.since == START + 3 * HOUR, "that 10 is known says nothing of what was missed before it"

    async def test_a_delta_claims_no_gap(self, poller, server, known):
        server.routes["/feed"] = feed_reply(atom(dated(10), dated(9)), 226, im="feed")
        await poller.poll(after=DAY)
        assert await poller.kinds() == []

    async def test_known_addresses_under_new_guids_are_no_gap(self, poller, server, known):
        server.routes["/feed"] = feed_reply(atom(*(dated(n) | {"id": f"new:{n}"} for n in (4, 3, 2))))
        await poller.poll(after=HOUR)
        assert await poller.kinds() == []

    async def test_known_guids_at_new_addresses_are_no_gap(self, poller, server, known):
        moved = (dated(n) | {"link": f"https://www.new.example/{n}"} for n in (4, 3, 2))
        server.routes["/feed"] = feed_reply(atom(*moved))
        await poller.poll(after=HOUR)
        assert await poller.kinds() == []

    @pytest.mark.parametrize("between", [reply(304), page(3, 2, 1), page()])
    async def test_the_gap_begins_with_the_last_answer_however_little_it_said(self, poller, server, known, between):
        server.routes["/feed"] = between
        await poller.poll(after=3 * HOUR)
        server.routes["/feed"] = page(10, 9)
        await poller.poll(after=4 * HOUR)
        sinces = [event.since for event in await poller.recorded()]
        assert sinces == ([] if between == page() else [START + 6 * HOUR])

    async def test_a_failure_in_between_does_not_shorten_it(self, poller, server, known):
        server.routes["/feed"] = reply(503)
        await poller.poll(after=3 * HOUR)
        server.routes["/feed"] = page(10, 9)
        await poller.poll(after=4 * HOUR)
        assert [event.since for event in await poller.recorded()] == [START + 3 * HOUR]

    async def test_a_feed_that_shows_only_its_newest_entry_says_nothing_by_that(self, poller, server):
        server.routes["/feed"] = [page(1), page(2), page(3)]
        await poller.add(server.url("/feed"))
        for _ in range(3):
            await poller.poll(after=HOUR)
        assert await poller.kinds() == []

    async def test_a_crash_before_saving_tells_one_gap_and_not_two(self, poller, server, known, missed):
        save, poller.feeds.entries.save = poller.feeds.entries.save, _dies
        with pytest.raises(Wait):
            await missed()
        poller.feeds.entries.save = save
        await poller.poll(after=HOUR)
        assert await poller.kinds() == ["coverage-gap"]


class TestArchive:
    @pytest.mark.parametrize("relation", ["prev-archive", "next"])
    async def test_pages_are_read_back_until_one_is_known_and_their_entries_are_new_ones(
        self, poller, server, missed, relation
    ):
        server.routes |= {
            "/a": page(8, 7, before="/b", relation=relation),
            "/b": page(6, 5, before="/c", relation=relation),
            "/c": page(4, 3, before="/d", relation=relation),
        }
        state = await missed("/a", relation=relation)
        assert await new_urls(poller) == links(*range(4, 11))
        assert len(await poller.entries()) == 10, "none twice"
        assert {entry.reason for entry in await poller.entries()} == {"new"}
        gap, restored = await poller.recorded()
        assert (restored.kind, restored.gap_id, restored.by) == ("coverage-restored", gap.id, "archive")
        assert restored.recovered == 5
        assert state.memory.gap is None
        assert [len(server.asked(path)) for path in ("/a", "/b", "/c", "/d")] == [1, 1, 1, 0]
        balance = await poller.ledger.balance()
        assert (balance.found, balance.pending) == (10, 10)

    async def test_an_archive_that_ends_closes_the_gap_too(self, poller, server, missed):
        server.routes |= {"/a": page(8, 7, before="/b"), "/b": page(6, 5)}
        state = await missed("/a")
        assert await poller.kinds() == ["coverage-gap", "coverage-restored"]
        assert (await new_urls(poller), state.memory.gap) == (links(*range(5, 11)), None)

    @pytest.mark.parametrize("loop", ["/a", "/feed", "/b"])
    async def test_a_circle_is_left_and_closes_nothing(self, poller, server, missed, loop):
        server.routes |= {"/a": page(8, 7, before="/b"), "/b": page(6, 5, before=loop)}
        state = await missed("/a")
        assert await poller.kinds() == ["coverage-gap"]
        assert state.memory.gap.recovered == 4
        assert await new_urls(poller) == links(*range(5, 11)), "what was found on the way is kept"
        assert len(server.asked("/a")) == len(server.asked("/b")) == 1

    async def test_no_other_site_is_asked(self, poller, server, missed):
        async with Server("127.0.0.2") as other:
            other.routes["/b"] = page(6, 5)
            server.routes["/a"] = page(8, 7, before=other.url("/b"))
            state = await missed("/a")
            assert other.seen == []
        assert state.memory.gap.tries == 1

    @pytest.mark.parametrize("broken", [reply(503), reply(404), reply(200, b"<p>Sorry"), page(6, 5, cut=True)])
    async def test_a_page_that_cannot_be_had_leaves_the_gap_open_until_the_next_document(
        self, poller, server, missed, broken
    ):
        server.routes |= {"/a": page(8, 7, before="/b"), "/b": [broken, page(6, 5, before="/c")], "/c": page(4, 3)}
        state = await missed("/a")
        assert (state.memory.gap.tries, state.memory.gap.resume) == (1, server.url("/b"))
        assert set(links(7, 8)) <= set(await new_urls(poller)), "what one page gave is not lost with the next"
        assert await poller.kinds() == ["coverage-gap"]
        state = await next_document(poller, server, 11, before="/a")
        assert (await new_urls(poller), state.memory.gap) == (links(*range(4, 12)), None)
        gap, restored = await poller.recorded()
        assert (restored.gap_id, restored.recovered) == (gap.id, 5)
        assert len(server.asked("/a")) == 1, "the next try goes on where this one ended"

    async def test_what_became_known_since_does_not_close_it(self, poller, server, missed):
        """On the second try the pages have moved on: the second begins with what the first document held."""
        server.routes["/p2"] = reply(503)
        await missed("/p2", relation="next")
        server.routes |= {
            "/feed": page(13, 12, 11, before="/p2", relation="next"),
            "/p2": page(10, 9, 8, before="/p3", relation="next"),
            "/p3": page(7, 6, 5, before="/p4", relation="next"),
            "/p4": page(4, 3, 2, relation="next"),
        }
        state = await poller.poll(after=3 * HOUR)
        assert (await new_urls(poller), state.memory.gap) == (links(*range(4, 14)), None)
        first, second, *closed = await poller.recorded()
        assert [event.gap_id for event in closed] == [first.id, second.id]
        assert [event.recovered for event in closed] == [5, 5]

    async def test_a_long_archive_is_read_in_several_tries(self, poller, server, known):
        far = 40
        for number in range(4, far):
            server.routes[f"/a{number}"] = page(number, before=f"/a{number - 1}")
        server.routes |= {"/a3": page(3), "/feed": page(far, before=f"/a{far - 1}")}
        await poller.clock.advance(3600 * far)
        server.routes["/feed"] = page(far + 1, far, before=f"/a{far - 1}")
        state = await poller.poll()
        assert state.memory.gap.resume == server.url(f"/a{far - 1 - MAX_PAGES}")
        tries = 1
        while state.memory.gap is not None:
            state = await next_document(poller, server, far + 1 + tries, before=f"/a{far - 1}")
            tries += 1
        assert await new_urls(poller) == links(*range(4, far + tries + 1))
        assert tries == 4
        assert all(len(server.asked(f"/a{number}")) == 1 for number in range(3, far))
        assert (await poller.recorded())[1].recovered == far - 4

    async def test_it_is_tried_a_bounded_number_of_times(self, poller, server, missed):
        server.routes["/a"] = reply(503)
        await missed("/a")
        for number in range(11, 30):
            state = await next_document(poller, server, number, before="/a")
        assert len(server.asked("/a")) == TRIES == state.memory.gap.tries
        assert await poller.kinds() == ["coverage-gap"]

    async def test_an_answer_without_a_document_is_no_occasion(self, poller, server, missed):
        server.routes["/a"] = reply(503)
        await missed("/a")
        for _ in range(4):
            await poller.poll(after=HOUR)
        assert len(server.asked("/a")) == 1

    async def test_an_outage_of_the_database_costs_the_archive_no_second_request(self, poller, server, missed):
        server.routes |= {"/a": page(8, 7, 6, before="/b"), "/b": page(5, 4, 3)}
        brought, failures = poller.feeds.entries.brought, [1, 2, 3]

        async def flaky(*args):
            if failures and server.asked("/b"):
                failures.pop()
                raise Wait("the database is away")
            return await brought(*args)

        poller.feeds.entries.brought = flaky
        stage_poll = poller.stage.poll

        async def patient(feed):
            return await stage_poll(feed, asyncio.Event())

        poller.stage.poll = patient
        state = await missed("/a")
        assert (failures, state.memory.gap) == ([], None)
        assert [len(server.asked(path)) for path in ("/feed", "/a", "/b")] == [2, 1, 1]

    async def test_archived_entries_do_not_make_the_feed_a_lively_one(self, poller, server, missed):
        """They are as old as the gap is long; the rate goes by what the feed itself shows."""
        without = await missed()
        weight = without.memory.weight
        server.routes |= {"/a": page(8, 7, 6, 5, 4, 3)}
        await next_document(poller, server, 11, before="/a")
        state = await poller.feed()
        assert len(await poller.entries()) == 11
        assert state.memory.weight < weight + 1.1


class TestSitemap:
    @pytest.fixture
    def robots(self, server):
        def name(*paths):
            named = "".join(f"Sitemap: {server.url(path)}\n" for path in paths)
            server.routes["/robots.txt"] = reply(200, f"User-agent: *\nAllow: /\n{named}".encode())

        return name

    async def test_the_news_sitemap_that_robots_txt_names_fills_the_gap(self, poller, server, missed, robots):
        robots("/news.xml")
        server.routes["/news.xml"] = news_sitemap(*range(10, 0, -1))
        state = await missed()
        assert (await new_urls(poller), state.memory.gap) == (links(*range(4, 11)), None)
        assert len(await poller.entries()) == 10, "none twice, though the sitemap has no guids"
        gap, restored = await poller.recorded()
        assert (restored.by, restored.gap_id, restored.recovered) == ("sitemap", gap.id, 5)

    async def test_what_the_feed_brings_after_all_is_not_published_again(self, poller, server, missed, robots):
        robots("/news.xml")
        server.routes["/news.xml"] = news_sitemap(*range(10, 0, -1))
        await missed()
        server.routes["/feed"] = page(*range(11, 3, -1))
        await poller.poll(after=HOUR)
        assert len(await poller.entries()) == 11

    async def test_one_that_does_not_reach_back_far_enough_fills_nothing(self, poller, server, missed, robots):
        robots("/news.xml")
        server.routes["/news.xml"] = news_sitemap(*range(10, 5, -1))
        state = await missed()
        assert (await new_urls(poller), state.memory.gap.tries) == (links(9, 10), 1)

    async def test_an_article_that_was_published_shortly_before_the_last_poll_may_be_missing_as_well(
        self, poller, server, missed, robots
    ):
        """A feed shows an article minutes after it was dated."""
        robots("/news.xml")
        server.routes["/news.xml"] = news_sitemap(*range(10, 4, -1), 2.6, 2, 1)
        await missed()
        assert link(2.6) in await poller.urls()

    async def test_an_article_that_is_dated_by_the_day_may_be_of_any_time_of_it(self, poller, server, missed, robots):
        robots("/news.xml")
        server.routes["/news.xml"] = news_sitemap(10, 0, -24)
        await missed()
        assert link(0) in await poller.urls()

    async def test_the_ones_that_speak_of_news_are_tried_first_and_one_that_fails_hinders_no_other(
        self, poller, server, missed, robots
    ):
        robots("/tags.xml", "/pages.xml", "/a.xml", "/b.xml", "/c.xml", "/gone-news.xml", "/google-news.xml")
        server.routes["/google-news.xml"] = news_sitemap(*range(10, 0, -1))
        state = await missed()
        assert state.memory.gap is None
        assert server.asked("/tags.xml") == []

    async def test_an_index_leads_to_them(self, poller, server, missed, robots):
        robots("/sitemap.xml")
        index = (
            f"<sitemapindex><sitemap><loc>{server.url('/old.xml')}</loc><lastmod>2020-01-01T10:00:00Z</lastmod>"
            f"</sitemap><sitemap><loc>{server.url('/news.xml')}</loc></sitemap></sitemapindex>"
        )
        server.routes |= {"/sitemap.xml": reply(200, index.encode()), "/news.xml": news_sitemap(*range(10, 0, -1))}
        state = await missed()
        assert state.memory.gap is None
        assert server.asked("/old.xml") == []

    async def test_only_a_few_are_asked_for(self, poller, server, missed, robots):
        robots(*(f"/{number}.xml" for number in range(50)))
        await missed()
        assert sum(seen.target.endswith(".xml") for seen in server.seen) == 5

    async def test_only_hosts_that_the_feed_leads_to_count(self, poller, server, missed, robots):
        robots("/news.xml")
        server.routes["/news.xml"] = news_sitemap(*range(10, 0, -1), host="elsewhere.example")
        await missed()
        assert await new_urls(poller) == links(9, 10)

    async def test_an_archive_that_fails_is_made_up_for(self, poller, server, missed, robots):
        robots("/news.xml")
        server.routes |= {"/a": page(8, 7, before="/b"), "/b": reply(503)}
        server.routes["/news.xml"] = news_sitemap(*range(10, 0, -1))
        await missed("/a")
        assert await new_urls(poller) == links(*range(4, 11))
        assert len(await poller.entries()) == 10
        assert (await poller.recorded())[1].recovered == 5

    @pytest.mark.parametrize("robots_txt", [reply(404), reply(500), reply(200, b"\xff\x00junk"), reply(200)])
    async def test_a_site_without_one_leaves_the_gap_open(self, poller, server, missed, robots_txt):
        server.routes["/robots.txt"] = robots_txt
        state = await missed()
        assert state.memory.gap.tries == 1


async def _dies(*_):
    raise Wait("the process dies here")
