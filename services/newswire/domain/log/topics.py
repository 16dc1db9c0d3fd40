"""Which topics newswire wants of a Kafka cluster, and what the cluster itself has to have for them.

Every topic of events is made alike:

- It is not compacted. A record is an event, not the state of its key: compaction would drop entries of a domain,
  revisions of an article and dead letters that nobody has read yet.
- All are kept equally long, retries and dead letters too: their consumers can be offline just as long,
  and `store` keeps dead letters for good.
- The broker stamps the time (KIP-32): with the publisher's time, a worker whose clock is years behind would
  publish records that their age deletes at once.

The topic of latest states is compacted: a record is the state of its key, kept until a newer one or a tombstone
replaces it. An older record is deleted within a day, since it may hold a text that was purged. Tombstones are kept as
long as events are, so that a reader who was away learns of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from newswire.events import LATEST, TOPICS

MAX_BATCH_BYTES: Final = 11_000_000
"""What a topic has to take in one batch: a value of 10 MB, its key and its headers."""
COMPACTED: Final = frozenset({LATEST})
_SUPERSEDED: Final = timedelta(days=1)
"""The time after which a record that a newer one of its key replaced is deleted."""
_SEGMENT: Final = timedelta(hours=1)
"""Kafka compacts none of the segment that it writes to."""


@dataclass(frozen=True, slots=True)
class WantedTopic:
    """A topic as `newswire topics ensure` creates it; ``config`` by Kafka's names."""

    name: str
    partitions: int
    replication: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FoundTopic:
    """A topic as the cluster has it; ``replication`` is that of its least replicated partition."""

    name: str
    partitions: int
    replication: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FoundCluster:
    """The cluster itself; ``offsets_retention`` is None where we may not ask for it."""

    brokers: int
    offsets_retention: timedelta | None = None


def wanted_topics(
    *, partitions: int, replication: int, min_insync: int, retention: timedelta, latest: bool = False
) -> tuple[WantedTopic, ...]:
    """Every topic of newswire's, with ``latest`` that of the latest states too."""
    config = {
        "min.insync.replicas": str(min_insync),
        "unclean.leader.election.enable": "false",
        "max.message.bytes": str(MAX_BATCH_BYTES),
        "message.timestamp.type": "LogAppendTime",
    }
    events = {"cleanup.policy": "delete", "retention.ms": _ms(retention), "retention.bytes": "-1"}
    states = {
        "cleanup.policy": "compact",
        "delete.retention.ms": _ms(retention),
        "max.compaction.lag.ms": _ms(_SUPERSEDED),
        "segment.ms": _ms(_SEGMENT),
    }
    return (
        *(WantedTopic(name, partitions, replication, events | config) for name in TOPICS),
        *(WantedTopic(name, partitions, replication, states | config) for name in ([LATEST] if latest else [])),
    )


def too_few_brokers(missing: Sequence[WantedTopic], cluster: FoundCluster) -> str | None:
    """Why these topics cannot be created; None when they can."""
    copies = max((topic.replication for topic in missing), default=0)
    if copies <= cluster.brokers:
        return None
    return (
        f"{copies} copies of each topic are asked for, and brokers there are {cluster.brokers}: start the others, "
        "or set NEWSWIRE_KAFKA__REPLICATION, and NEWSWIRE_KAFKA__MIN_INSYNC with it"
    )


def offsets_warning(cluster: FoundCluster, retention: timedelta) -> str | None:
    """What follows where the cluster keeps a stopped group's offsets for less time than its records (KIP-211)."""
    kept = cluster.offsets_retention
    if kept is None or kept >= retention:
        return None
    return (
        f"the brokers forget how far a group has read {_days(kept)} after its last member has gone, and keep records "
        f"for {_days(retention)}: a stage that was stopped for longer reads everything again. Set the brokers' "
        f"offsets.retention.minutes to {round(retention / timedelta(minutes=1))} or more"
    )


def _ms(time: timedelta) -> str:
    return str(round(time / timedelta(milliseconds=1)))


def _days(time: timedelta) -> str:
    return f"{time / timedelta(days=1):g} days"
