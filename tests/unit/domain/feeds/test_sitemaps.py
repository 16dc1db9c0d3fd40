"""Sitemaps polled as feeds: what of them is read."""

from datetime import timedelta

from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed, SitemapChild
from newswire.domain.feeds.sitemaps import RECENT, may_change_unseen, parts_to_read, recent
from support.build import NOW

INDEX = "https://www.n.org/sitemap.xml"
HOUR = timedelta(hours=1)


def part(name, age=None, host="www.n.org"):
    return SitemapChild(f"https://{host}/{name}.xml", None if age is None else NOW - age)


def test_of_a_plain_sitemap_only_what_was_lately_modified_is_news():
    entries = [ParsedEntry(url=f"https://n.example/{n}", updated=NOW - age) for n, age in enumerate((HOUR, RECENT))]
    entries += [ParsedEntry(url="https://n.example/old", updated=NOW - RECENT - HOUR), ParsedEntry(url="https://n.x/")]
    assert recent(ParsedFeed("sitemap", entries=tuple(entries)), NOW) == tuple(entries[:2])


def test_the_time_at_which_a_sitemap_was_made_is_no_pages_date():
    made = [ParsedEntry(url=f"https://n.example/{n}", updated=NOW - HOUR) for n in range(1_001)]
    other = [ParsedEntry(url=f"https://n.example/x{n}", updated=NOW - n * timedelta(seconds=1)) for n in range(1_001)]
    assert recent(ParsedFeed("sitemap", entries=(*made, other[0])), NOW) == (other[0],)
    assert len(recent(ParsedFeed("sitemap", entries=tuple(made[1:])), NOW)) == 1_000
    assert len(recent(ParsedFeed("sitemap", entries=(*made, *other)), NOW)) == 2_002


def test_a_date_from_the_future_is_none():
    ahead = [ParsedEntry(url=f"https://n.example/{n}", updated=NOW + n * HOUR) for n in (24, 25)]
    assert recent(ParsedFeed("sitemap", entries=tuple(ahead)), NOW) == (ahead[0],)


def test_of_anything_else_everything_is():
    entries = (ParsedEntry(url="https://n.example/old", updated=NOW - 99 * RECENT), ParsedEntry())
    for form in ("news-sitemap", "atom10", "rss20"):
        assert recent(ParsedFeed(form, entries=entries), NOW) == entries


def test_the_newest_parts_of_an_index_are_read_first_and_those_without_a_date_last():
    parts = [part("a", 3 * HOUR), part("none"), part("b", HOUR)]
    assert parts_to_read(parts, INDEX, None) == tuple(f"https://www.n.org/{n}.xml" for n in ("b", "a", "none"))


def test_among_parts_without_a_date_those_that_speak_of_news_come_first():
    parts = [part("news/pages"), part("tags"), part("a", HOUR), part("Google-News")]
    read = parts_to_read(parts, INDEX, None)
    assert [url.rpartition("/")[2] for url in read] == ["a.xml", "Google-News.xml", "pages.xml", "tags.xml"]


def test_parts_that_have_not_changed_since_the_last_poll_are_left_out():
    parts = [part("new", HOUR), part("old", 9 * HOUR), part("none")]
    read = parts_to_read(parts, INDEX, NOW - 3 * HOUR)
    assert read == ("https://www.n.org/new.xml", "https://www.n.org/none.xml")


def test_a_part_that_says_only_a_day_may_have_changed_on_all_of_it_wherever_it_is_that_day():
    today = SitemapChild("https://www.n.org/today.xml", NOW.replace(hour=0))
    for polled, read in ((NOW, True), (NOW + 24 * HOUR, True), (NOW + 26 * HOUR, False)):
        assert bool(parts_to_read([today], INDEX, polled)) is read


def test_an_index_may_stay_as_it_is_while_a_part_without_a_date_or_of_today_changes():
    today = SitemapChild("https://www.n.org/today.xml", NOW.replace(hour=0))
    assert may_change_unseen([part("a", HOUR), part("none")], INDEX, NOW)
    assert may_change_unseen([today], INDEX, NOW)
    assert not may_change_unseen([today], INDEX, NOW + 36 * HOUR)
    assert not may_change_unseen([part("a", HOUR), part("none", host="evil.example")], INDEX, NOW)
    assert not may_change_unseen([], INDEX, NOW)


def test_an_index_sends_nobody_to_another_site():
    parts = [part("x", host="evil.example"), part("y", host="cdn.n.org"), SitemapChild("nonsense")]
    assert parts_to_read(parts, INDEX, None) == ("https://cdn.n.org/y.xml",)
    assert parts_to_read([part("x", host="b.github.io")], "https://a.github.io/sitemap.xml", None) == ()
