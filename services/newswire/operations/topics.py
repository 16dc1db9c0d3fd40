"""Compare the topics of a Kafka cluster with the wanted ones, and create those that are missing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from newswire.domain.log.topic_report import TopicReport, judge
from newswire.domain.log.topics import WantedTopic, offsets_warning, too_few_brokers
from newswire.errors import UsageError
from newswire.ports import TopicAdmin


@dataclass(frozen=True, slots=True)
class TopicsReport:
    """The state of the cluster, for the topics that newswire needs."""

    brokers: int
    """The number of brokers in the cluster."""
    topics: tuple[TopicReport, ...]
    """One for each wanted topic, in their order."""
    problem: str | None = None
    """Why the missing topics cannot be created; None where they can, and where none is missing."""
    warning: str | None = None
    """A warning about the cluster itself: its brokers forget offsets too early."""
    created: frozenset[str] = field(default=frozenset())
    """The names of the topics that were created just now."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the topics that do not exist."""
        return tuple(report.topic for report in self.topics if report.state == "missing")

    @property
    def wrong(self) -> tuple[TopicReport, ...]:
        """The topics that are missing or differ in a way that does harm."""
        return tuple(report for report in self.topics if report.state != "ok")


async def check_topics(admin: TopicAdmin, wanted: Sequence[WantedTopic], retention: timedelta) -> TopicsReport:
    """Look at the topics and change nothing. ``retention`` is the time for which records are to be kept.

    Raises `Wait` when the brokers are away.
    """
    cluster = await admin.cluster()
    topics = await _reports(admin, wanted)
    missing = [topic for topic, report in zip(wanted, topics, strict=True) if report.state == "missing"]
    return TopicsReport(
        brokers=cluster.brokers,
        topics=topics,
        problem=too_few_brokers(missing, cluster),
        warning=offsets_warning(cluster, retention),
    )


async def ensure_topics(admin: TopicAdmin, wanted: Sequence[WantedTopic], retention: timedelta) -> TopicsReport:
    """Create the topics that are missing; an existing topic is never changed.

    Raises `UsageError`, before anything is created, where the cluster has too few brokers; `Wait` when they are away.
    """
    before = await check_topics(admin, wanted, retention)
    if not before.missing:
        return before
    if before.problem:
        raise UsageError(before.problem)
    await admin.create([topic for topic in wanted if topic.name in before.missing])
    return TopicsReport(
        brokers=before.brokers,
        topics=await _reports(admin, wanted),
        warning=before.warning,
        created=frozenset(before.missing),
    )


async def _reports(admin: TopicAdmin, wanted: Sequence[WantedTopic]) -> tuple[TopicReport, ...]:
    found = await admin.found([topic.name for topic in wanted])
    return tuple(judge(topic, found.get(topic.name)) for topic in wanted)
