"""What it means where a cluster has a topic otherwise than newswire wants it.

A difference by which records can be lost, or not be published, does harm; newswire mends none, as it may be another's
decision, and says how to. Any other is kept: better than wanted, or only different.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from newswire.domain.log.topics import FoundTopic, WantedTopic


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as wanted.

    ``harm`` says what comes of it, None where newswire does well with what there is; ``advice`` what an operator
    can do.
    """

    setting: str
    wanted: str
    found: str
    harm: str | None
    advice: str


@dataclass(frozen=True, slots=True)
class TopicReport:
    """What is to be thought of one topic; it ``differs`` when any of the differences does harm."""

    topic: str
    state: Literal["ok", "missing", "differs"]
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rule:
    """When a setting that is not the wanted one will do as well, by wanted and found; else the harm, if any."""

    serves: Callable[[str, str], bool]
    harm: str | None


def _never(_wanted: str, _found: str) -> bool:
    return False


def _at_least(wanted: str, found: str) -> bool:
    return int(found) >= int(wanted)


def _at_most(wanted: str, found: str) -> bool:
    return int(found) <= int(wanted)


def _as_long(wanted: str, found: str) -> bool:
    return found == "-1" or int(found) >= int(wanted)


_RULES: Final = {
    "cleanup.policy": _Rule(_never, "compaction drops events that nobody has read yet"),
    "retention.ms": _Rule(_as_long, "records are deleted before a stage that was away has read them"),
    "retention.bytes": _Rule(_never, "records are deleted for their size before a stage that was away has read them"),
    "min.insync.replicas": _Rule(_at_least, "a record counts as published with fewer copies, and is lost with them"),
    "unclean.leader.election.enable": _Rule(_never, "a broker that lacks records may come to lead, and they are lost"),
    "max.message.bytes": _Rule(_at_least, "a long article cannot be published"),
    "message.timestamp.type": _Rule(_never, None),
    "delete.retention.ms": _Rule(_at_least, "a reader who was away does not learn that an article was purged"),
    "max.compaction.lag.ms": _Rule(_at_most, "a purged text stays in the topic for longer"),
    "segment.ms": _Rule(_at_most, "a purged text stays in the topic for longer"),
}
_NOT_COMPACTED: Final = "the latest state of an article is deleted for its age, or an older one stays"
"""One for each setting of `wanted_topics`."""


def judge(wanted: WantedTopic, found: FoundTopic | None) -> TopicReport:
    """What is to be thought of one topic, as the cluster has it or has not."""
    if found is None:
        return TopicReport(wanted.name, "missing")
    differences = tuple(
        difference
        for difference in (
            _partitions(wanted, found),
            _replication(wanted, found),
            _writable(wanted, found),
            *(_setting(wanted, found, name) for name in wanted.config),
        )
        if difference is not None
    )
    harmed = any(difference.harm for difference in differences)
    return TopicReport(wanted.name, "differs" if harmed else "ok", differences)


def _partitions(wanted: WantedTopic, found: FoundTopic) -> Difference | None:
    """Any number works; which one is settled when a topic is made, since another sends keys to other partitions."""
    if found.partitions == wanted.partitions:
        return None
    return Difference(
        "partitions",
        str(wanted.partitions),
        str(found.partitions),
        None,
        f"up to {found.partitions} processes of a stage share them; add none, or a key's records lose their order",
    )


def _replication(wanted: WantedTopic, found: FoundTopic) -> Difference | None:
    if found.replication >= wanted.replication:
        return None
    return Difference(
        "replication",
        str(wanted.replication),
        str(found.replication),
        "records are lost with fewer brokers than you want to outlive",
        "add copies with kafka-reassign-partitions.sh, or set NEWSWIRE_KAFKA__REPLICATION",
    )


def _writable(wanted: WantedTopic, found: FoundTopic) -> Difference | None:
    least = found.config.get("min.insync.replicas", "1")
    if int(least) <= found.replication:
        return None
    return Difference(
        "min.insync.replicas",
        wanted.config["min.insync.replicas"],
        least,
        f"nothing can be published: there are fewer copies ({found.replication}) than have to have a record",
        _alter(wanted, "min.insync.replicas"),
    )


def _setting(wanted: WantedTopic, found: FoundTopic, name: str) -> Difference | None:
    want, have, rule = wanted.config[name], found.config.get(name), _RULES[name]
    if have is None or have == want or rule.serves(want, have):
        return None
    harm = _NOT_COMPACTED if name == "cleanup.policy" and want == "compact" else rule.harm
    return Difference(name, want, have, harm, _alter(wanted, name))


def _alter(wanted: WantedTopic, name: str) -> str:
    return (
        "kafka-configs.sh --bootstrap-server … --alter --entity-type topics "
        f"--entity-name {wanted.name} --add-config {name}={wanted.config[name]}"
    )
