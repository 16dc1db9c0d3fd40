"""The figures of a stage over a stretch of time, for a line in the log: what Prometheus would know, without it."""

from collections.abc import Mapping
from math import isnan
from typing import Final

from prometheus_client import CollectorRegistry

Sample = tuple[str, frozenset[tuple[str, str]]]
"""A sample's name and labels."""
Figures = Mapping[Sample, float]
"""Every sample of a registry at one moment."""

LATE_S: Final = "300.0"
"""The promise: a change is published within so many seconds of the poll that found its entry."""
_OUTCOMES: Final = {
    "poll": "newswire_poll_entries_total",
    "extract": "newswire_extract_records_total",
    "store": "newswire_outcomes_total",
    "websub": "newswire_websub_deliveries_total",
    "webhooks": "newswire_webhook_deliveries_total",
}
_COUNTED: Final = {
    "polls": "newswire_polls_total",
    "retries": "newswire_retries_total",
    "changes": "newswire_changes_published_total",
    "webhooks_disabled": "newswire_webhooks_disabled_total",
    "workers_lost": "newswire_workers_lost_total",
}
_STANDS: Final = {
    "oldest_waiting_s": ("newswire_schedule_overdue_seconds", "newswire_consumer_oldest_waiting_seconds"),
    "in_flight": ("newswire_consumer_in_flight_records",),
    "stalled_s": ("newswire_consumer_stalled_seconds",),
    "away_s": ("newswire_consumer_away_seconds",),
    "lag_positions": ("newswire_webhook_lag_positions",),
    "memory_bytes": ("process_resident_memory_bytes",),
}
_PUBLICATION: Final = "newswire_publication_delay_seconds"


def figures(registry: CollectorRegistry) -> Figures:
    """The samples of a registry as they stand."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in registry.collect()
        for sample in family.samples
    }


def summary(stage: str, before: Figures, now: Figures) -> dict[str, object]:
    """The fields of the line ``stage.summary``: what was counted between two moments, and what stands at the second.

    Counts are by their label, without those that are 0. A figure that cannot be read at present is left out, and so is
    one that the stage does not have.
    """
    found: dict[str, object] = {"stage": stage}
    if stage in _OUTCOMES:
        found["outcomes"] = _counts(_OUTCOMES[stage], before, now)
    for field, name in _COUNTED.items():
        if _has(name, now):
            found[field] = _counts(name, before, now)
    if _has("newswire_dead_letters_total", now):
        found["dead_letters"] = _counts("newswire_dead_letters_total", before, now, by="reason", stage=stage)
    if lag := _standing("newswire_consumer_lag_records", now, by="topic", group=stage):
        found["lag"] = lag
    for field, name in (("feeds", "newswire_feeds"), ("webhooks", "newswire_webhooks")):
        if states := _standing(name, now, by="state"):
            found[field] = states
    return found | _stands(stage, now) | _grew(before, now)


def _stands(stage: str, now: Figures) -> dict[str, object]:
    found: dict[str, object] = {}
    for field, names in _STANDS.items():
        values = [
            value
            for (name, labels), value in now.items()
            if name in names and not isnan(value) and dict(labels).get("consumer", stage) == stage
        ]
        if values:
            found[field] = _short(max(0.0, *values))
    return found


def _grew(before: Figures, now: Figures) -> dict[str, object]:
    found: dict[str, object] = {}
    if _has(f"{_PUBLICATION}_count", now):
        first = _grown(f"{_PUBLICATION}_count", before, now, attempt="first")
        found["first_attempts"] = _short(first)
        found["late"] = _short(first - _grown(f"{_PUBLICATION}_bucket", before, now, attempt="first", le=LATE_S))
    if _has("process_cpu_seconds_total", now):
        found["cpu_s"] = _short(_grown("process_cpu_seconds_total", before, now))
    return found


def _has(wanted: str, now: Figures) -> bool:
    return any(name == wanted for name, _ in now)


def _counts(name: str, before: Figures, now: Figures, by: str = "", **labels: str) -> dict[str, float]:
    """How much each series grew, by its label ``by``, or by its only one."""
    grown = {
        dict(key[1])[by or next(iter(dict(key[1])))]: value - before.get(key, 0.0)
        for key, value in now.items()
        if key[0] == name and labels.items() <= dict(key[1]).items()
    }
    return {label: _short(value) for label, value in sorted(grown.items()) if value}


def _standing(wanted: str, now: Figures, by: str, **labels: str) -> dict[str, float]:
    found = ((dict(key[1]), value) for key, value in now.items() if key[0] == wanted)
    return {each[by]: _short(value) for each, value in found if labels.items() <= each.items()}


def _grown(wanted: str, before: Figures, now: Figures, **labels: str) -> float:
    key = (wanted, frozenset(labels.items()))
    return now.get(key, 0.0) - before.get(key, 0.0)


def _short(value: float) -> float:
    """An integer where it is one."""
    return int(value) if value == int(value) else round(value, 2)
