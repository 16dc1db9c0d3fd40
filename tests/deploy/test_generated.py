"""The generated parts of deploy/ are what the code makes of them now; the dashboard asks for metrics that there are."""

import json
import re

import pytest

from deploy.dashboard import ROWS, dashboard
from deploy.generate import generated
from newswire.metrics.families import FAMILIES
from support.alerts import ROOT, rules

SUFFIXES = {"histogram": ("_bucket", "_count", "_sum")}
EXPOSED = {row.name + suffix for row in FAMILIES for suffix in SUFFIXES.get(row.kind, ("",))}
QUERIES = [expression for row in ROWS.values() for _, _, queries in row for expression in queries.values()]


@pytest.mark.parametrize("path", generated(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_generated_file_is_what_the_code_makes(path):
    assert path.read_text(encoding="utf-8") == generated()[path], "run: make manifests"


def test_the_dashboard_asks_for_metrics_that_are_exposed_or_recorded():
    recorded = {rule.name for rule in rules() if not rule.is_alert}
    for query in QUERIES:
        assert set(re.findall(r"newswire_\w+", query)) <= EXPOSED, query
        assert set(re.findall(r"newswire:[\w:]+", query)) <= recorded, query


def test_a_label_that_the_dashboard_groups_by_is_one_of_the_metric():
    labels = {row.name: set(row.labels) for row in FAMILIES}
    for query in QUERIES:
        for grouped in re.findall(r"by \(([\w, ]+)\)", query):
            (metric,) = {re.sub(r"_(bucket|count|sum)$", "", name) for name in re.findall(r"newswire_\w+", query)}
            assert set(grouped.split(", ")) <= labels[metric] | {"le"}, query


def test_every_metric_that_an_alert_reads_is_on_the_dashboard():
    shown = set(re.findall(r"newswire_[a-z_]+", " ".join(QUERIES)))
    asked = set(re.findall(r"newswire_[a-z_]+", " ".join(rule.raw["expr"] for rule in rules())))
    by_its_absence = {"newswire_observed_timestamp_seconds", "newswire_outcomes_total"}
    assert asked - by_its_absence - {"newswire_publication_delay_seconds_count"} <= shown


def test_the_panels_of_the_dashboard_lie_side_by_side():
    panels = json.loads(dashboard())["panels"]
    taken = [(x, y) for panel in panels for x, y in _cells(panel["gridPos"])]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24
    assert len({panel["id"] for panel in panels}) == len(panels)


def _cells(place):
    return [(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])]
