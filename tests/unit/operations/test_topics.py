"""Missing topics are created, existing ones are never changed, and too few brokers are said before anything is done."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.domain.log.topics import FoundCluster, FoundTopic, WantedTopic, wanted_topics
from newswire.errors import UsageError
from newswire.operations.topics import check_topics, ensure_topics

WEEK = timedelta(days=7)
WANTED = wanted_topics(partitions=3, replication=2, min_insync=1, retention=WEEK)
NAMES = tuple(topic.name for topic in WANTED)


class Cluster:
    """Implements `newswire.ports.TopicAdmin` over a dictionary."""

    def __init__(self, *topics: FoundTopic, brokers: int = 3, offsets: timedelta | None = WEEK) -> None:
        self.topics = {topic.name: topic for topic in topics}
        self.created: list[str] = []
        self._cluster = FoundCluster(brokers, offsets)

    async def cluster(self) -> FoundCluster:
        return self._cluster

    async def found(self, names: Sequence[str]) -> Mapping[str, FoundTopic]:
        return {name: self.topics[name] for name in names if name in self.topics}

    async def create(self, topics: Sequence[WantedTopic]) -> None:
        self.created += (topic.name for topic in topics)
        self.topics |= {topic.name: made(topic) for topic in topics}

    async def close(self) -> None:
        """Nothing is open."""


def made(topic: WantedTopic, **config: str) -> FoundTopic:
    named = {name.replace("_", "."): value for name, value in config.items()}
    return FoundTopic(topic.name, topic.partitions, topic.replication, {**topic.config, **named})


async def test_what_is_missing_is_created_once() -> None:
    admin = Cluster(made(WANTED[0]))
    first = await ensure_topics(admin, WANTED, WEEK)
    assert (first.created, first.missing, first.wrong) == (set(NAMES[1:]), (), ())
    assert tuple(report.topic for report in first.topics) == NAMES
    assert admin.created == list(NAMES[1:])
    again = await ensure_topics(admin, WANTED, WEEK)
    assert (again.created, again.wrong) == (frozenset(), ())
    assert admin.created == list(NAMES[1:])


async def test_a_check_creates_nothing() -> None:
    admin = Cluster()
    report = await check_topics(admin, WANTED, WEEK)
    assert (report.missing, report.brokers, report.problem) == (NAMES, 3, None)
    assert admin.created == []


async def test_a_topic_that_could_lose_records_is_reported_and_left_as_it_is() -> None:
    harmful = made(WANTED[0], cleanup_policy="compact")
    admin = Cluster(harmful, *map(made, WANTED[1:]))
    report = await ensure_topics(admin, WANTED, WEEK)
    assert [each.topic for each in report.wrong] == [WANTED[0].name]
    assert admin.topics[WANTED[0].name] == harmful
    assert admin.created == []


async def test_too_few_brokers_are_a_problem_before_anything_is_created() -> None:
    admin = Cluster(brokers=1)
    assert "2 copies" in ((await check_topics(admin, WANTED, WEEK)).problem or "")
    with pytest.raises(UsageError, match="NEWSWIRE_KAFKA__REPLICATION"):
        await ensure_topics(admin, WANTED, WEEK)
    assert admin.created == []


async def test_too_few_brokers_are_no_problem_where_nothing_is_to_be_created() -> None:
    admin = Cluster(*(replace(made(topic), replication=2) for topic in WANTED), brokers=1)
    assert (await ensure_topics(admin, WANTED, WEEK)).problem is None


async def test_brokers_that_forget_offsets_too_early_are_a_warning() -> None:
    admin = Cluster(*map(made, WANTED), offsets=timedelta(days=1))
    assert "offsets.retention.minutes" in ((await ensure_topics(admin, WANTED, WEEK)).warning or "")
