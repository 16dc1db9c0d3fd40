from datetime import UTC, datetime, timedelta

import pytest

from newswire.domain.feeds.head import head_of
from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def feed(*ages, form="rss20"):
    entries = [ParsedEntry(id=str(age), published=None if age is None else NOW - timedelta(days=age)) for age in ages]
    return ParsedFeed(format=form, truncated=True, entries=tuple(entries))


@pytest.mark.parametrize("ages", [(1, 2, 3), (1, 1, 1), (None, None, None), (1, None, 3), (1, 9, 2, 3)])
def test_the_complete_entries_stand_for_the_news_of_a_feed_that_was_cut_off(ages):
    head = head_of(feed(*ages))
    assert head is not None
    assert [entry.id for entry in head.entries] == [str(age) for age in ages[:-1]]
    assert not head.truncated


@pytest.mark.parametrize(
    "document",
    [
        feed(3, 2, 1),
        feed(1),
        feed(),
        feed(1, 2, 3, form="sitemap"),
        feed(1, 2, 3, form="news-sitemap"),
        feed(1, 2, 3, form="sitemap-index"),
    ],
    ids=["its dates rise", "nothing is complete", "nothing", "sitemap", "news sitemap", "index"],
)
def test_a_document_whose_news_may_be_in_the_part_that_was_cut_off_has_no_head(document):
    assert head_of(document) is None
