"""The installation as the settings describe it: facts about this process, the wanted topics, the Kafka cluster."""

import sys
from datetime import timedelta
from functools import partial

from newswire import __version__
from newswire.assembly.log import open_topics
from newswire.domain.log.topics import WantedTopic, wanted_topics
from newswire.operations.doctor import Cluster, Installation
from newswire.runtime.cpus import usable_cpus
from newswire.settings import Settings


def topic_retention(settings: Settings) -> timedelta:
    """The time for which Kafka is to keep records."""
    return timedelta(days=settings.kafka.retention_days)


def topics_wanted(settings: Settings) -> tuple[WantedTopic, ...]:
    """Every topic as the settings ask for it."""
    kafka = settings.kafka
    return wanted_topics(
        partitions=kafka.partitions,
        replication=kafka.replication,
        min_insync=kafka.min_insync,
        retention=topic_retention(settings),
        latest=settings.latest.publish,
    )


def installation(settings: Settings) -> Installation:
    """The facts about this process that `newswire.operations.doctor` shows."""
    cpus = usable_cpus()
    return Installation(
        version=__version__,
        python=sys.version.split()[0],
        cpus=cpus,
        processes=settings.extract.processes or cpus,
        agent=settings.fetch.agent,
        contact=bool(settings.fetch.contact),
        store=str(settings.store),
        embedded=settings.store.get_secret_value().startswith("sqlite:"),
    )


def cluster(settings: Settings) -> Cluster | None:
    """The Kafka cluster of the settings; None where the database is the bus."""
    if not settings.kafka_servers:
        return None
    return Cluster(
        bus=settings.bus,
        topics=topics_wanted(settings),
        retention=topic_retention(settings),
        open=partial(open_topics, settings),
    )
