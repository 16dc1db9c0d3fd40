"""newswire feeds set, list and events, and what a feed's removal by a former address and explain have to do with it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from newswire.assembly.backends import open_backends
from newswire.domain.feeds.memory import FeedMemory, Gap, Move
from newswire.domain.feeds.state import PollSaved
from newswire.events import feed_id_of, stable_id
from newswire.operations.subscribe import subscription

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OLD, NEW, OTHER = "https://n.example/old", "https://n.example/new", "https://other.example/feed"


@pytest.fixture
def holding(newswire):
    """Put feeds into the database as polls left them: each a function of a new subscription."""

    def put(**feeds):
        async def work():
            async with open_backends(newswire.settings) as backends:
                for url, left in feeds.values():
                    feed = subscription(url, NOW)
                    await backends.feeds.add([feed])
                    await backends.entries.save(PollSaved(left(feed)))

        asyncio.run(work())
        return newswire

    return put


def moved(feed):
    return replace(feed, url=NEW, memory=FeedMemory(former_urls=("https://n.example/older", OLD)))


def gone(feed):
    return replace(feed, disabled="gone", errors=2, next_poll_at=NOW, memory=FeedMemory(gone_since=NOW))


def listed(command, url):
    (row,) = [row for row in command("feeds", "list").rows if row["url"] == url]
    return row


def test_options_are_set_shown_and_taken_back_and_what_is_not_named_stays(newswire, inside):
    inside("feeds", "import", _opml(newswire, OLD, OTHER))
    set_ = ("feeds", "set", OLD)
    assert "every 600 s" in inside(*set_, "--interval", "600").err
    assert "without asking robots.txt" in inside(*set_, "--ignore-robots").err
    row = listed(inside, OLD)
    assert (row["interval_s"], row["ignore_robots"]) == (600, True)
    assert "by the schedule" in inside(*set_, "--no-interval").err
    row = listed(inside, OLD)
    assert (row["interval_s"], row["ignore_robots"]) == (None, True)
    inside(*set_, "--obey-robots", "--interval", "0.5")
    row = listed(inside, OLD)
    assert (row["interval_s"], row["ignore_robots"]) == (0.5, False)
    row = listed(inside, OTHER)
    assert (row["interval_s"], row["ignore_robots"]) == (None, False)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((OLD,), "nothing to set"),
        ((OLD, "--interval", "5", "--no-interval"), "exclude each other"),
        ((OLD, "--interval", "0"), "more than 0 and at most 604800"),
        ((OLD, "--interval", "-5"), "more than 0"),
        ((OLD, "--interval", "nan"), "more than 0"),
        ((OLD, "--interval", "604801"), "at most 604800"),
        (("https://unknown.example/", "--enable"), "no feed https://unknown.example/: 'newswire feeds list'"),
    ],
)
def test_what_cannot_be_set_is_said(newswire, inside, arguments, said):
    inside("feeds", "import", _opml(newswire, OLD))
    assert said in inside("feeds", "set", *arguments, code=2).err


def test_a_gone_feed_is_taken_back_due_at_once_and_its_410_is_forgotten(holding, inside):
    newswire = holding(feed=(OLD, gone))
    assert "it was given up as: gone" in inside("feeds", "set", OLD, "--enable").err
    row = listed(inside, OLD)
    assert (row["disabled"], row["errors"]) == (None, 0)
    assert datetime.fromisoformat(row["next_poll_at"]) > NOW
    assert _memory(newswire, OLD).gone_since is None
    assert "polled as it is" in inside("feeds", "set", OLD, "--enable").err


def test_a_feeds_condition_move_gap_and_addresses_are_listed(holding, inside):
    gap = Gap(stable_id("gap"), NOW, NOW, tries=2)
    memory = FeedMemory(
        condition="silent",
        condition_since=NOW,
        last_entry_at=NOW,
        usual_gap_s=90.5,
        move=Move("https://n.example/next", NOW, 2),
        gap=gap,
        former_urls=("https://n.example/older",),
    )
    holding(feed=(OLD, lambda feed: replace(feed, memory=memory)))
    row = listed(inside, OLD)
    at = NOW.isoformat()
    assert (row["condition"], row["condition_since"], row["last_entry_at"], row["usual_gap_s"]) == (
        "silent",
        at,
        at,
        90.5,
    )
    assert (row["moving_to"], row["former_urls"]) == ("https://n.example/next", ["https://n.example/older"])
    assert row["gap"] == {"id": str(gap.id), "since": at, "until": at, "tries": 2}


@pytest.mark.parametrize("address", [NEW, OLD, "https://n.example/older", "n.example/old"])
def test_a_moved_feed_is_set_and_removed_by_any_address_it_ever_had(holding, inside, address):
    holding(feed=(OLD, moved), other=(OTHER, lambda feed: feed))
    inside("feeds", "set", address, "--interval", "60")
    assert listed(inside, NEW)["interval_s"] == 60
    assert f"removed {NEW}" in inside("feeds", "remove", address).err
    assert [row["url"] for row in inside("feeds", "list").rows] == [OTHER]
    assert "no feed" in inside("feeds", "remove", address, code=2).err


def test_what_became_of_feeds_is_printed_of_all_of_one_and_since_a_moment(newswire, inside, site):
    site.routes["/sport.xml"] = ("text/html", "<!doctype html><title>Sorry</title>")
    inside("feeds", "import", _opml(newswire, site.url("/news.xml"), site.url("/sport.xml")))
    newswire("run", "--once")
    (event,) = inside("feeds", "events").rows
    assert (event["kind"], event["feed"]["url"]) == ("feed-not-a-feed", site.url("/sport.xml"))
    assert inside("feeds", "events", site.url("/sport.xml")).rows == [event]
    assert inside("feeds", "events", site.url("/news.xml")).rows == []
    assert inside("feeds", "events", "--since", "1h").rows == [event]
    assert inside("feeds", "events", "--since", "2126-01-01").rows == []
    assert [json for json in inside("tail").rows if json["kind"] == "feed-not-a-feed"] == [event], "told as it is"
    inside("feeds", "remove", site.url("/sport.xml"))
    assert inside("feeds", "events", site.url("/sport.xml")).rows == [event], "it outlives its feed"


def test_explain_names_the_gap_in_which_an_article_may_have_been_missed(newswire, inside, site):
    def serve(*numbers):
        items = (f"<item><guid>{n}</guid><link>{site.url(f'/a{n}')}</link></item>" for n in numbers)
        site.routes["/news.xml"] = ("text/xml", f'<rss version="2.0"><channel>{"".join(items)}</channel></rss>')

    inside("feeds", "import", _opml(newswire, site.url("/news.xml")))
    serve(1, 2)
    newswire("run", "--once")
    assert inside("explain", site.url("/a5"), code=1).rows == []
    serve(8, 9)
    newswire("run", "--once")
    (gap,) = inside("feeds", "events").rows
    (row,) = inside("explain", site.url("/a5"), code=1).rows
    assert (row["what"], row["gap_id"], row["feed"]) == ("gap", gap["id"], site.url("/news.xml"))
    assert datetime.fromisoformat(row["since"]) < datetime.fromisoformat(row["until"])
    assert inside("explain", "https://elsewhere.example/a5", code=1).rows == []
    assert inside("audit").value["balanced"]


def _memory(newswire, url):
    async def work():
        async with open_backends(newswire.settings) as backends:
            (feed,) = [feed for feed in await backends.feeds.all() if feed.id == feed_id_of(url)]
            return feed.memory

    return asyncio.run(work())


def _opml(newswire, *urls):
    newswire.folder.mkdir(exist_ok=True)
    path = newswire.folder / "some.opml"
    outlines = "".join(f'<outline type="rss" xmlUrl="{url}"/>' for url in urls)
    path.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
    return str(path)
