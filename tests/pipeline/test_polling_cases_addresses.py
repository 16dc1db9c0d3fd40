"""Where a feed is: cases 12 to 15 of the polling checklist, over real HTTP."""

import ssl

import pytest

from newswire.cli.discovered import found_at
from newswire.domain.feeds.health import FAILING
from newswire.domain.feeds.memory import Move
from newswire.domain.feeds.move import ADOPT_AFTER
from newswire.errors import UsageError
from newswire.events import feed_id_of
from newswire.operations.discover import Discovery, DiscoveryRules
from newswire.operations.subscribe import subscription
from support.certificates import Authority
from support.fakes import FakeClock
from support.fetching import only_first_is_public
from support.httpserver import Server, reply
from support.polling import DAY, HOUR, feed_reply, item, link, redirect, sent, unless_known
from support.polling import poller as new_poller
from support.web import atom

FEED = feed_reply(atom(item(1), item(2)), etag='"1"')
HTML = "<!doctype html><title>Sign in</title><p>Please sign in to read on."


@pytest.fixture
async def old(poller, server):
    """A feed that moves from here to /new."""
    server.routes["/new"] = FEED
    await poller.add(server.url("/old"))
    return server.url("/old")


async def times(poller, count, *, apart):
    for _ in range(count):
        state = await poller.poll(after=apart)
    return state


class TestPermanent:
    @pytest.mark.parametrize("status", [301, 308])
    async def test_case_12_a_permanent_redirect_is_followed_now_and_adopted_when_it_has_lasted(
        self, poller, server, old, status
    ):
        server.routes["/old"] = redirect("/new", status)
        state = await times(poller, ADOPT_AFTER - 1, apart=13 * HOUR)
        assert (state.url, await poller.kinds()) == (old, [])
        assert await poller.urls() == [link(1), link(2)], "it is read from the first time on"
        state = await poller.poll(after=13 * HOUR)
        assert state.url == server.url("/new")
        assert state.memory.former_urls == (old,)
        (event,) = await poller.recorded()
        assert (event.kind, event.feed.url, event.to) == ("feed-moved", old, server.url("/new"))
        assert event.merged_into is None
        asked = len(server.asked("/old"))
        await poller.poll(after=HOUR)
        assert len(server.asked("/old")) == asked, "the old address is asked no more"

    async def test_case_12_many_polls_in_a_short_time_are_not_enough(self, poller, server, old):
        server.routes["/old"] = redirect("/new")
        state = await times(poller, 40, apart=HOUR)
        assert (state.url, await poller.kinds()) == (old, [])
        assert (await times(poller, 9, apart=HOUR)).url == server.url("/new")

    async def test_case_12_a_chain_leads_to_its_end(self, poller, server, old):
        server.routes |= {"/old": redirect("/between", 308), "/between": redirect("/new", 301)}
        assert (await times(poller, 6, apart=13 * HOUR)).url == server.url("/new")

    async def test_case_12_a_304_goes_on_with_a_move(self, poller, server, old):
        server.routes |= {"/old": redirect("/new"), "/new": unless_known('"1"', atom(item(1), item(2)))}
        assert (await times(poller, 6, apart=13 * HOUR)).url == server.url("/new")
        # Not at every poll: a feed without news for days is asked once without its validators.
        assert len([seen for seen in server.asked("/new") if "if-none-match" in seen.headers]) == 3

    async def test_case_12_a_feed_that_moves_without_a_word_of_news_moves_all_the_same(self, poller, server, old):
        """The same document at the new address is the best proof that it is the same feed."""
        server.routes["/old"] = [feed_reply(atom(item(1), item(2))), redirect("/new")]
        server.routes["/new"] = feed_reply(atom(item(1), item(2)))
        assert (await times(poller, 7, apart=13 * HOUR)).url == server.url("/new")
        assert len(await poller.entries()) == 2

    async def test_case_12_a_moved_feeds_entries_keep_their_ids(self, poller, server, old):
        server.routes["/old"] = redirect("/new")
        await times(poller, 6, apart=13 * HOUR)
        server.routes["/new"] = feed_reply(atom(item(3), item(1), item(2)))
        state = await poller.poll(after=HOUR)
        assert await poller.urls() == [link(1), link(2), link(3)], "none is told twice"
        assert {entry.feed.id for entry in await poller.entries()} == {feed_id_of(old)} == {state.id}
        assert [entry.feed.url for entry in await poller.entries()][-1] == server.url("/new")


class TestTemporary:
    @pytest.mark.parametrize("status", [302, 303, 307])
    async def test_case_12_a_temporary_redirect_is_followed_and_never_adopted(self, poller, server, old, status):
        server.routes["/old"] = redirect("/new", status)
        state = await times(poller, 12, apart=DAY)
        assert (state.url, state.memory.move) == (old, None)
        assert "feed-moved" not in await poller.kinds()
        assert len(await poller.entries()) == 2

    async def test_case_12_one_temporary_hop_makes_the_whole_chain_temporary(self, poller, server, old):
        server.routes |= {"/old": redirect("/between", 301), "/between": redirect("/new", 302)}
        assert (await times(poller, 12, apart=DAY)).url == old

    async def test_case_12_a_redirect_that_does_not_hold_begins_anew(self, poller, server, old):
        moved = redirect("/new")
        server.routes["/old"] = [*[moved] * 4, FEED, *[moved] * 9]
        assert (await times(poller, 9, apart=13 * HOUR)).url == old
        assert (await poller.poll(after=13 * HOUR)).url == server.url("/new")


class TestElsewhere:
    @pytest.mark.parametrize("target", ["/login", "/", "/?from=feed"])
    async def test_case_12_a_redirect_to_a_page_is_never_adopted(self, poller, server, old, target):
        server.routes |= {"/old": [FEED, redirect(target)], target: feed_reply(HTML, content_type="text/html")}
        state = await times(poller, 12, apart=DAY)
        assert (state.url, state.memory.move) == (old, None)
        assert state.last_outcome == "not-a-feed"

    async def test_case_12_the_front_page_is_no_new_address_even_where_it_is_a_feed(self, poller, server, old):
        server.routes |= {"/old": redirect("/"), "/": FEED}
        state = await times(poller, 12, apart=DAY)
        assert (state.url, len(await poller.entries())) == (old, 2)

    async def test_case_12_a_page_at_the_new_address_ends_a_move(self, poller, server, old):
        """Five successes in a row, not five in all."""
        server.routes |= {"/old": redirect("/new"), "/new": [*[FEED] * 4, feed_reply(HTML), FEED]}
        await times(poller, 5, apart=13 * HOUR)
        state = await poller.poll(after=13 * HOUR)
        assert state.url == old
        assert state.memory.move == Move(server.url("/new"), poller.clock.now(), 1)


class TestMerged:
    async def test_case_12_a_feed_that_moves_onto_another_is_retired_and_nothing_is_told_twice(
        self, poller, server, old
    ):
        server.routes["/old"] = [FEED, redirect("/new")]
        await poller.poll(old)
        await poller.add(server.url("/new"))
        await poller.poll(server.url("/new"))
        assert len(await poller.entries()) == 2
        for _ in range(6):
            await poller.clock.advance(13 * 3600)
            await poller.stage.poll(await poller.feed(old))
        retired, kept = await poller.feed(old), await poller.feed(server.url("/new"))
        assert (retired.url, retired.disabled) == (old, f"moved to {server.url('/new')}")
        assert (kept.disabled, kept.url) == (None, server.url("/new"))
        (event,) = [event for event in await poller.recorded() if event.kind == "feed-moved"]
        assert (event.feed.id, event.to, event.merged_into) == (retired.id, server.url("/new"), kept.id)
        assert len(await poller.entries()) == 2
        server.routes["/new"] = feed_reply(atom(item(3), item(1), item(2)))
        await poller.keep_polling(DAY)
        assert await poller.urls() == [link(1), link(2), link(3)]

    async def test_case_12_two_feeds_that_move_onto_each_other_in_turn_are_not_both_retired(self, poller, server, old):
        """The publisher moves, thinks better of it and moves back: whoever is left is polled on."""
        new = server.url("/new")
        await poller.add(new)
        server.routes["/old"] = redirect("/new")
        for _ in range(6):
            await poller.clock.advance(13 * 3600)
            await poller.stage.poll(await poller.feed(old))
        assert (await poller.feed(old)).disabled
        server.routes |= {"/old": FEED, "/new": redirect("/old")}
        for _ in range(9):
            await poller.clock.advance(13 * 3600)
            await poller.stage.poll(await poller.feed(new))
        state = await poller.feed(new)
        assert (state.disabled, state.url, state.last_outcome) == (None, new, "same-body")


class TestRefusals:
    @pytest.mark.parametrize(
        ("routes", "reason"),
        [
            ({"/old": redirect("/old")}, "redirect-loop"),
            ({"/old": redirect("/a"), "/a": redirect("/b"), "/b": redirect("/old")}, "redirect-loop"),
            ({"/old": redirect("/0"), **{f"/{n}": redirect(f"/{n + 1}") for n in range(9)}}, "redirect-loop"),
            ({"/old": redirect("ftp://n.example/feed")}, "bad-url"),
            ({"/old": redirect("http://user:secret@n.example/feed")}, "bad-url"),
        ],
        ids=["to itself", "in a circle", "without end", "to another scheme", "with a password"],
    )
    async def test_case_13_a_redirect_that_leads_nowhere_is_a_failure_with_its_reason(
        self, poller, server, old, routes, reason
    ):
        server.routes |= routes
        await times(poller, FAILING, apart=HOUR)
        (event,) = await poller.recorded()
        assert (event.kind, event.reason) == ("feed-failing", reason)
        assert len(server.seen) <= 6 * FAILING

    async def test_case_13_https_is_not_left_for_http(self, poller, server, tmp_path):
        certificate, key = Authority(tmp_path).sign("localhost")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.routes["/new"] = FEED
        async with Server(tls=context) as secured:
            secured.routes["/old"] = redirect(server.url("/new"))
            # The fetcher has no setting for whom to trust beside the system's authorities.
            poller.web._exchange._open(keep=True).connector._ssl = ssl.create_default_context(
                cafile=tmp_path / "authority.pem"
            )
            await poller.add(secured.url("/old", host="localhost"))
            state = await poller.poll()
            assert len(secured.seen) == 1
        assert (state.last_outcome, server.seen) == ("insecure-redirect", [])

    async def test_case_13_a_private_address_is_not_connected_to(self, sqlite_database, server):
        async with Server("127.0.0.2") as inside:
            inside.routes["/feed"] = FEED
            server.routes["/old"] = redirect(inside.url("/feed"))
            ports = frozenset({server.port, inside.port})
            guarded = {"allow_private": False, "refuse": only_first_is_public, "ports": ports}
            async with new_poller(sqlite_database, FakeClock(auto=True), fetching=guarded) as poller:
                await poller.add(server.url("/old"))
                state = await poller.poll()
            assert (state.last_outcome, inside.connections) == ("blocked-address", 0)

    async def test_case_13_validators_are_for_their_own_origin(self, poller, server, old):
        async with Server() as other:
            other.routes["/feed"] = FEED
            server.routes["/old"] = [FEED, redirect(other.url("/feed"))]
            await times(poller, 3, apart=HOUR)
            assert "if-none-match" in sent(server, "/old")[1]
            assert all("if-none-match" not in headers and "a-im" not in headers for headers in sent(other))
            assert "authorization" not in sent(other)[0]


class TestGone:
    async def test_case_14_a_feed_is_given_up_after_a_410_that_is_confirmed_a_day_later(self, poller, server, old):
        server.routes["/old"] = [FEED, reply(410)]
        await poller.poll()
        first = await poller.poll(after=HOUR)
        since = poller.clock.now()
        assert (first.disabled, await poller.kinds()) == (None, [])
        early = await poller.poll(after=23 * HOUR)
        assert (early.disabled, await poller.kinds()) == (None, [])
        last = await poller.poll(after=HOUR)
        assert last.disabled == "gone"
        gone = [event for event in await poller.recorded() if event.kind == "feed-gone"]
        assert [(event.status, event.since) for event in gone] == [(410, since)]
        asked = len(server.seen)
        await poller.keep_polling(30 * DAY)
        assert len(server.seen) == asked

    async def test_case_14_by_its_own_schedule_it_takes_two_requests(self, poller, server, old):
        server.routes["/old"] = [FEED, reply(410)]
        await poller.poll()
        await poller.keep_polling(30 * DAY)
        assert len(server.seen) == 3
        assert await poller.kinds() == ["feed-gone"]

    @pytest.mark.parametrize("between", [FEED, reply(304), reply(404), reply(200, HTML.encode())])
    async def test_case_14_one_that_said_something_else_meanwhile_is_not_given_up(self, poller, server, old, between):
        server.routes["/old"] = [FEED, reply(410), between, reply(410)]
        state = await times(poller, 4, apart=25 * HOUR)
        assert state.disabled is None

    async def test_case_14_a_410_behind_a_temporary_redirect_is_not_the_feeds_own(self, poller, server, old):
        server.routes |= {"/old": [FEED, redirect("/busy", 302)], "/busy": reply(410)}
        state = await times(poller, 5, apart=25 * HOUR)
        assert (state.disabled, state.last_outcome) == (None, "http-410")

    async def test_case_14_a_404_is_only_asked_for_ever_more_rarely(self, poller, server, old):
        server.routes["/old"] = [FEED, reply(404)]
        await poller.poll()
        await poller.keep_polling(60 * DAY)
        state = await poller.feed()
        assert state.disabled is None
        assert 15 < len(server.seen) < 60, "every three days in the end"
        assert await poller.kinds() == ["feed-failing"]


ANNOUNCING = """<!doctype html><head><title>The Gazette</title>
<link rel=alternate type="application/rss+xml" href="/rss" title="All">
<link rel=alternate type="application/atom+xml" href="/atom">
<link rel=alternate type="application/feed+json" href="/json">
<link rel=alternate type="text/html" href="/other"></head>"""


class TestNotAFeed:
    async def test_case_15_a_page_is_searched_for_feeds_when_it_is_added(self, poller, server):
        server.routes["/"] = feed_reply(ANNOUNCING, content_type="text/html")
        for path in ("/rss", "/atom", "/json"):
            server.routes[path] = FEED
        found = (await _discovery(poller).search(server.url())).taken
        assert found
        assert {feed.url for feed in found} <= {server.url(path) for path in ("/rss", "/atom", "/json")}

    async def test_case_15_a_page_that_announces_none_cannot_be_added(self, poller, server):
        server.routes["/"] = feed_reply(HTML, content_type="text/html")
        found = await _discovery(poller).search(server.url())
        assert found.choices == ()
        with pytest.raises(UsageError, match="not a feed"):
            await found_at(subscription(server.url(), poller.clock.now()), _discovery(poller), poller.clock.now())

    async def test_case_15_an_established_feed_is_only_reported_and_polled_on(self, poller, server, old):
        server.routes["/old"] = [FEED, feed_reply(ANNOUNCING, content_type="text/html; charset=utf-8"), FEED]
        await poller.poll()
        state = await poller.poll(after=HOUR)
        (event,) = await poller.recorded()
        assert (event.kind, event.content_type) == ("feed-not-a-feed", "text/html; charset=utf-8")
        assert event.announced == tuple(map(server.url, ("/rss", "/atom", "/json")))
        assert event.last_success == poller.clock.now() - HOUR
        assert (state.url, state.disabled, len(await poller.feeds.feeds.all())) == (old, None, 1)
        await poller.poll(after=HOUR)
        assert await poller.kinds() == ["feed-not-a-feed", "feed-recovered"]

    @pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/octet-stream", "image/png", ""])
    async def test_case_15_the_bytes_decide_and_not_their_label(self, poller, server, old, kind):
        server.routes["/old"] = feed_reply(atom(item(1)), content_type=kind)
        assert (await poller.poll()).last_outcome == "entries"
        assert await poller.urls() == [link(1)]

    @pytest.mark.parametrize("kind", ["application/rss+xml", "application/atom+xml"])
    async def test_case_15_a_page_that_calls_itself_a_feed_is_none(self, poller, server, old, kind):
        server.routes["/old"] = feed_reply(HTML, content_type=kind)
        assert (await poller.poll()).last_outcome == "not-a-feed"


def _discovery(poller):
    return Discovery(poller.web, poller.workers, DiscoveryRules(max_bytes=100_000, obey_robots=False))
