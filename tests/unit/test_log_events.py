"""The list of events is the source's: each call of a logger stands in it, and nothing that no call logs."""

import ast
import json
import subprocess
from collections import defaultdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

import newswire
from newswire import metrics
from newswire.domain.feeds.state import FeedCounts
from newswire.log.alerts import ALERTS
from newswire.log.events import EVENTS
from newswire.log.fields import ALWAYS, CONTEXT, EXCEPTION, FIELDS, FOREIGN
from newswire.metrics.summary import figures, summary
from support.alerts import alerts
from support.log_lines import faults
from support.metrics import STAGES
from support.tool import tool

SOURCE = Path(newswire.__file__).parent
LEVELS = {"debug", "info", "warning", "error", "critical"}
SERVERS = ("health", "serve", "websub")
NOT_OURS = {"the wire does not answer (%s); the next try is in %.1f s"}
"""The client library logs as its user's program does."""
UNPACKED = {
    "source.drift": {"source", "signal", "usual", "articles"},
    "source.recovered": {"source", "signal", "usual", "articles"},
    "entry.found": {"follows", "outcome", "outcome_reason"},
    "entry.outcome": {"url", "article_id", "change_id", "revision"},
}
"""Fields that a call takes from a dict."""


def calls():
    """Event, levels and fields of each call."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=method), args=[first, *rest]):
                    level = first if method == "log" else None
                    yield rest[0] if level else first, levels_of(method, level), node.keywords


def levels_of(method, level):
    if level is None:
        return {"error" if method == "exception" else method}
    return {part.attr.lower() for part in ast.walk(level) if isinstance(part, ast.Attribute)} & LEVELS or LEVELS


@cache
def logged():
    """By event: its levels, and the fields that its calls name."""
    found = defaultdict(lambda: (set(), set()))
    for event, levels, keywords in calls():
        names = [event.value] if isinstance(event, ast.Constant) else []
        if isinstance(event, ast.Name):
            names = [f"{server}.listening" for server in SERVERS]
        for name in names:
            found[name][0].update(levels)
            found[name][1].update(each.arg for each in keywords if each.arg not in {None, "exc_info"})
            found[name][1].update(UNPACKED.get(name, ()))
    return {name: each for name, each in found.items() if name not in NOT_OURS}


def test_every_event_that_the_source_logs_is_listed_and_no_other():
    assert sorted(event.name for event in EVENTS) == sorted(logged())


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_an_event_is_listed_with_its_levels_and_fields(event):
    levels, fields = logged()[event.name]
    assert set(event.levels) == (levels if levels != LEVELS else {"debug", "info"}), "a variable is debug or info"
    if event.name != "stage.summary":  # see test_summary.py
        assert set(event.fields) | set(CONTEXT) >= fields
        assert set(event.fields) <= fields


def test_every_field_has_its_one_meaning_and_none_is_listed_for_nothing():
    used = {*ALWAYS, *CONTEXT, *EXCEPTION, *FOREIGN, *(field for event in EVENTS for field in event.fields)}
    assert sorted(used) == sorted(FIELDS)


def test_no_field_is_for_the_words_of_an_article():
    assert not {"title", "text", "summary", "content", "headline", "password", "credentials"} & set(FIELDS)


def test_a_line_that_is_not_as_listed_is_seen():
    line = {"event": "entry.retry", "level": "info", "entry_id": "1", "due": "2026-11-27T10:00:00+00:00"}
    assert faults(line) == []
    assert faults(line | {"level": "debug"}) == ["entry.retry: at debug"]
    assert faults(line | {"title": "Pier"}) == ["entry.retry: title is not listed"]
    assert faults(line | {"event": "entry.tried"}) == ["entry.tried is not listed"]


SUMMARY = {"event": "stage.summary", "stage": "poll", "lag": {}, "seconds": 60}
LINES = {
    "NewswireEntriesLost": ({"event": "audit.done", "lost": 1}, {"event": "audit.done", "lost": 0}),
    "NewswireFeedsOverdue": (SUMMARY | {"oldest_waiting_s": 601}, SUMMARY | {"oldest_waiting_s": 600}),
    "NewswireUnexpectedDeadLetters": (
        SUMMARY | {"stage": "store", "dead_letters": {"unexpected": 1}},
        SUMMARY | {"stage": "store", "dead_letters": {"http-404": 1}},
    ),
    "NewswireStageStalled": (SUMMARY | {"stalled_s": 301}, SUMMARY | {"stalled_s": 300}),
    "NewswireBrokerOrDatabaseAway": (SUMMARY | {"away_s": 301}, SUMMARY | {"away_s": 300}),
    "NewswireNotObserved": ({"event": "stage.summary", "stage": "store"}, SUMMARY | {"stage": "store"}),
    "NewswireConsumerLags": (
        SUMMARY | {"lag": {"newswire.entries.v1": 10_001}},
        SUMMARY | {"lag": {"newswire.entries.v1": 10_000, "newswire.entries.retry-1.v1": 99_999}},
    ),
    "NewswireWebhooksDisabled": ({"event": "webhooks.disabled"}, {"event": "webhooks.failed"}),
    "NewswireWebhooksFailing": (SUMMARY | {"webhooks": {"failing": 1}}, SUMMARY | {"webhooks": {"failing": 0}}),
    "NewswireWebhooksLag": (SUMMARY | {"lag_positions": 10_001}, SUMMARY | {"lag_positions": 10_000}),
    "NewswireFeedsFailing": (
        SUMMARY | {"feeds": {"healthy": 79, "failing": 21}},
        SUMMARY | {"feeds": {"healthy": 80, "failing": 20}},
    ),
}
"""For each alert that one line can decide: a line that its filter lets through, and one that it does not."""


def test_every_alert_of_prometheus_has_one_on_the_log():
    assert [alert.name for alert in ALERTS] == [alert.name for alert in alerts()]
    assert set(LINES) <= {alert.name for alert in ALERTS}


def test_each_filter_lets_the_lines_through_that_matter():
    for alert in ALERTS:
        lines = LINES.get(alert.name, ())
        assert filtered(alert.lines, lines) == list(lines[:1]), alert.name


def test_the_alert_on_figures_that_are_not_read_goes_by_every_stage_that_has_some():
    (alert,) = [alert for alert in ALERTS if alert.name == "NewswireNotObserved"]
    metrics.observed(
        {group: {"topic": 0} for group in ("extract", "store", "drift")},
        FeedCounts(1, 0, 0),
        None,
        datetime.now(UTC),
    )
    metrics.webhooks.observed({}, 0)
    read = [summary_line(stage) for stage in STAGES]
    metrics.unobserved()
    unread = [summary_line(stage) for stage in STAGES]
    assert [line["stage"] for line in filtered(alert.lines, read)] == []
    assert [line["stage"] for line in filtered(alert.lines, unread)] == [s for s in STAGES if s != "websub"]


def summary_line(stage):
    return {"event": "stage.summary"} | summary(stage, {}, figures(metrics.exposed([stage])))


def filtered(expression, lines):
    jq = tool("jq", "install the package jq")
    given = "\n".join(map(json.dumps, lines))
    done = subprocess.run([jq, "-c", expression], input=given, capture_output=True, text=True)
    assert done.returncode == 0, (expression, done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]
