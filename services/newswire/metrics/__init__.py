"""Metrics: what the stages count and time, for Prometheus. Telling, like `newswire.log`: nothing here ever fails them.

Counters count what happened in this process since it started. The books (`newswire audit`) count each sighting once
for ever; here what is done again after a crash is counted again.
"""

from collections import Counter as Tally
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from math import nan
from typing import Literal

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest

from newswire import __version__
from newswire.domain.articles.recorded import Arrival, RecordedChange
from newswire.domain.feeds.entries import EntryPlan
from newswire.domain.feeds.state import FeedCounts
from newswire.domain.ledger import OutcomeKind
from newswire.events import ArticleExtracted, EntryFound
from newswire.metrics import archive as archive  # told as metrics.archive.…
from newswire.metrics import consumers as c
from newswire.metrics import families as f
from newswire.metrics import webhooks

f.BUILD.info({"version": __version__})


# ------------------------------------------------------------------------------------------------ poll
def polled(outcome: str, plan: EntryPlan | None, *, first: bool) -> None:
    """A poll was saved. ``plan`` is what it brought, as booked; ``first``: the feed had never been polled before."""
    f.POLLS.labels(reason_label(outcome)).inc()
    if plan is None:
        return
    refused = {line.entry_id for line in plan.sightings if line.outcome is not None}
    following = sum(line.follows is not None for line in plan.sightings)
    f.POLL_ENTRIES.labels("refused").inc(len(refused))
    f.POLL_ENTRIES.labels("known-url").inc(following)
    f.POLL_ENTRIES.labels("published").inc(len(plan.sightings) - len(refused) - following)
    for entry in plan.publish:
        # What a feed holds when it is first seen is old by nature; a time in the future is a mistake.
        if _has_a_time(entry) and not first and entry.published and entry.published <= entry.found_at:
            f.DISCOVERY.observe(_seconds(entry.found_at - entry.published))


def feeds_told(kinds: Iterable[str]) -> None:
    """These events about feeds or sources were published."""
    for kind, count in Tally(kinds).items():
        f.FEED_EVENTS.labels(kind).inc(count)


def poll_waiting() -> None:
    """A poll was given up, as the broker or the database was away for too long."""
    f.POLLS.labels("waiting").inc()


def rechecked(count: int) -> None:
    """Count published re-checks."""
    f.RECHECKS.inc(count)


# --------------------------------------------------------------------------------------------- extract
def page_fetched(took: timedelta) -> None:
    """A page was fetched."""
    f.PAGE_FETCH.observe(_seconds(took))


def page_extracted(took: timedelta) -> None:
    """A page was parsed and its article extracted."""
    f.PAGE_EXTRACTION.observe(_seconds(took))


def extracted(kind: Literal["extracted", "unchanged", "gone"]) -> None:
    """An entry came to an article event."""
    f.EXTRACTS.labels(kind).inc()


def retried(reason: str) -> None:
    """An entry goes to a retry topic."""
    f.EXTRACTS.labels("retry").inc()
    f.RETRIES.labels(reason_label(reason)).inc()


def died(stage: Literal["extract", "store"], reason: str, count: int = 1) -> None:
    """Count records that go to the dead letters."""
    f.DEAD.labels(stage, reason_label(reason)).inc(count)
    if stage == "extract":
        f.EXTRACTS.labels("dead").inc(count)


# ----------------------------------------------------------------------------------------------- store
def decided(outcomes: Iterable[OutcomeKind]) -> None:
    """These outcomes were booked."""
    for outcome, count in Tally(outcomes).items():
        f.OUTCOMES_BOOKED.labels(outcome).inc(count)


def stored(
    records: int, took: timedelta, arrivals: Iterable[Arrival], changes: Sequence[RecordedChange], now: datetime
) -> None:
    """A batch of so many ``records`` is done; ``changes`` of its ``arrivals`` were published."""
    f.BATCH_RECORDS.observe(records)
    f.BATCH.observe(_seconds(took))
    articles = ((a.event, a.later) for a in arrivals if isinstance(a.event, ArticleExtracted))
    found = {event.entry_id: (event.article.found_at, "later" if later else "first") for event, later in articles}
    for change in changes:
        f.CHANGES.labels(change.kind).inc()
        if change.entry_id in found:
            found_at, attempt = found[change.entry_id]
            f.PUBLICATION.labels(attempt).observe(_seconds(now - found_at))


# ----------------------------------------------------------------------------------------------- drift
def drifting(count: int) -> None:
    """So many sources are off their baseline."""
    f.DRIFTING.set(count)


# ---------------------------------------------------------------------------------------------- websub
def hub_delivered(outcome: str) -> None:
    """A hub announced something."""
    f.HUB_DELIVERIES.labels(outcome).inc()


def hub_asked(outcome: str) -> None:
    """A hub was asked to subscribe or to unsubscribe: ``accepted``, or why not."""
    f.HUB_REQUESTS.labels(reason_label(outcome)).inc()


def hub_subscriptions(counts: Mapping[str, int]) -> None:
    """How many subscriptions are in each state, ``silent`` ones apart."""
    for state in f.SUBSCRIPTION_STATES:
        f.HUB_SUBSCRIPTIONS.labels(state).set(counts.get(state, 0))


# --------------------------------------------------------------------------- what is read now and then
def worker_lost(reason: str) -> None:
    """A worker process ended with work in hand, or all of them at once (``pool-replaced``)."""
    f.WORKERS_LOST.labels(reason).inc()


def consumer(
    name: str,
    *,
    in_flight: int,
    waiting: int,
    partitions: int,
    stalled_s: float,
    away_s: float,
    last_poll_age_s: float | None,
    oldest_waiting_s: float,
) -> None:
    """How a consumer stands, as of this scrape."""
    c.IN_FLIGHT.labels(name).set(in_flight)
    c.WAITING.labels(name).set(waiting)
    c.PARTITIONS.labels(name).set(partitions)
    c.STALLED.labels(name).set(stalled_s)
    c.AWAY.labels(name).set(away_s)
    c.OLDEST.labels(name).set(oldest_waiting_s)
    if last_poll_age_s is not None:
        c.POLL_AGE.labels(name).set(last_poll_age_s)


def observed(
    lags: Mapping[str, Mapping[str, int]], feeds: FeedCounts | None, overdue: timedelta | None, now: datetime
) -> None:
    """Lag by group and topic; where this process polls, the feeds, and since when one is due (less than 0: not yet)."""
    for group, topics in lags.items():
        for topic, records in topics.items():
            f.LAG.labels(group, topic).set(records)
    if feeds is not None:
        f.FEEDS.labels("healthy").set(feeds.healthy)
        f.FEEDS.labels("failing").set(feeds.failing)
        f.FEEDS.labels("disabled").set(feeds.disabled)
    f.OVERDUE.set(nan if overdue is None else _seconds(overdue))
    f.OBSERVED.set(now.timestamp())


def unobserved() -> None:
    """Nothing is known of lag, schedule, hubs and webhooks at present: an old figure would pass for the truth."""
    f.LAG.clear()
    f.FEEDS.clear()
    f.HUB_SUBSCRIPTIONS.clear()
    f.OVERDUE.set(nan)
    webhooks.unobserved()


def audited(lost: int, now: datetime) -> None:
    """The books were held against the log: so many entries are lost."""
    f.LOST.set(lost)
    f.AUDITED.set(now.timestamp())


# ---------------------------------------------------------------------------------------------- reading
def exposed(stages: Iterable[str]) -> CollectorRegistry:
    """The metrics of a process that runs these stages, with its own: CPU, memory, files, Python."""
    registry = CollectorRegistry()
    wanted = set(stages)
    for family in f.FAMILIES:
        if wanted & set(family.stages):
            registry.register(family.metric)
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    return registry


def text(registry: CollectorRegistry) -> bytes:
    """The Prometheus text format, version 0.0.4."""
    return generate_latest(registry)


def markdown() -> str:
    """The metrics as the table in docs/operations.md."""
    rows = (
        f"| `{row.name}` | {row.kind} | {_labels(row)} | {', '.join(row.stages)} | {row.description} |"
        for row in f.FAMILIES
    )
    return "\n".join(("| metric | kind | labels | stages | what it is |", "|---|---|---|---|---|", *rows))


def _labels(row: f.Family) -> str:
    values = f": {', '.join(row.values)}" if row.values else ""
    return ", ".join(f"`{label}`" for label in row.labels) + values


def reason_label(reason: str) -> str:
    """A reason as a label. They are few, but for the statuses a server may make up: of those the class is told."""
    kind, dash, status = reason.partition("http-")
    if kind or not dash or not status.isdecimal():
        return reason
    try:
        return f"http-{HTTPStatus(int(status)).value}"
    except ValueError:
        return f"http-{status[0]}xx"


def _has_a_time(entry: EntryFound) -> bool:
    return entry.reason == "new" and entry.published_precision == "second"


def _seconds(span: timedelta) -> float:
    return max(0.0, span.total_seconds())  # clocks are set back
