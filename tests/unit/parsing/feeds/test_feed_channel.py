"""What a feed says of itself: when to ask, who announces its changes, where its past lies."""

import json

import pytest

from newswire.domain.feeds.parsed_feed import ParsedFeed
from newswire.parsing.feeds.document import parse_feed

URL = "https://news.example/feeds/all.xml"
HISTORY = "http://purl.org/syndication/history/1.0"
ATOM = "http://www.w3.org/2005/Atom"


def rss(channel: str, after: str = "") -> ParsedFeed:
    document = (
        f'<rss version="2.0" xmlns:atom="{ATOM}" xmlns:fh="{HISTORY}"><channel><title>T</title>{channel}'
        f"<item><title>x</title></item>{after}</channel></rss>"
    )
    return parse_feed(document.encode(), URL)


def atom(head: str, entry: str = "") -> ParsedFeed:
    document = f'<feed xmlns="{ATOM}"><title>T</title>{head}<entry><id>1</id>{entry}</entry></feed>'
    return parse_feed(document.encode(), URL)


def json_feed(**fields: object) -> ParsedFeed:
    return parse_feed(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [], **fields}).encode(), URL)


@pytest.mark.parametrize(
    ("channel", "hours"),
    [
        ("<skipHours><hour>0</hour><hour> 7 </hour><hour>23</hour></skipHours>", (0, 7, 23)),
        ("<skipHours><hour>24</hour><hour>1</hour><hour>1</hour></skipHours>", (0, 1)),
        ("<skiphours><HOUR>3</HOUR></skiphours>", (3,)),
        ("<skipHours><hour>25</hour><hour>-1</hour><hour>2.5</hour><hour>noon</hour><hour/></skipHours>", ()),
        ("<skipHours><hour>9999999999999999999999</hour></skipHours>", ()),
        ("<skipHours>4</skipHours><hour>5</hour>", ()),
        ("<skipHours/><textInput><hour>5</hour></textInput>", ()),
    ],
)
def test_the_hours_to_skip_are_those_that_are_hours(channel: str, hours: tuple[int, ...]) -> None:
    assert rss(channel).skip_hours == hours
    assert rss("", channel).skip_hours == hours
    assert rss(channel + "<description>fish & chips</description>").skip_hours == hours


def test_the_days_to_skip_are_numbered_from_monday() -> None:
    found = rss("<skipDays><day>Sunday</day><day> MONDAY </day><day>sunday</day><day>Sonntag</day></skipDays>")
    assert found.skip_days == (6, 0)
    week = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    assert rss(f"<skipDays>{''.join(f'<day>{day}</day>' for day in week)}</skipDays>").skip_days == tuple(range(7))


LINKS = """<{0}link rel="hub" href="/hub"/><{0}link rel="HUB" href="https://other.example/"/>
  <{0}link rel="hub" href="/hub"/><{0}link rel="hub" href="javascript:x"/><{0}link rel="hub"/>
  <{0}link rel="http://www.iana.org/assignments/relation/self" href="all.xml?full"/><{0}link rel="self" href="2nd"/>
  <{0}link rel="prev-archive" href="2025/12"/><{0}link rel="next" href="?page=2"/><{0}link href="/"/>"""


@pytest.mark.parametrize("feed", [rss(LINKS.format("atom:")), rss("", LINKS.format("atom:")), atom(LINKS.format(""))])
def test_hubs_and_neighbours_are_absolute_addresses(feed: ParsedFeed) -> None:
    assert feed.hubs == ("https://news.example/hub", "https://other.example/")
    assert feed.self_url == "https://news.example/feeds/all.xml?full"
    assert feed.prev_archive == "https://news.example/feeds/2025/12"
    assert feed.next_page == "https://news.example/feeds/all.xml?page=2"
    assert feed.link == "https://news.example/"


def test_links_are_resolved_against_the_elements_base() -> None:
    head = '<link xml:base="https://base.example/a/" rel="hub" href="b"/><link rel="self" href="c"/>'
    feed = atom(head)
    assert (feed.hubs, feed.self_url) == (("https://base.example/a/b",), "https://news.example/feeds/c")


def test_a_sites_address_may_come_in_atoms_words() -> None:
    assert rss('<atom:link rel="alternate" type="text/html" href="/home"/>').link == "https://news.example/home"
    assert rss('<link>/a</link><atom:link rel="self" href="/feed"/>').link == "https://news.example/a"
    assert rss('<link url="/home"/>').link == "https://news.example/home"


@pytest.mark.parametrize("broken", ["", "<title>fish & chips</title>"])
def test_atoms_usual_prefix_is_understood_undeclared(broken: str) -> None:
    channel = f'<atom:link rel="hub" href="/hub"/><atom:link rel="alternate" href="/home"/>{broken}'
    feed = parse_feed(f'<rss version="2.0"><channel>{channel}</channel></rss>'.encode(), URL)
    assert (feed.hubs, feed.link) == (("https://news.example/hub",), "https://news.example/home")


def test_an_entrys_or_its_sources_links_are_not_the_feeds() -> None:
    feed = atom("", f"<source><id>s</id>{LINKS.format('')}</source>{LINKS.format('')}")
    assert (feed.hubs, feed.self_url, feed.prev_archive, feed.next_page) == ((), None, None, None)


def test_hubs_are_few() -> None:
    assert len(atom("".join(f'<link rel="hub" href="/{n}"/>' for n in range(50))).hubs) == 10
    assert len(json_feed(hubs=[{"type": "WebSub", "url": f"/{n}"} for n in range(50)]).hubs) == 10


@pytest.mark.parametrize(
    ("given", "complete", "archive"),
    [
        ("", False, False),
        ("<fh:complete/>", True, False),
        ("<fh:archive></fh:archive>", False, True),
        ("<fh:archive note='1'/>", False, True),
        ("<complete/><archive/>", False, False),
    ],
)
def test_complete_and_archive_documents_are_told_by_their_namespace(
    given: str, *, complete: bool, archive: bool
) -> None:
    for feed in (rss(given), rss("", given), rss(given + "<description>fish & chips</description>")):
        assert (feed.complete, feed.archive) == (complete, archive)
    other = f'<h:complete xmlns:h="{HISTORY}"/>'
    assert atom(other).complete
    assert not atom("", other).complete


def test_a_json_feed_says_it_in_its_own_words() -> None:
    hubs = [{"type": "WebSub", "url": "/hub"}, {"type": "rssCloud", "url": "/cloud"}, {"type": "websub"}, "junk"]
    feed = json_feed(feed_url="/feed.json", next_url="?page=2", hubs=hubs)
    assert feed.hubs == ("https://news.example/hub",)
    assert feed.self_url == "https://news.example/feed.json"
    assert feed.next_page == "https://news.example/feeds/all.xml?page=2"
    assert json_feed(hubs={"type": "WebSub", "url": None}, feed_url=[]) == json_feed()
