"""How a feed is, and what is told of it: each condition once when it begins and once when it ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.domain.feeds.health import FAILING, GONE_AFTER, SILENT_AT_LEAST, SILENT_GAPS, Look, gone, watched
from newswire.domain.feeds.memory import NOTHING_REMEMBERED, FeedMemory
from newswire.events import Feed, FeedFailing, FeedGone, FeedNotAFeed, FeedRecovered, FeedSilent, feed_id_of
from support.build import NOW

URL = "https://n.example/feed"
FEED = Feed(id=feed_id_of(URL), url=URL, title="The Gazette")
HOUR = timedelta(hours=1)
ALIVE = FeedMemory(succeeded_at=NOW - HOUR, last_entry_at=NOW - HOUR, usual_gap_s=3600.0)


def kinds(events):
    return [event.kind for event in events]


def failed(errors, reason="timeout"):
    return Look(reason=reason, errors=errors)


class TestFailing:
    def test_a_hiccup_is_not_told(self):
        for errors in range(1, FAILING):
            assert watched(FEED, ALIVE, failed(errors), NOW) == (ALIVE, ())

    def test_several_failures_in_a_row_are_told_once_with_the_reason_and_the_last_success(self):
        memory, events = watched(FEED, ALIVE, failed(FAILING, "dns"), NOW)
        (event,) = events
        assert isinstance(event, FeedFailing)
        assert (event.feed, event.at, event.reason, event.errors) == (FEED, NOW, "dns", FAILING)
        assert event.last_success == ALIVE.succeeded_at
        assert (memory.condition, memory.condition_since) == ("failing", NOW)
        assert watched(FEED, memory, failed(FAILING + 1), NOW + HOUR) == (memory, ())

    def test_its_end_is_told_with_what_was_and_since_when(self):
        memory, _ = watched(FEED, ALIVE, failed(FAILING), NOW)
        memory, (event,) = watched(FEED, memory, Look(), NOW + HOUR)
        assert isinstance(event, FeedRecovered)
        assert (event.was, event.since, event.at) == ("failing", NOW, NOW + HOUR)
        assert (memory.condition, memory.condition_since) == (None, None)
        assert watched(FEED, memory, Look(), NOW + 2 * HOUR) == (memory, ())


class TestNotAFeed:
    def test_a_page_in_its_place_is_told_at_once_with_what_it_announces(self):
        look = Look("not-a-feed", 1, content_type="text/html", announced=("https://n.example/new",))
        memory, (event,) = watched(FEED, ALIVE, look, NOW)
        assert isinstance(event, FeedNotAFeed)
        assert (event.content_type, event.announced) == ("text/html", ("https://n.example/new",))
        assert watched(FEED, memory, replace(look, errors=2), NOW + HOUR) == (memory, ())

    def test_that_its_server_then_fails_too_is_no_news(self):
        memory, _ = watched(FEED, ALIVE, Look("not-a-feed", FAILING), NOW)
        assert watched(FEED, memory, failed(FAILING + 1), NOW + HOUR) == (memory, ())


class TestSilent:
    @pytest.mark.parametrize("gap", [timedelta(minutes=3), timedelta(days=2)])
    def test_a_feed_is_silent_after_many_of_its_own_gaps_and_never_within_a_weekend(self, gap):
        memory = replace(ALIVE, last_entry_at=NOW, usual_gap_s=gap.total_seconds())
        patience = max(SILENT_AT_LEAST, gap * SILENT_GAPS)
        assert watched(FEED, memory, Look(), NOW + patience) == (memory, ())
        after, (event,) = watched(FEED, memory, Look(), NOW + patience + HOUR)
        assert isinstance(event, FeedSilent)
        assert (event.last_entry, event.usual_gap_s) == (NOW, gap.total_seconds())
        assert watched(FEED, after, Look(), NOW + patience + 2 * HOUR) == (after, ())

    def test_a_new_entry_ends_it_and_an_unchanged_answer_does_not(self):
        memory = replace(ALIVE, condition="silent", condition_since=NOW, last_entry_at=NOW - timedelta(days=30))
        assert watched(FEED, memory, Look(), NOW + HOUR) == (memory, ())
        _, events = watched(FEED, memory, Look(new=1), NOW + HOUR)
        assert kinds(events) == ["feed-recovered"]

    def test_one_that_never_brought_anything_is_not_silent(self):
        assert watched(FEED, NOTHING_REMEMBERED, Look(), NOW + timedelta(days=999)) == (NOTHING_REMEMBERED, ())

    def test_a_failing_feed_that_comes_back_with_nothing_for_weeks_is_told_as_both(self):
        memory = replace(ALIVE, condition="failing", condition_since=NOW, last_entry_at=NOW - timedelta(days=30))
        _, events = watched(FEED, memory, Look(), NOW + HOUR)
        assert kinds(events) == ["feed-recovered", "feed-silent"]


class TestGone:
    def test_the_first_410_is_noted_and_the_one_a_day_later_is_final(self):
        memory, event = gone(FEED, ALIVE, NOW)
        assert (memory.gone_since, event) == (NOW, None)
        assert gone(FEED, memory, NOW + GONE_AFTER - HOUR) == (memory, None)
        _, event = gone(FEED, memory, NOW + GONE_AFTER)
        assert isinstance(event, FeedGone)
        assert (event.status, event.since) == (410, NOW)


def test_the_same_look_gives_the_same_event_and_another_moment_another():
    told = [watched(FEED, ALIVE, failed(FAILING), NOW + timedelta(hours=n))[1][0].id for n in (0, 0, 1)]
    assert told[0] == told[1] != told[2]
