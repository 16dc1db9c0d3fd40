"""The Grafana dashboard, as code: rows of panels, each a title, a unit and its queries."""

import json
from typing import Any, Final

_SOURCE: Final = {"type": "prometheus", "uid": "${source}"}
_LATE: Final = "newswire_publication_delay_seconds"
Panel = tuple[str, str, dict[str, str]]
"""Title, unit (Grafana's name), and the queries by legend."""


def _quantiles(metric: str) -> dict[str, str]:
    return {
        legend: f"histogram_quantile({q}, sum by (le) (rate({metric}_bucket[$__rate_interval])))"
        for legend, q in (("half", 0.5), ("95 %", 0.95), ("99 %", 0.99))
    }


ROWS: Final[dict[str, tuple[Panel, ...]]] = {
    "Promises": (
        ("Lost entries", "short", {"lost": "max(newswire_audit_lost_entries)"}),
        ("Age of the last audit", "s", {"age": "time() - max(newswire_audit_timestamp_seconds)"}),
        ("Late changes (1 % is allowed)", "percentunit", {"1 h": "newswire:late_changes:ratio_rate1h",
                                                          "3 d": "newswire:late_changes:ratio_rate3d"}),
        ("Overdue", "s", {"longest": "max(newswire_schedule_overdue_seconds)"}),
        ("Found to published, first attempt", "s", {
            legend: f'histogram_quantile({q}, sum by (le) (rate({_LATE}_bucket{{attempt="first"}}[$__rate_interval])))'
            for legend, q in (("half", 0.5), ("95 %", 0.95), ("99 %", 0.99))}),
        ("Dead letters an hour", "short", {
            "{{stage}} {{reason}}": "sum by (stage, reason) (increase(newswire_dead_letters_total[1h]))"}),
    ),
    "Flow": (
        ("Entries", "ops", {"{{outcome}}": "sum by (outcome) (rate(newswire_poll_entries_total[$__rate_interval]))"}),
        ("Pages", "ops", {"{{outcome}}": "sum by (outcome) (rate(newswire_extract_records_total[$__rate_interval]))"}),
        ("Changes", "ops", {"{{kind}}": "sum by (kind) (rate(newswire_changes_published_total[$__rate_interval]))"}),
        ("Lag", "short", {"{{group}} {{topic}}": "max by (group, topic) (newswire_consumer_lag_records)"}),
        ("In flight", "short", {"{{consumer}}": "sum by (consumer) (newswire_consumer_in_flight_records)",
                                "{{consumer}} waiting": "sum by (consumer) (newswire_consumer_waiting_records)"}),
        ("Away, stalled", "s", {"{{consumer}} away": "max by (consumer) (newswire_consumer_away_seconds)",
                                "{{consumer}} stalled": "max by (consumer) (newswire_consumer_stalled_seconds)"}),
    ),
    "Readers": (
        ("Webhooks", "short", {"{{state}}": "max by (state) (newswire_webhooks)"}),
        ("Positions behind the wire", "short", {"furthest": "max(newswire_webhook_lag_positions)"}),
        ("Deliveries", "ops", {
            "{{outcome}}": "sum by (outcome) (rate(newswire_webhook_deliveries_total[$__rate_interval]))",
            "disabled {{why}}": "sum by (why) (rate(newswire_webhooks_disabled_total[$__rate_interval]))"}),
    ),
    "The web": (
        ("Feeds", "short", {"{{state}}": "max by (state) (newswire_feeds)"}),
        ("Polls", "ops", {"{{outcome}}": "sum by (outcome) (rate(newswire_polls_total[$__rate_interval]))"}),
        ("Retries an hour", "short", {"{{reason}}": "sum by (reason) (increase(newswire_retries_total[1h]))"}),
        ("Fetching a page", "s", _quantiles("newswire_page_fetch_seconds")),
        ("Published to found", "s", _quantiles("newswire_discovery_delay_seconds")),
        ("Hubs", "short", {"{{state}}": "max by (state) (newswire_websub_subscriptions)"}),
        ("Drifting sources", "short", {"sources": "max(newswire_sources_drifting)"}),
    ),
    "Work": (
        ("Extracting a page", "s", _quantiles("newswire_page_extraction_seconds")),
        ("A batch of store", "s", _quantiles("newswire_store_batch_seconds")),
        ("Lost workers", "short", {"{{reason}}": "sum by (reason) (increase(newswire_workers_lost_total[1h]))"}),
        ("Memory of the main processes", "bytes", {"{{pod}}": 'process_resident_memory_bytes{pod=~"newswire.*"}'}),
        ("Processors of the main processes", "short", {
            "{{pod}}": 'rate(process_cpu_seconds_total{pod=~"newswire.*"}[$__rate_interval])'}),
        ("Partitions", "short", {"{{consumer}} {{pod}}": "newswire_consumer_partitions"}),
    ),
}  # fmt: skip
_WIDTH: Final = 8
_HEIGHT: Final = 7
_ACROSS: Final = 24
"""Grafana's grid is 24 columns wide."""


def dashboard() -> str:
    """The dashboard as the JSON that Grafana imports."""
    panels: list[dict[str, Any]] = []
    top = 0
    for title, row in ROWS.items():
        panels.append(
            {"type": "row", "title": title, "gridPos": {"h": 1, "w": _ACROSS, "x": 0, "y": top}, "panels": []}
        )
        top += 1
        for place, panel in enumerate(row):
            down, across = divmod(place * _WIDTH, _ACROSS)
            panels.append(_panel(panel, x=across, y=top + down * _HEIGHT))
        top += -(-len(row) * _WIDTH // _ACROSS) * _HEIGHT
    for number, found in enumerate(panels, start=1):
        found["id"] = number
    whole = {
        "uid": "newswire",
        "title": "newswire",
        "schemaVersion": 39,
        "refresh": "1m",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [{"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}]
        },
        "panels": panels,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _panel(panel: Panel, *, x: int, y: int) -> dict[str, Any]:
    title, unit, queries = panel
    return {
        "type": "timeseries",
        "title": title,
        "gridPos": {"h": _HEIGHT, "w": _WIDTH, "x": x, "y": y},
        "datasource": _SOURCE,
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + number), "datasource": _SOURCE, "expr": expression, "legendFormat": legend}
            for number, (legend, expression) in enumerate(queries.items())
        ],
    }
