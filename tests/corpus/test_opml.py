"""Subscription lists that nobody here wrote: every feed is found, and comes back from an export."""

import re

from newswire.parsing.feeds.opml import parse_opml, write_opml
from support.corpus import needs_corpus
from support.feed_gold import plain


@needs_corpus
def test_every_feed_of_a_list_is_found_and_comes_back_from_an_export(record_property) -> None:
    lists = [case for case in plain("opml") if case.path.suffix == ".opml"]
    feeds = 0
    for case in lists:
        read = parse_opml(case.body)
        assert read.faults == (), case.path
        found = read.feeds
        listed = set(re.findall(rb'xmlUrl\s*=\s*"([^"]+)"', case.body))
        assert len(found) == len(listed), case.path
        assert all(feed.tags for feed in found) or "without_category" in case.path.name, case.path
        assert sorted(parse_opml(write_opml(found)).feeds, key=str) == sorted(found, key=str), case.path
        feeds += len(found)
    record_property("measured", (len(lists), feeds))
    print(len(lists), "lists,", feeds, "feeds")  # shown with -s
    assert (len(lists), feeds) >= (59, 845)
