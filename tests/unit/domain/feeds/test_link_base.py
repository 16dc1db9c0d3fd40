"""Relative links of entries are resolved against the address that their publisher means."""

import pytest

from newswire.domain.feeds.link_base import link_base

FEED = "https://feeds.example.com/rss"


@pytest.mark.parametrize(
    ("document", "site", "links", "base"),
    [
        (FEED, None, [], "document"),
        ("https://a.example/feed", "https://a.example/news/", [], "document"),
        ("https://a.example/feed", "http://A.example/news/", [], "document"),
        ("https://storage.example/x/feed", "https://a.org/", [], "site"),
        ("http://127.0.0.3:80/feed", "http://127.0.0.2:8097/", [], "site"),
        (FEED, "https://www.example.com/", [], "site"),
        ("https://RSS.example.com/", "https://www.example.com/", [], "site"),
        ("https://blog.example.com/feed", "https://www.example.com/", [], "document"),
        ("https://blog.example.com/feed", "https://www.example.com/", ["https://www.example.com/a"], "site"),
        ("https://blog.org/feed", "https://example.com/", ["https://blog.org/a"], "document"),
        ("https://blog.org/feed", "https://example.com/", ["https://blog.org/a", "https://example.com/b"], "site"),
        ("https://blog.org/feed", "https://example.com/", ["https://third.example/a", None, "http://["], "site"),
        ("https://blog.org/feed", "http://[", [], "document"),
        ("https://blog.org/feed", "https://user:word@example.com/", [], "document"),
    ],
)
def test_the_base_is_the_site_where_articles_can_only_be_there(document, site, links, base):
    assert link_base(document, site, links) == {"document": document, "site": site}[base]
