"""Starting clients of Kafka: bounded, and with a reason when it fails."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from newswire.adapters.bus_kafka.errors import translated
from newswire.errors import UsageError
from newswire.kafka.refusal import KafkaNames, refusal

SETTINGS: Final = KafkaNames(
    protocol="NEWSWIRE_KAFKA__SECURITY_PROTOCOL",
    mechanism="NEWSWIRE_KAFKA__SASL_MECHANISM",
    user="NEWSWIRE_KAFKA__SASL_USERNAME",
    password="NEWSWIRE_KAFKA__SASL_PASSWORD",  # noqa: S106  # its name
    authorities="NEWSWIRE_KAFKA__SSL_CA_FILE",
    certificate="NEWSWIRE_KAFKA__SSL_CERTIFICATE_FILE",
)
"""The names of settings."""
START_TIMEOUT_S: Final = 5.0
TOPIC_PATIENCE_S: Final = 5.0
"""The broker that is asked may not know yet of a topic that was just created."""
_TOPIC_BACKOFF_S: Final = 0.2
POSITION_TIMEOUT_S: Final = 0.05
"""`AIOKafkaConsumer.position` waits while a position is unknown. A known one is given at once, without a request."""


async def start(
    client: Any, end: Callable[[], Awaitable[None]], servers: Sequence[str], arguments: Mapping[str, Any]
) -> None:
    """Start an aiokafka client; call ``end`` when that fails.

    Raises `Wait` when no broker answers, `UsageError` when a broker refuses the client.
    """
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            await client.start()
    except (KafkaError, OSError) as error:  # a TimeoutError is an OSError
        await end()
        if told := await refusal(servers, arguments, SETTINGS):
            raise UsageError(told) from error
        raise translated(error, f"connecting to Kafka at {','.join(servers)}") from error
    except BaseException:
        await end()
        raise


async def require(
    list_topics: Callable[[], Awaitable[AbstractSet[str]]], topics: Collection[str], *, patience_s: float | None = None
) -> None:
    """Return when all ``topics`` are among the listed ones, which are asked for until ``patience_s`` seconds are over.

    The list of all topics is asked for, because a broker may create a topic that a client names. Raises `UsageError`
    when a topic does not exist, KafkaError when no broker answers.
    """
    now = asyncio.get_running_loop().time
    deadline = now() + (TOPIC_PATIENCE_S if patience_s is None else patience_s)
    while True:
        missing = sorted(set(topics) - await list_topics())
        if not missing:
            return
        if now() >= deadline:
            raise UsageError(
                f"Kafka has no topic {', '.join(missing)}, or does not show it to this user: "
                "run 'newswire topics ensure'"
            )
        await asyncio.sleep(_TOPIC_BACKOFF_S)


async def position(consumer: AIOKafkaConsumer, partition: TopicPartition) -> int | None:
    """The offset of the next record that the consumer gives; None when it knows none, or lost the partition."""
    try:
        async with asyncio.timeout(POSITION_TIMEOUT_S):
            return int(await consumer.position(partition))
    except (TimeoutError, IllegalStateError):
        return None
