"""The metrics as they are exposed: names, labels, and what is told of a stage's work."""

import re
from datetime import timedelta
from math import isnan
from pathlib import Path

import pytest

from newswire import metrics
from newswire.domain.articles.recorded import Arrival, RecordedChange
from newswire.domain.feeds.entries import EntryPlan
from newswire.domain.feeds.state import FeedCounts
from newswire.domain.ledger import Outcome, Sighting
from newswire.metrics.families import FAMILIES
from support.build import NOW, extracted
from support.line import FEED, entry
from support.metrics import STAGES, Moved, samples


def test_every_metric_that_the_documentation_names_exists():
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    exposed = {name for name, *_ in samples()} | {row.name for row in FAMILIES}
    role = {"newswire_reader"}  # of the database, not a metric
    assert set(re.findall(r"newswire_[a-z_]+", text)) - role <= exposed


def test_names_say_what_they_are_and_in_which_unit():
    assert len({row.name for row in FAMILIES}) == len(FAMILIES)
    for row in FAMILIES:
        assert re.fullmatch(r"newswire_[a-z]+(_[a-z]+)*", row.name)
        assert row.name.endswith("_total") == (row.kind == "counter"), row.name
        assert row.kind != "histogram" or row.name.endswith(("_seconds", "_records")), row.name
        assert row.description.endswith(".")
        assert set(row.stages) <= set(STAGES)


def test_a_stage_exposes_what_it_knows_and_no_more():
    every = {name for name, *_ in samples(*STAGES)}
    poll, extract, store, drift, websub, webhooks = ({name for name, *_ in samples(stage)} for stage in STAGES)
    assert "newswire_schedule_overdue_seconds" in poll - extract - store
    assert "newswire_page_fetch_seconds_bucket" in extract - poll - store
    assert "newswire_store_batch_seconds_bucket" in store - poll - extract
    assert "newswire_websub_deliveries_total" in websub - poll - extract - store
    assert "newswire_sources_drifting" in drift - poll - extract - store - websub
    assert "newswire_webhook_deliveries_total" in webhooks - poll - extract - store - websub
    everywhere = {"newswire_build_info", "process_resident_memory_bytes", "python_info"}
    assert everywhere <= poll & extract & store & drift & websub & webhooks
    assert not [name for name in every if name.endswith("_created")]


@pytest.mark.parametrize(
    ("reason", "label"),
    [
        ("timeout", "timeout"),
        ("http-403", "http-403"),
        ("http-503", "http-503"),
        ("http-599", "http-5xx"),
        ("http-999", "http-9xx"),
        ("http-", "http-"),
        ("not-http-404", "not-http-404"),
    ],
)
def test_a_status_that_a_server_makes_up_is_no_label_of_its_own(reason, label):
    assert metrics.reason_label(reason) == label


def test_all_statuses_together_are_few_labels():
    assert len({metrics.reason_label(f"http-{status}") for status in range(1000)}) < 80


def sighting(name, **more):
    found = entry(name)
    return Sighting(found.id, "new", name, "f", found.url, NOW, **more)


def test_a_poll_is_counted_with_what_it_brought():
    refused = sighting("c", outcome=Outcome("rejected", NOW, "no-link"))
    plan = EntryPlan(
        publish=(entry("a"),),
        sightings=(sighting("a"), sighting("b", follows=entry("a").id), refused),
    )
    moved = Moved()
    metrics.polled("entries", plan, first=False)
    metrics.polled("http-599", None, first=False)
    assert moved.by("newswire_polls_total", "entries") == 1
    assert moved.by("newswire_polls_total", "http-5xx") == 1
    for outcome in ("published", "known-url", "refused"):
        assert moved.by("newswire_poll_entries_total", outcome) == 1


@pytest.mark.parametrize(
    ("published", "first", "more", "counted"),
    [
        (NOW - timedelta(minutes=3), False, {}, 1),
        (NOW - timedelta(minutes=3), True, {}, 0),
        (NOW + timedelta(minutes=3), False, {}, 0),
        (NOW - timedelta(minutes=3), False, {"reason": "changed"}, 0),
        (NOW - timedelta(minutes=3), False, {"published_precision": "day"}, 0),
        (None, False, {}, 0),
    ],
)
def test_how_late_an_entry_was_found_is_told_only_where_it_can_be_known(published, first, more, counted):
    found = entry("late", feed=FEED, published=published, **more)
    moved = Moved()
    metrics.polled("entries", EntryPlan(publish=(found,)), first=first)
    assert moved.by("newswire_discovery_delay_seconds_count") == counted
    assert moved.by("newswire_discovery_delay_seconds_sum") == 180 * counted


def test_a_batch_is_counted_with_its_changes_and_how_old_their_news_is():
    event = extracted()
    change = RecordedChange(entry("a change").id, event.article.article_id, "published", b"{}", NOW, event.entry_id)
    moved = Moved()
    metrics.stored(5, timedelta(seconds=2), [Arrival(event)], [change], NOW + timedelta(seconds=30))
    metrics.stored(1, timedelta(seconds=2), [Arrival(event, later=True)], [change], NOW + timedelta(hours=2))
    assert moved.by("newswire_store_batch_records_sum") == 6
    assert moved.by("newswire_store_batch_seconds_sum") == 4
    assert moved.by("newswire_changes_published_total", "published") == 2
    assert moved.by("newswire_publication_delay_seconds_sum", "first") == 30
    assert moved.by("newswire_publication_delay_seconds_sum", "later") == 7200


def test_what_an_alert_waits_for_is_exposed_before_it_happens():
    """Prometheus sees no increase in a series that begins at 1."""
    found = samples("extract", "store")
    assert ("newswire_dead_letters_total", "extract", "unexpected") in found
    assert ("newswire_dead_letters_total", "store", "unexpected") in found
    for attempt in ("first", "later"):
        assert ("newswire_publication_delay_seconds_count", attempt) in found


def test_a_clock_that_is_set_back_makes_no_negative_time():
    moved = Moved()
    metrics.page_fetched(timedelta(seconds=-5))
    assert moved.by("newswire_page_fetch_seconds_count") == 1
    assert moved.by("newswire_page_fetch_seconds_sum") == 0


def test_what_hubs_send_and_are_asked_is_counted_by_what_came_of_it():
    moved = Moved()
    for outcome in ("accepted", "forged", "forged"):
        metrics.hub_delivered(outcome)
    metrics.hub_asked("accepted")
    metrics.hub_asked("http-599")
    assert moved.by("newswire_websub_deliveries_total", "accepted") == 1
    assert moved.by("newswire_websub_deliveries_total", "forged") == 2
    assert moved.by("newswire_websub_requests_total", "http-5xx") == 1


def test_subscriptions_at_hubs_are_told_state_by_state_and_absent_when_unread():
    metrics.hub_subscriptions({"active": 3, "silent": 1})
    found = samples("websub")
    assert found["newswire_websub_subscriptions", "active"] == 3
    assert found["newswire_websub_subscriptions", "silent"] == 1
    assert found["newswire_websub_subscriptions", "denied"] == 0
    metrics.unobserved()
    assert not [key for key in samples("websub") if key[0] == "newswire_websub_subscriptions"]


def test_what_cannot_be_read_at_present_is_absent_and_not_stale():
    metrics.observed({"extract": {"t": 7}}, FeedCounts(3, 2, 1), timedelta(seconds=9), NOW)
    found = samples()
    assert found["newswire_consumer_lag_records", "extract", "t"] == 7
    assert [found["newswire_feeds", state] for state in ("healthy", "failing", "disabled")] == [3, 2, 1]
    assert found[("newswire_schedule_overdue_seconds",)] == 9
    assert found[("newswire_observed_timestamp_seconds",)] == NOW.timestamp()
    metrics.unobserved()
    found = samples()
    assert not [key for key in found if key[0] in {"newswire_consumer_lag_records", "newswire_feeds"}]
    assert isnan(found[("newswire_schedule_overdue_seconds",)])
    assert found[("newswire_observed_timestamp_seconds",)] == NOW.timestamp()
