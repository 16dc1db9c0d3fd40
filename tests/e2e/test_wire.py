"""newswire run --once and everything that shows what came of it."""

import json
import re
import signal
from collections import Counter
from collections.abc import Iterator

import pytest

from support.books import check
from support.commandline import CommandLine
from support.publisher import Publisher

LINE = {"title": "From the archive", "text": "It rained. " * 40, "published": "2020-02-29T12:00:00Z"}


async def test_a_second_run_finds_nothing_new_and_an_edit_becomes_a_revision(newswire):
    with Publisher(feeds=2, articles=6) as publisher:
        first = newswire("run", "--once", *publisher.feed_urls())
        assert "The books balance." in first.err
        assert {row["url"] for row in newswire("articles").rows} == {publisher.url(n) for n in range(6)}

        publisher.requests.clear()
        second = newswire.having(LOG__LEVEL="debug")("run", "--once", *publisher.feed_urls())
        polls = [row for row in second.rows if row["event"] == "feed.poll"]
        assert {(row["outcome"], row["status"]) for row in polls} == {("not-modified", 304)}
        assert set(publisher.requests) == {"/feed/0", "/feed/1"}

        publisher.edit(3)
        newswire("run", "--once")
        *first_six, last = newswire("tail", "--since", "1h").rows
        assert [change["kind"] for change in first_six] == ["published"] * 6
        assert (last["kind"], last["revision"], last["article"]["url"]) == ("revised", 2, publisher.url(3))
        assert publisher.items[3].paragraphs[0] in last["article"]["text"]
        assert newswire("tail", "articles", "--since", "2999-01-01T00:00:00Z").out == ""

        story = newswire("explain", publisher.url(3)).rows
        assert [row["what"] for row in story] == ["entry", "entry", "published", "revised", "article"]
        assert [row["outcome"] for row in story[:2]] == ["published", "revised"]
        balance = newswire("audit").value
        assert (balance["found"], balance["balanced"], balance["lost"]) == (7, True, 0)
        assert {kind: n for kind, n in balance["outcomes"].items() if n} == {"published": 6, "revised": 1}
        await check(newswire.settings, publisher)


async def test_a_dead_letter_is_shown_and_sent_again_once_its_page_is_there(anywhere):
    with Publisher(feeds=1, articles=3, missing=frozenset({1})) as publisher:
        anywhere("run", "--once", *publisher.feed_urls())
        (dead,) = anywhere("dead", "list").rows
        assert (dead["reason"], dead["url"], dead["retried_at"]) == ("http-404", publisher.url(1), None)
        assert anywhere("dead", "show", dead["id"]).value["entry_id"]

        publisher.missing = frozenset()
        assert "1 sent again" in anywhere("dead", "retry", dead["id"]).err
        anywhere("run", "--once")
        assert anywhere("dead", "list").out == ""
        wire = anywhere("tail", "--since", "1h").rows
        assert {change["article"]["url"] for change in wire} == {publisher.url(n) for n in range(3)}
        checked = await check(anywhere.settings, publisher)
        assert (checked.balance.outcomes["published"], checked.balance.outcomes["rejected"]) == (3, 0)


def test_an_archive_is_imported_once_however_often(newswire, tmp_path):
    file = tmp_path / "archive.jsonl"
    file.write_text("".join(json.dumps(LINE | {"url": f"https://archive.example/{n}"}) + "\n" for n in range(2)))
    for _ in range(2):
        assert "2 articles" in newswire("import", str(file)).err
    newswire("run", "--once", "http://127.0.0.1:1/away")  # a feed that is away keeps nobody from the rest
    stored = newswire("articles").rows
    assert sorted(row["url"] for row in stored) == ["https://archive.example/0", "https://archive.example/1"]
    assert sorted(row["kind"] for row in stored) == ["duplicate", "published"]


def test_an_import_into_a_fresh_store_needs_no_feeds_to_become_articles(newswire, inside, tmp_path):
    file = tmp_path / "archive.jsonl"
    file.write_text(json.dumps(LINE | {"url": "https://archive.example/1"}))
    assert "'newswire run --once'" in inside("import", str(file)).err
    done = newswire("run", "--once")
    assert "no feeds, so none was polled; of 1 entries that were on the way, 1 came to an outcome" in done.err
    assert "The books balance." in done.err
    assert [row["url"] for row in inside("articles").rows] == ["https://archive.example/1"]
    assert "of 0 entries" in newswire("run", "--once").err, "there is nothing left to do, and that is no mistake"


@pytest.mark.parametrize(
    ("named", "asked"),
    [("/news.xml", {"/news.xml": 1}), ("/", {"/": 1, "/news.xml": 1, "/sport.xml": 1}), ("/away", {"/away": 1})],
)
def test_a_new_feed_is_asked_once(newswire, inside, site, named, asked):
    patient = newswire.having(POLL__MIN_INTERVAL_S="60", POLL__MAX_INTERVAL_S="3600")
    patient("run", "--once", site.url(named))
    assert Counter(path for path in site.asked if path not in {"/article", "/robots.txt"}) == asked
    polled = {row["url"]: row["last_outcome"] for row in inside("feeds", "list").rows}
    assert polled == {site.url(path): "http-404" if path == "/away" else "entries" for path in asked if path != "/"}
    if named == "/away":
        assert "nothing was due, so nobody was asked" in patient("run", "--once").err
        assert site.asked == ["/away"]


def test_a_terminal_gets_words_a_table_and_colour_only_where_it_is_wanted(newswire, tmp_path):
    file = tmp_path / "archive.jsonl"
    file.write_text(json.dumps(LINE | {"url": "https://archive.example/1"}))
    newswire("import", str(file))
    run = newswire.on_terminal("run", "--once", "http://127.0.0.1:1/away")
    assert "articles.stored" in run
    assert "The books balance." in run
    assert '{"' not in run
    colour = re.compile(r"\x1b\[[\d;]*3\d")
    assert colour.search(run)
    plain = CommandLine(newswire.folder, (("NO_COLOR", "1"),)).on_terminal("articles")
    assert "Headline" in plain
    assert LINE["title"] in plain
    assert not colour.search(plain)
    assert json.loads(newswire.on_terminal("articles", "--jsonl"))["title"] == LINE["title"]


@pytest.fixture
def in_the_background() -> Iterator[None]:
    """The tests as a script's ``make test &`` runs them: they ignore SIGINT."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("in_the_background")
def test_a_follower_sees_the_wire_while_it_is_being_written_and_ends_at_ctrl_c(newswire):
    with (
        Publisher(feeds=1, articles=2) as publisher,
        newswire.started("tail", "--follow") as follower,
        newswire.started("run", *publisher.feed_urls()) as line,
    ):
        seen = {json.loads(follower.line())["article"]["url"] for _ in range(2)}
        assert seen == {publisher.url(0), publisher.url(1)}
        assert line.process.poll() is None
        assert follower.end(signal.SIGINT) == 130
        assert line.end(signal.SIGTERM) == 0
