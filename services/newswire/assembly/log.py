"""The log that the settings name: Kafka, or tables of the database."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from newswire.adapters.bus_database import DatabaseBus
from newswire.adapters.database import Database
from newswire.ports import Bus, Clock, TopicAdmin
from newswire.settings import Settings


@asynccontextmanager
async def open_topics(settings: Settings) -> AsyncGenerator[TopicAdmin]:
    """The topics of the settings' Kafka, connected to on first use.

    Raises `UsageError` for a setting that cannot be met.
    """
    # Slow to import, and only those who have a Kafka need it.
    from newswire.adapters.bus_kafka.admin import KafkaTopics  # noqa: PLC0415  # see above
    from newswire.adapters.bus_kafka.connection import client_arguments  # noqa: PLC0415  # see above

    topics = KafkaTopics(settings.kafka_servers, arguments=client_arguments(settings.kafka))
    try:
        yield topics
    finally:
        await topics.close()


def open_bus(settings: Settings, database: Database, clock: Clock) -> Bus:
    """The log of the settings: Kafka where servers are named, tables of ``database`` elsewhere."""
    if settings.kafka_servers:
        return _kafka_bus(settings, clock)
    return DatabaseBus(
        database,
        partitions=settings.bus_database.partitions,
        poll_interval_s=settings.bus_database.poll_interval_s,
        lease_s=settings.bus_database.lease_s,
        clock=clock,
    )


def _kafka_bus(settings: Settings, clock: Clock) -> Bus:
    # Slow to import, and only those who have a Kafka need it.
    from newswire.adapters.bus_kafka import KafkaBus  # noqa: PLC0415  # see above
    from newswire.adapters.bus_kafka.connection import client_arguments  # noqa: PLC0415  # see above

    return KafkaBus(
        settings.kafka_servers,
        arguments=client_arguments(settings.kafka),
        send_timeout_s=settings.kafka.send_timeout_s,
        session_timeout_s=settings.kafka.session_timeout_s,
        clock=clock,
    )
