"""Whatever a feed makes anew for every request: each story is news once, none is lost, and the work has a bound."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed
from newswire.events import Feed, feed_id_of
from support.feed_books import Books

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = Feed(id=feed_id_of("https://news.example/feed"), url="https://news.example/feed", title="News")
SHOWN = 6
NAMES = ("ash", "birch", "cedar", "elm", "fir", "hazel", "iris", "larch", "maple", "oak", "pine", "rowan")

IDS = ("stable", "none", "anew", "the link")
LINKS = ("stable", "token", "another path")
TEXTS = ("still", "stamp in the text", "counter in the title")
FEEDS = [
    (ids, links, texts)
    for ids in IDS
    for links in LINKS
    for texts in TEXTS
    # Without a stable id or link the words alone tell an entry: where they move too, nothing does.
    if texts == "still" or links == "stable" or (ids == "stable" and links == "token")
]


def entry(story: int, request: int, ids: str, links: str, texts: str) -> ParsedEntry:
    url = f"https://news.example/{NAMES[story]}"
    if links == "token":
        url = f"{url}?s={request}x{story}"
    if links == "another path":
        url = f"https://news.example/{request}/{NAMES[story]}"
    entry_id = {"stable": f"urn:{story}", "none": None, "anew": f"urn:{story}:{request}", "the link": url}[ids]
    return ParsedEntry(
        id=entry_id,
        url=url,
        title=f"Of {NAMES[story]}" + (f" ({request} comments)" if texts == "counter in the title" else ""),
        summary=f"All about {NAMES[story]}" + (f", seen {request} times" if texts == "stamp in the text" else ""),
        published=NOW - timedelta(hours=story),
    )


@pytest.mark.parametrize(("ids", "links", "texts"), FEEDS)
@settings(max_examples=6)
@given(moves=st.lists(st.integers(0, 2), min_size=1, max_size=3))
def test_each_story_is_news_once_and_work_for_a_bounded_number_of_requests(
    ids: str, links: str, texts: str, moves: list[int]
) -> None:
    books, first, news, published = Books(FEED), 0, 0, []
    for request, move in enumerate([0, *moves, *[0] * 6]):
        first += move
        document = [entry(story, request, ids, links, texts) for story in range(first, first + SHOWN)]
        told, plan = books.take(ParsedFeed("rss20", entries=tuple(document)), NOW + timedelta(minutes=request))
        news += told.new
        published.append(plan.publish)
        assert len(books.lines) <= 5 * len(NAMES)
    stories = first + SHOWN
    titles = {(event.title or "").partition(" (")[0] for events in published for event in events}
    assert news == stories, "as many as there are"
    assert titles == {f"Of {name}" for name in NAMES[:stories]}, "none is lost"
    assert not any(published[-2:]), "nothing is fetched again for ever"
