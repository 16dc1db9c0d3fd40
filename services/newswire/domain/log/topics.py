"""Which topics newswire wants of a Kafka cluster, and what the cluster itself has to have for them.

Every topic is made alike:

- No topic is compacted. A record is an event, not the state of its key: compaction would drop entries of a domain,
  revisions of an article and dead letters that nobody has read yet. The state is in the store.
- All are kept equally long, retries and dead letters too: their consumers can be offline just as long,
  and `store` keeps dead letters for good.
- The broker stamps the time (KIP-32): with the publisher's time, a worker whose clock is years behind would
  publish records that their age deletes at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from newswire.events import TOPICS

MAX_BATCH_BYTES: Final = 11_000_000
"""What a topic has to take in one batch: a value of 10 MB, its key and its headers."""


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
    *, partitions: int, replication: int, min_insync: int, retention: timedelta
) -> tuple[WantedTopic, ...]:
    """Every topic of newswire's."""
    config = {
        "cleanup.policy": "delete",
        "retention.ms": str(round(retention / timedelta(milliseconds=1))),
        "retention.bytes": "-1",
        "min.insync.replicas": str(min_insync),
        "unclean.leader.election.enable": "false",
        "max.message.bytes": str(MAX_BATCH_BYTES),
        "message.timestamp.type": "LogAppendTime",
    }
    return tuple(WantedTopic(name, partitions, replication, config) for name in TOPICS)


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


def _days(time: timedelta) -> str:
    return f"{time / timedelta(days=1):g} days"
