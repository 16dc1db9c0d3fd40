"""What is told of the feeds themselves: recorded with the state that it tells of, told afterwards, and never lost."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from newswire.adapters.store.tables import feed_events
from newswire.contracts import decode
from newswire.domain.feeds.health import FAILING, event_id
from newswire.domain.feeds.memory import FeedOptions
from newswire.domain.feeds.state import FeedState, PollSaved
from newswire.errors import Wait
from newswire.events import CHANGES, Feed, FeedFailing, FeedGone, FeedNotAFeed, FeedRecovered, FeedSilent, feed_id_of
from support.fakes import START
from support.httpserver import reply
from support.line import on
from support.polling import DAY, HOUR, Poller, feed_reply, item, redirect
from support.web import atom

FEED = feed_reply(atom(item(1)), etag='"1"')
PAGE = feed_reply("<!doctype html><title>Sorry</title>", content_type="text/html")
AWAY = reply(503)


@pytest.fixture
async def url(poller, server):
    """A feed that is polled every hour."""
    server.routes["/feed"] = FEED
    await poller.add(server.url("/feed"), options=FeedOptions(interval_s=3600))
    return server.url("/feed")


async def failing(poller):
    """A feed that is told to be failing, not yet told on the wire."""
    poller.web.get = _times_out
    for _ in range(FAILING):
        await poller.poll(after=HOUR)


async def _times_out(request):
    raise TimeoutError


async def told(poller):
    """The feed events on the wire, as (id, bytes, key), without telling any."""
    return [(str(decode(record).id), record.value, record.key) for record in await on(poller.bus, CHANGES)]


class TestEndToEnd:
    """Each kind, by the schedule."""

    async def test_a_feed_whose_server_fails_is_told_once_and_its_recovery_too(self, poller, server, url):
        server.routes["/feed"] = [FEED, *[AWAY] * 9, FEED]
        await poller.keep_polling(18 * DAY)
        begun, ended, *_ = await poller.recorded()
        assert isinstance(begun, FeedFailing)
        assert (begun.feed.id, begun.feed.url, begun.feed.title) == (feed_id_of(url), url, "The Gazette")
        assert (begun.reason, begun.errors) == ("http-503", FAILING)
        assert begun.last_success < begun.at
        assert isinstance(ended, FeedRecovered)
        assert (ended.was, ended.since) == ("failing", begun.at)
        assert ended.at > begun.at

    async def test_a_page_in_a_feeds_place_is_told_at_once(self, poller, server, url):
        began = poller.clock.now()
        server.routes["/feed"] = [FEED, *[PAGE] * 5, reply(304)]
        await poller.keep_polling(3 * DAY)
        begun, ended = await poller.recorded()
        assert isinstance(begun, FeedNotAFeed)
        assert (begun.content_type, begun.announced, begun.last_success) == ("text/html", (), began)
        assert (ended.kind, ended.was) == ("feed-recovered", "not-a-feed")

    async def test_a_feed_that_falls_silent_is_told_and_so_is_that_it_speaks_again(self, poller, server, url):
        server.routes["/feed"] = [feed_reply(atom(item(n), item(n - 1))) for n in range(2, 60)]
        for _ in range(2, 60):
            await poller.poll(after=6 * HOUR)
        assert await poller.kinds() == []
        last = poller.clock.now()
        await poller.keep_polling(8 * DAY)
        (silent,) = await poller.recorded()
        assert isinstance(silent, FeedSilent)
        assert silent.last_entry == last
        assert 5 * 3600 < silent.usual_gap_s < 7 * 3600
        patience = timedelta(seconds=20 * silent.usual_gap_s)
        assert patience < silent.at - last < patience + DAY, "by what it did, not by the dates that it gives"
        server.routes["/feed"] = feed_reply(atom(item(60), item(59)))
        await poller.keep_polling(DAY)
        assert await poller.kinds() == ["feed-silent", "feed-recovered"]

    async def test_a_gone_feed_is_told(self, poller, server, url):
        server.routes["/feed"] = [FEED, reply(410)]
        await poller.keep_polling(9 * DAY)
        (gone,) = await poller.recorded()
        assert isinstance(gone, FeedGone)
        assert (gone.status, (await poller.feed()).disabled) == (410, "gone")
        assert gone.at - gone.since >= DAY

    async def test_a_moved_feed_is_told_by_its_own_schedule(self, poller, server, url):
        server.routes |= {"/feed": redirect("/new"), "/new": FEED}
        await poller.keep_polling(4 * DAY)
        assert [event.to for event in await poller.recorded() if event.kind == "feed-moved"] == [server.url("/new")]

    async def test_a_feed_without_an_answer_for_weeks_is_told_once(self, poller, server, url):
        server.routes["/feed"] = [FEED, AWAY]
        await poller.keep_polling(60 * DAY)
        assert await poller.kinds() == ["feed-failing"]

    async def test_a_hiccup_is_not_told(self, poller, server, url):
        server.routes["/feed"] = [FEED, *[AWAY] * (FAILING - 1), FEED]
        await poller.keep_polling(2 * DAY)
        assert await poller.kinds() == []


class TestRecordedWithTheState:
    async def test_state_and_event_are_written_together_or_not_at_all(self, poller, url):
        await poller.poll()
        record = poller.feeds.entries.save

        async def half(saved):
            broken = {"key": saved.feed.last_polled_at.replace(tzinfo=None)}
            await record(replace(saved, touched=broken))  # the last thing that is written cannot be

        poller.web.get = _times_out
        for _ in range(FAILING - 1):
            before = await poller.poll(after=HOUR)
        poller.feeds.entries.save = half
        with pytest.raises(Exception, match="naive"):
            await poller.poll(after=HOUR)
        assert await poller.feed() == before
        assert await poller.feeds.events.untold(10) == ()
        poller.feeds.entries.save = record
        state = await poller.poll(after=HOUR)
        assert state.memory.condition == "failing"
        assert [event.kind for event in await poller.feeds.events.untold(10)] == ["feed-failing"]

    async def test_nothing_is_told_before_it_is_recorded(self, poller, url):
        await poller.poll()
        poller.feeds.entries.save = _dies
        poller.web.get = _times_out
        for _ in range(FAILING):
            with pytest.raises(Wait):
                await poller.poll(after=HOUR)
        assert await poller.recorded() == []


class TestTold:
    async def test_what_was_recorded_is_told_after_the_polls_and_no_more_than_once(self, poller, server, url):
        server.routes["/feed"] = PAGE
        await poller.due()
        assert [key for _, _, key in await told(poller)] == [str(feed_id_of(url))]
        for _ in range(3):
            await poller.stage.tell()
        assert len(await told(poller)) == 1
        assert await poller.feeds.events.untold(10) == ()

    async def test_after_a_crash_before_telling_it_is_told_by_the_next_one(self, poller, url):
        await failing(poller)
        assert await told(poller) == []
        await poller.restart()
        await poller.due()
        assert len(await told(poller)) == 1

    async def test_after_a_crash_between_publishing_and_marking_the_same_bytes_are_told_again(self, poller, url):
        await failing(poller)
        mark, poller.feeds.events.mark_told = poller.feeds.events.mark_told, _dies
        with pytest.raises(Wait):
            await poller.stage.tell()
        poller.feeds.events.mark_told = mark
        await poller.restart()
        await poller.clock.advance(3600)
        await poller.stage.tell()
        first, second = await on(poller.bus, CHANGES)
        assert (first.key, first.value, first.headers) == (second.key, second.value, second.headers)

    @pytest.mark.parametrize("failure", ["away", "unheard"])
    async def test_a_broker_that_is_away_loses_none(self, poller, url, failure):
        await failing(poller)
        setattr(poller.bus, failure, 3)
        for _ in range(3):
            with pytest.raises(Wait):
                await poller.stage.tell()
        await poller.stage.tell()
        events = await told(poller)
        assert len(set(events)) == 1
        assert len(events) == (1 if failure == "away" else 4)

    async def test_more_than_one_batch_is_told_and_those_of_a_feed_in_their_order(self, poller, server):
        urls = [server.url(f"/{number}") for number in range(40)]
        await poller.add(*urls)
        for hour in range(15):
            for url in urls:
                await poller.feeds.entries.save(
                    PollSaved(await poller.feeds.feeds.by_url(url), events=[failed(url, hour)])
                )
        events = await poller.recorded()
        assert len(events) == 600
        for url in urls:
            assert [event.errors for event in events if event.feed.url == url] == list(range(1, 16))

    async def test_two_events_of_one_moment_are_told_in_the_order_in_which_they_came_to_be(self, poller, server):
        """Recovered, and then silent: by their ids alone half of all feeds would be told the other way round."""
        urls = [server.url(f"/{number}") for number in range(24)]
        server.routes = dict.fromkeys((f"/{number}" for number in range(24)), FEED)
        await poller.add(*urls)
        await poller.due()
        await poller.clock.advance(30 * 24 * 3600)
        server.routes = dict.fromkeys(server.routes, PAGE)
        for url in urls:
            await poller.stage.poll(await poller.feeds.feeds.by_url(url))
        server.routes = dict.fromkeys(server.routes, reply(304))
        await poller.clock.advance(3600)
        for url in urls:
            await poller.stage.poll(await poller.feeds.feeds.by_url(url))
        events = await poller.recorded()
        for url in urls:
            kinds = [event.kind for event in events if event.feed.url == url]
            assert kinds == ["feed-not-a-feed", "feed-recovered", "feed-silent"]

    async def test_what_a_later_version_recorded_is_left_to_it_and_stops_nothing(self, poller, sqlite_database, url):
        async with sqlite_database.write() as connection:
            unknown = {"event_id": uuid4(), "feed_id": feed_id_of(url), "kind": "feed-of-tomorrow", "value": b"{}"}
            await connection.execute(feed_events.insert().values(**unknown, at=START, place=0))
        await failing(poller)
        await poller.stage.tell()
        assert len(await told(poller)) == 1
        assert [event.kind for event in await poller.feeds.events.untold(10)] == ["feed-of-tomorrow"]

    async def test_two_pollers_that_tell_at_once_repeat_and_mix_up_nothing(self, poller, sqlite_database, server):
        other = Poller(sqlite_database, poller.clock)
        server.routes["/feed"] = [FEED, PAGE, FEED, PAGE, FEED]
        await poller.add(server.url("/feed"))
        for _ in range(5):
            await poller.poll(after=HOUR)
        await asyncio.gather(poller.stage.tell(), other.stage.tell())
        firsts = dict.fromkeys((event.id, event.kind) for event in await poller.recorded())
        assert [kind for _, kind in firsts] == ["feed-not-a-feed", "feed-recovered"] * 2
        await other.close()


def failed(url, hour):
    at, feed = START + hour * HOUR, Feed(id=feed_id_of(url), url=url)
    return FeedFailing(id=event_id(feed.id, "feed-failing", at), feed=feed, at=at, reason="dns", errors=hour + 1)


async def _dies(*_):
    raise Wait("the process dies here")


async def test_what_became_of_a_removed_feed_is_told_all_the_same(poller, url):
    await failing(poller)
    assert await poller.feeds.feeds.remove(url)
    assert await poller.kinds() == ["feed-failing"]


async def test_a_hostile_answer_makes_no_event_that_cannot_be_told(poller, server, url):
    """A name in the headers that no JSON can carry, and a page that announces a thousand feeds at endless addresses."""
    links = "".join(f'<link rel=alternate type=application/rss+xml href="/{n}{"x" * 900}">' for n in range(900))
    server.routes["/feed"] = feed_reply(f"<!doctype html>{links}", content_type="text/html; charset=\xff\xfe\u00e9")
    state: FeedState = await poller.poll()
    assert state.last_outcome == "not-a-feed"
    (event,) = await poller.recorded()
    assert len(event.announced) == 20
    assert len(event.model_dump_json()) < 200_000
    assert timedelta(0) == poller.clock.now() - event.at
