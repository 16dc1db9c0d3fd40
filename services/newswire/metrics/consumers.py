"""The metrics of a process that reads the log."""

from typing import Final

from prometheus_client import Gauge

from newswire.metrics.family import declare

_CONSUMERS: Final = ("extract", "store", "drift")
IN_FLIGHT: Final = declare(
    Gauge, "newswire_consumer_in_flight_records", "Records taken and not finished.", "consumer", of=_CONSUMERS
)
WAITING: Final = declare(
    Gauge, "newswire_consumer_waiting_records", "Of those in flight: not due yet.", "consumer", of=_CONSUMERS
)
PARTITIONS: Final = declare(
    Gauge, "newswire_consumer_partitions", "Partitions that are this process's.", "consumer", of=_CONSUMERS
)
STALLED: Final = declare(
    Gauge,
    "newswire_consumer_stalled_seconds",
    "For how long there has been work that is due and none of it was finished.",
    "consumer",
    of=_CONSUMERS,
)
AWAY: Final = declare(
    Gauge,
    "newswire_consumer_away_seconds",
    "For how long the broker or the database has been away; 0 while all is well.",
    "consumer",
    of=_CONSUMERS,
)
OLDEST: Final = declare(
    Gauge,
    "newswire_consumer_oldest_waiting_seconds",
    "For how long the record that has waited longest has been due, of those that this process has taken; 0 for none.",
    "consumer",
    of=_CONSUMERS,
)
POLL_AGE: Final = declare(
    Gauge,
    "newswire_consumer_last_poll_age_seconds",
    "Since the log answered last; absent before the first time.",
    "consumer",
    of=_CONSUMERS,
)
