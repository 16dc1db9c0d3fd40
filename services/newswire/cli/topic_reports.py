"""What newswire has to say about its topics in a Kafka cluster, for those who ask and those who mend."""

from collections.abc import Sequence
from datetime import timedelta

from newswire.domain.log.topic_report import TopicReport, judge
from newswire.domain.log.topics import WantedTopic, wanted_topics
from newswire.ports import TopicAdmin
from newswire.settings import Settings


def retention(config: Settings) -> timedelta:
    """For how long records are kept."""
    return timedelta(days=config.kafka.retention_days)


def wanted(config: Settings) -> tuple[WantedTopic, ...]:
    """Every topic as the settings ask for it."""
    kafka = config.kafka
    return wanted_topics(
        partitions=kafka.partitions,
        replication=kafka.replication,
        min_insync=kafka.min_insync,
        retention=retention(config),
    )


async def reports(admin: TopicAdmin, topics: Sequence[WantedTopic]) -> tuple[TopicReport, ...]:
    """One for each topic, in their order."""
    found = await admin.found([topic.name for topic in topics])
    return tuple(judge(topic, found.get(topic.name)) for topic in topics)
