"""A sitemap, or an index of them, polled as a feed: what is new on a site that has no feed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.domain.feeds.memory import FeedOptions
from newswire.domain.feeds.sitemaps import MAX_PARTS
from newswire.events import NO_VALIDATORS
from support.fakes import START, FakeClock
from support.httpserver import Server, reply
from support.polling import DAY, HOUR, RULES, link
from support.polling import poller as new_poller


def index(server, **parts):
    """An index of the parts /NAME.xml with their lastmod, a number of hours or a text; None for none."""
    rows = "".join(
        f"<sitemap><loc>{server.url(f'/{name}.xml')}</loc>{'' if said is None else f'<lastmod>{when(said)}</lastmod>'}"
        "</sitemap>"
        for name, said in parts.items()
    )
    return reply(200, f"<sitemapindex>{rows}</sitemapindex>".encode(), etag=f'"{abs(hash(rows))}"')


def part(*numbers, at=None):
    """A sitemap of pages, each modified in the hour of its number."""
    rows = "".join(
        f"<url><loc>{link(n)}</loc><lastmod>{when(n if at is None else at)}</lastmod></url>" for n in numbers
    )
    return reply(200, f"<urlset>{rows}</urlset>".encode(), etag='"part"')


def when(said):
    return said if isinstance(said, str) else (START + said * HOUR).isoformat()


def links(*numbers):
    return [link(number) for number in numbers]


@pytest.fixture
async def site(poller, server):
    """Polls the index at the given hour; gives the feed's state."""
    await poller.add(server.url("/index.xml"), options=FeedOptions(interval_s=6 * 3600))

    async def poll_at(hour):
        return await poller.poll(after=START + hour * HOUR - poller.clock.now())

    return poll_at


async def test_a_plain_sitemap_brings_the_pages_that_were_lately_modified(poller, server, site):
    server.routes["/index.xml"] = part(-24 * 9, -24 * 2, 1)
    await site(2)
    assert await poller.urls() == links(-48, 1)


async def test_a_sitemap_that_shares_nothing_with_the_last_look_shows_no_gap(poller, server, site):
    """It lists every page; what we leave out for its age is not missing."""
    server.routes["/index.xml"] = part(1, 2)
    await site(2)
    server.routes["/index.xml"] = part(1, 2, 100, 101)
    await site(102)
    assert await poller.kinds() == []


async def test_the_newest_parts_of_an_index_are_read_first_and_no_more_than_a_few(poller, server, site):
    names = {f"p{n}": -n for n in range(9)}
    server.routes |= {f"/{name}.xml": part(hour) for name, hour in names.items()}
    server.routes["/index.xml"] = index(server, **names)
    await site(1)
    assert [seen.target for seen in server.seen] == ["/index.xml", *(f"/p{n}.xml" for n in range(MAX_PARTS))]
    assert await poller.urls() == links(*range(0, -MAX_PARTS, -1))


async def test_later_only_parts_that_changed_are_read(poller, server, site):
    server.routes |= {"/old.xml": part(-9), "/new.xml": part(1), "/index.xml": index(server, old=-9, new=1)}
    await site(2)
    server.routes |= {"/new.xml": part(1, 5), "/index.xml": index(server, old=-9, new=5)}
    await site(6)
    assert [len(server.asked(f"/{name}.xml")) for name in ("old", "new")] == [1, 2]
    assert await poller.urls() == links(1, -9, 5)
    assert await poller.kinds() == []


async def test_an_index_that_says_when_its_parts_changed_is_asked_for_by_its_validators(poller, server, site):
    server.routes |= {"/new.xml": part(1), "/index.xml": index(server, new=1)}
    await site(2)
    await site(3)
    assert "if-none-match" in server.asked("/index.xml")[1].headers
    assert (await poller.feed()).last_outcome == "same-body"


@pytest.mark.parametrize("broken", [reply(503), reply(404), reply(200, b"<p>Sorry"), reply(200, b"<urlset><url><loc>")])
async def test_a_part_that_fails_is_not_hidden_behind_the_index(poller, server, site, broken):
    server.routes |= {
        "/good.xml": part(5),
        "/bad.xml": [broken, part(1)],
        "/index.xml": index(server, good=5, bad=1),
    }
    state = await site(6)
    assert (state.validators, state.body_hash, state.errors) == (NO_VALIDATORS, None, 0)
    assert await poller.urls() == links(5)
    await site(12)
    assert await poller.urls() == links(5, 1), "read again, though it has not changed for hours"
    assert "if-none-match" not in server.asked("/index.xml")[1].headers
    state = await site(13)
    assert state.validators != NO_VALIDATORS
    assert len(server.asked("/bad.xml")) == 2


@pytest.mark.parametrize("said", [None, "2026-01-01"], ids=["no date", "today"])
async def test_a_part_that_changes_under_an_index_that_does_not_is_read_again(poller, server, site, said):
    server.routes |= {"/new.xml": [part(1), part(1, 5)], "/index.xml": index(server, new=said)}
    state = await site(2)
    assert (state.validators, state.body_hash) == (NO_VALIDATORS, None)
    await site(20)
    assert await poller.urls() == links(1, 5)


async def test_other_sites_are_not_asked_for_their_sitemaps(poller, server, site):
    async with Server("127.0.0.2") as other:
        server.routes["/index.xml"] = index(other, new=1)
        await site(2)
        assert other.seen == []


@pytest.mark.parametrize("ignored", [False, True])
async def test_robots_txt_is_asked_of_a_part_as_it_is_of_the_feed(sqlite_database, server, ignored):
    rules = replace(RULES, read=replace(RULES.read, obey_robots=True))
    async with new_poller(sqlite_database, FakeClock(auto=True), rules=rules) as poller:
        server.routes |= {
            "/robots.txt": reply(200, b"User-agent: *\nDisallow: /new.xml"),
            "/new.xml": part(-1),
            "/index.xml": index(server, new=-1),
        }
        await poller.add(server.url("/index.xml"), options=FeedOptions(ignore_robots=ignored))
        await poller.poll()
        assert await poller.urls() == (links(-1) if ignored else [])
        assert bool(server.asked("/robots.txt")) is not ignored


async def test_a_page_that_was_modified_again_is_looked_at_again_and_not_published_anew(poller, server, site):
    server.routes["/index.xml"] = [part(1), part(1, at=5)]
    await site(2)
    await site(6)
    assert len(await poller.entries()) == 1


async def test_weeks_of_an_index_whose_month_turns_bring_each_page_once(poller, server, site):
    """Each day has a part of its own, and a part of a month that stays."""
    for day in range(10):
        parts = {f"day{n}": n * 24 + 12 for n in range(day + 1)}
        server.routes |= {f"/day{n}.xml": part(n * 24 + 12) for n in range(day + 1)}
        server.routes["/index.xml"] = index(server, month=-24 * 40, **parts)
        server.routes["/month.xml"] = part(*range(-24 * 60, -24 * 40))
        await poller.keep_polling(DAY - timedelta(seconds=1))
    assert sorted(await poller.urls()) == sorted(links(*(n * 24 + 12 for n in range(10))))
    assert "coverage-gap" not in await poller.kinds()
