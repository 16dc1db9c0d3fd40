"""Entries without a page get addresses of their own, which stay, if they carry text enough."""

from dataclasses import replace
from uuid import UUID

import pytest

from newswire.domain.feeds.entries import identify
from newswire.domain.feeds.own_address import own_address, with_own_addresses
from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed
from newswire.domain.urls.canonical import canonicalize, site_of

FEED, OTHER = UUID(int=1), UUID(int=2)
URL = "https://pod.example/feed.xml?show=3"
LONG = "word " * 50


def addressed(*entries: ParsedEntry):
    found = identify(ParsedFeed("rss20", entries=entries))
    return found, with_own_addresses(found, FEED, URL, min_words=50)


def test_an_own_address_is_canonical_of_its_feeds_site_and_of_one_entry_alone() -> None:
    address = own_address(URL, FEED, "1")
    assert address.startswith(f"{URL}#/entry/")
    assert (canonicalize(address), site_of(address)) == (address, "pod.example")
    assert own_address(URL, FEED, "1") == address
    assert len({address, own_address(URL, FEED, "2"), own_address(URL, OTHER, "1")}) == 3


@pytest.mark.parametrize(
    ("entry", "own"),
    [
        (ParsedEntry(id="1", content=LONG), True),
        (ParsedEntry(id="1", summary=LONG), True),
        (ParsedEntry(title="No id", summary=LONG), True),
        (ParsedEntry(id="1", content="word " * 49), False),
        (ParsedEntry(id="1"), False),
        (ParsedEntry(id="1", url="https://pod.example/1", content=LONG), False),
        (ParsedEntry(id="1", url="https://pod.example:99999999/", content=LONG), False),
    ],
)
def test_text_enough_and_no_link_make_an_own_address(entry: ParsedEntry, *, own: bool) -> None:
    (before,), (after,) = addressed(entry)
    assert after.own is own
    assert (after.key, after.fingerprint) == (before.key, before.fingerprint)
    if own:
        assert (after.url, after.problem) == (own_address(URL, FEED, before.key), None)
    else:
        assert after == before


def test_entries_that_share_an_id_and_have_no_link_are_told_apart_by_their_words() -> None:
    one = ParsedEntry(id="N/A", title="One", summary=LONG)
    _, found = addressed(one, replace(one, title="Two"), one)
    assert len({entry.url for entry in found}) == 2
