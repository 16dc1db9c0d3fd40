"""Tombstones in feeds (RFC 6721): whose are believed, and what they come to."""

from datetime import timedelta
from uuid import UUID

import pytest

from newswire.domain.feeds.entries import Identified, KnownEntry
from newswire.domain.feeds.parsed_feed import ParsedEntry, Tombstone
from newswire.domain.feeds.tombstones import Carried, buried, fingerprint_of, plan_tombstones
from newswire.events import Feed, feed_id_of
from newswire.parsing.feeds.document import parse_feed
from support.build import NOW

URL = "https://n.example/feed"
FEED = Feed(id=feed_id_of(URL), url=URL)
ARTICLE = UUID(int=7)
HOUR = timedelta(hours=1)
STONE = '<at:deleted-entry ref="urn:1" when="2026-03-01T12:00:00Z">{}</at:deleted-entry>'
SPACES = 'xmlns:at="http://purl.org/atompub/tombstones/1.0"'


@pytest.mark.parametrize(
    "document",
    [
        f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES}><title>T</title><link href="https://n.example/"/>{{}}</feed>',
        f'<rss version="2.0" {SPACES}><channel><title>T</title><link>https://n.example/</link>{{}}</channel></rss>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES}><title>T</title><link href="https://n.example/"/>{{}}',
    ],
    ids=["atom", "rss", "cut-off"],
)
def test_a_tombstone_is_read_and_what_stands_in_it_is_no_part_of_the_feed(document):
    inside = '<at:by><name>Ada</name></at:by><title>Wrong</title><link href="https://evil.example/"/>'
    parsed = parse_feed(document.format(STONE.format(inside)).encode(), URL)
    assert parsed.deleted == (Tombstone("urn:1", NOW),)
    assert (parsed.title, parsed.link, parsed.entries) == ("T", "https://n.example/", ())


def test_a_tombstone_without_an_id_or_a_date_is_none():
    stones = '<at:deleted-entry when="2026-03-01T12:00:00Z"/><at:deleted-entry ref="urn:1" when="soon"/>'
    document = f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES}><title>T</title>{stones}</feed>'
    assert parse_feed(document.encode(), URL).deleted == ()


def entry(updated):
    return Identified(ParsedEntry(id="urn:1", updated=updated), "urn:1", "f", "https://n.example/1")


@pytest.mark.parametrize(
    ("alive", "counts"),
    [((), True), ((entry(NOW - HOUR),), True), ((entry(NOW + HOUR),), False), ((entry(None),), False)],
    ids=["away", "older", "newer", "undated"],
)
def test_a_tombstone_is_void_where_the_document_has_the_entry_in_a_newer_form(alive, counts):
    assert bool(buried([Tombstone("urn:1", NOW)], alive, NOW)) == counts


def test_a_tombstone_from_the_future_waits():
    assert buried([Tombstone("urn:1", NOW + 48 * HOUR)], (), NOW) == {}


def planned(carried, known=None):
    return plan_tombstones(FEED, {"urn:1": NOW}, carried, known or {}, NOW + HOUR)


def carried(*, led=True, article_id=ARTICLE, pending=False):
    return {"urn:1": Carried("https://n.example/1", led=led, article_id=article_id, pending=pending)}


def test_a_feed_that_brought_the_article_takes_it_away_once():
    plan = planned(carried())
    (event,), (line,) = plan.publish, plan.sightings
    assert (event.article_id, event.deleted_at, event.reason, line.entry_id) == (ARTICLE, NOW, "recheck", event.id)
    known = {str(ARTICLE): KnownEntry(frozenset({fingerprint_of(NOW)}), None)}
    assert planned(carried(), known).publish == ()


def test_a_feed_that_only_carried_it_as_well_has_the_page_looked_at():
    plan = planned(carried(led=False))
    assert (plan.publish, plan.hurry) == ((), ("https://n.example/1",))


@pytest.mark.parametrize("nothing", [{}, carried(article_id=None), carried(article_id=None, pending=True)])
def test_an_entry_that_was_never_carried_or_is_no_article_is_nothing(nothing):
    plan = planned(nothing)
    assert (plan.publish, plan.sightings, plan.hurry) == ((), (), ())
