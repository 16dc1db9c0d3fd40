"""Every metric that newswire declares, with the stages that know it.

Names and units go by https://prometheus.io/docs/practices/naming/. Every label has few values: no URL, no host.
"""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram, Info

from newswire.domain.feeds.health import FAILING
from newswire.domain.ledger import OUTCOMES
from newswire.metrics.family import FAMILIES, Family, declare

__all__ = ["FAMILIES", "Family"]

EVERY: Final = ("poll", "extract", "store", "drift", "websub", "webhooks")

BUILD: Final = declare(Info, "newswire_build", "1, with the version at work in its label `version`.", of=EVERY)

# ------------------------------------------------------------------------------------------------ poll
POLLS: Final = declare(
    Counter,
    "newswire_polls",
    "Polls of a feed: entries, not-modified (304), same-body; waiting (broker or database away); else the failure.",
    "outcome",
    of=("poll",),
)
POLL_ENTRIES: Final = declare(
    Counter,
    "newswire_poll_entries",
    "New and changed entries booked; known-url: it follows another sighting of that URL; refused: it has no usable "
    "address, or is too large.",
    "outcome",
    values=("published", "known-url", "refused"),
    of=("poll",),
)
FEED_EVENTS: Final = declare(
    Counter,
    "newswire_feed_events",
    "Events about feeds and sources themselves that were published, those published again after a crash included.",
    "kind",
    values=(
        *("feed-failing", "feed-not-a-feed", "feed-silent", "feed-recovered", "feed-moved", "feed-gone"),
        *("coverage-gap", "coverage-restored", "source-drift", "source-recovered"),
    ),
    of=("poll", "drift"),
)
DRIFTING: Final = declare(
    Gauge,
    "newswire_sources_drifting",
    "Sources whose pages do not give what they used to give (newswire.source.drift.v1), as of the last batch.",
    of=("drift",),
)
RECHECKS: Final = declare(Counter, "newswire_rechecks", "Articles put on the line to be looked at again.", of=("poll",))
DISCOVERY: Final = declare(
    Histogram,
    "newswire_discovery_delay_seconds",
    "From the time that an entry gives as its publication to the poll that found it. New entries of feeds polled "
    "before; only as good as the publishers' clocks.",
    of=("poll",),
    buckets=(10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400),
)
FEEDS: Final = declare(
    Gauge,
    "newswire_feeds",
    f"Feeds; failing: the last {FAILING} polls, or more, failed.",
    "state",
    values=("healthy", "failing", "disabled"),
    of=("poll",),
)
OVERDUE: Final = declare(
    Gauge,
    "newswire_schedule_overdue_seconds",
    "For how long the feed or re-check that waits longest has been due; 0 when nothing is overdue.",
    of=("poll",),
)

# --------------------------------------------------------------------------------------------- extract
EXTRACTS: Final = declare(
    Counter,
    "newswire_extract_records",
    "Entries by what came of them; the first three are article events.",
    "outcome",
    values=("extracted", "unchanged", "gone", "retry", "dead"),
    of=("extract",),
)
RETRIES: Final = declare(
    Counter, "newswire_retries", "Entries sent to a retry topic, by why.", "reason", of=("extract",)
)
PAGE_FETCH: Final = declare(
    Histogram,
    "newswire_page_fetch_seconds",
    "Fetching a page, where that succeeded: robots.txt, the wait for its host's turn, redirects, the whole body.",
    of=("extract",),
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
PAGE_EXTRACTION: Final = declare(
    Histogram,
    "newswire_page_extraction_seconds",
    "From page to article parts, the wait for a worker process included.",
    of=("extract",),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)

# ----------------------------------------------------------------------------------------------- store
OUTCOMES_BOOKED: Final = declare(
    Counter,
    "newswire_outcomes",
    "Articles and dead letters by the outcome that was booked.",
    "outcome",
    values=OUTCOMES,
    of=("store",),
)
CHANGES: Final = declare(
    Counter,
    "newswire_changes_published",
    "Changes published, those published again after a crash included.",
    "kind",
    values=("published", "revised", "duplicate", "withdrawn", "relinked", "unlinked"),
    of=("store",),
)
PUBLICATION: Final = declare(
    Histogram,
    "newswire_publication_delay_seconds",
    "From the poll that found an entry to the change that came of it being published; first: its page was read at the "
    "first attempt; later: after a retry, which waits for minutes or hours, or after `newswire dead retry`.",
    "attempt",
    values=("first", "later"),
    of=("store",),
    buckets=(0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600, 10800, 86400),
)
BATCH_RECORDS: Final = declare(
    Histogram,
    "newswire_store_batch_records",
    "Records of one batch.",
    of=("store",),
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500),
)
BATCH: Final = declare(
    Histogram,
    "newswire_store_batch_seconds",
    "One batch: decided, recorded, published.",
    of=("store",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)

# ---------------------------------------------------------------------------------------------- websub
HUB_DELIVERIES: Final = declare(
    Counter,
    "newswire_websub_deliveries",
    "Announcements of WebSub hubs; accepted: their feed was made due; unsigned, forged: acknowledged and ignored; "
    "gone: unsubscribed before; unknown: no such callback; waiting: the database is away.",
    "outcome",
    values=("accepted", "unsigned", "forged", "gone", "unknown", "too-large", "broken-off", "waiting"),
    of=("websub",),
)
HUB_REQUESTS: Final = declare(
    Counter,
    "newswire_websub_requests",
    "Requests to WebSub hubs to subscribe or unsubscribe: accepted, else the failure.",
    "outcome",
    values=("accepted",),
    of=("websub",),
)
SUBSCRIPTION_STATES: Final = ("pending", "active", "silent", "denied", "unsubscribing")
HUB_SUBSCRIPTIONS: Final = declare(
    Gauge,
    "newswire_websub_subscriptions",
    "Subscriptions at WebSub hubs; silent: active ones whose hub did not announce what a poll then found.",
    "state",
    values=SUBSCRIPTION_STATES,
    of=("websub",),
)

# ---------------------------------------------------------------------------------------- more than one
DEAD: Final = declare(
    Counter, "newswire_dead_letters", "Records put with the dead letters, by who and why.", "stage", "reason",
    of=("extract", "store"),
)  # fmt: skip
for _stage in ("extract", "store"):
    DEAD.labels(_stage, "unexpected")  # exposed from the start: an alert waits for its first increase
WORKERS_LOST: Final = declare(
    Counter,
    "newswire_workers_lost",
    "Worker processes that ended with work in hand; too-slow: killed at the deadline; retired: what leaked before left "
    "no memory; pool-replaced: all at once.",
    "reason",
    values=("too-slow", "crashed", "retired", "lost", "pool-replaced"),
    of=("poll", "extract"),
)
LAG: Final = declare(
    Gauge,
    "newswire_consumer_lag_records",
    "Records from the group's committed offset to the topic's end; of a retry topic: those that wait their time.",
    "group",
    "topic",
    of=("extract", "store", "drift"),
)
OBSERVED: Final = declare(
    Gauge,
    "newswire_observed_timestamp_seconds",
    "When lag, feeds, schedule, hubs and webhooks were read last; they are absent while they cannot be read.",
    of=EVERY,
)

LOST: Final = declare(
    Gauge,
    "newswire_audit_lost_entries",
    "Entries that have no outcome and are nowhere in the log, as of the last audit; anything but 0 breaks a promise.",
    of=("store",),
)
AUDITED: Final = declare(
    Gauge,
    "newswire_audit_timestamp_seconds",
    "When the last audit ended; 0 before the first one.",
    of=("store",),
)
