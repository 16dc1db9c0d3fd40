"""Of all that a sitemap lists, what is worth a look."""

from datetime import UTC, datetime, timedelta

import pytest

from newswire.domain.documents import ParsedEntry, ParsedFeed, SitemapChild
from newswire.domain.sitemaps import recent, recent_children

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
WITHIN = 3 * DAY


def sitemap(*entries: ParsedEntry, format: str = "sitemap") -> ParsedFeed:  # noqa: A002  # the field's name
    return ParsedFeed(format=format, entries=entries)


def page(name: str, updated: datetime | None = None, **fields: object) -> ParsedEntry:
    return ParsedEntry(url=f"https://news.example/{name}", updated=updated, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("entry", "kept"),
    [
        (page("today", NOW), True),
        (page("edge", NOW - WITHIN), True),
        (page("older", NOW - WITHIN - timedelta(seconds=1)), False),
        (page("undated"), False),
        (page("their clock", NOW + DAY), True),
        (page("future", NOW + DAY + timedelta(seconds=1)), False),
        (page("old story, new edit", NOW, published=NOW - 300 * DAY, title="t"), True),
        (page("news", published=NOW - DAY, title="t"), True),
        (page("old news", published=NOW - 5 * DAY, title="t"), False),
        (page("old news, undated edit", NOW - 9 * DAY, published=NOW - 5 * DAY, title="t"), False),
        (page("undated news", title="t"), True),
    ],
)
def test_a_sitemaps_entries_count_while_they_are_recent(entry: ParsedEntry, kept: bool) -> None:  # noqa: FBT001  # a row
    for form in ("sitemap", "news-sitemap"):
        assert recent(sitemap(entry, format=form), NOW, WITHIN) == ((entry,) if kept else ())


def test_a_feeds_entries_all_count() -> None:
    entries = (page("undated"), page("old", NOW - 900 * DAY))
    assert recent(sitemap(*entries, format="rss20"), NOW, WITHIN) == entries


def test_the_time_at_which_a_sitemap_was_made_is_no_pages_date() -> None:
    stamped = [page(str(n), NOW - DAY) for n in range(1_001)]
    fresh = page("fresh", NOW - timedelta(hours=2))
    news = page("news", NOW - DAY, published=NOW, title="t")
    assert recent(sitemap(*stamped, fresh, news), NOW, WITHIN) == (fresh, news)
    assert len(recent(sitemap(*stamped[:1_000]), NOW, WITHIN)) == 1_000
    others = [page(f"other {n}", NOW - timedelta(hours=1, seconds=n)) for n in range(1_001)]
    assert len(recent(sitemap(*stamped, *others), NOW, WITHIN)) == 2_002


def test_an_indexs_newest_sitemaps_come_first_and_old_ones_not_at_all() -> None:
    old, older = (SitemapChild(f"https://news.example/{n}.xml", NOW - n * DAY) for n in (1, 2))
    gone = SitemapChild("https://news.example/2019.xml", NOW - 999 * DAY)
    pages, news = (
        SitemapChild("https://news.example/news/pages.xml"),
        SitemapChild("https://news.example/Google-News.xml"),
    )
    index = ParsedFeed(format="sitemap-index", children=(gone, older, pages, old, news))
    assert recent_children(index, NOW, WITHIN, 10) == (old, older, news, pages)
    assert recent_children(index, NOW, WITHIN, 3) == (old, older, news)
