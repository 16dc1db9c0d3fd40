"""Starting clients of Kafka: bounded, and with a reason when it fails."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Final

from aiokafka.errors import KafkaError

from newswire.adapters.bus_kafka.errors import translated
from newswire.adapters.bus_kafka.refusal import refusal
from newswire.errors import UsageError

START_TIMEOUT_S: Final = 5.0
TOPIC_PATIENCE_S: Final = 5.0
"""A topic that has just been created may be news to the broker that is asked."""
_TOPIC_BACKOFF_S: Final = 0.2


async def start(
    client: Any, end: Callable[[], Awaitable[None]], servers: Sequence[str], arguments: Mapping[str, Any]
) -> None:
    """Start an aiokafka client; when that fails ``end`` it.

    Raises `Wait` when no broker answers, `UsageError` when one will not have us.
    """
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            await client.start()
    except (KafkaError, OSError) as error:  # a TimeoutError is an OSError
        await end()
        if told := await refusal(servers, arguments):
            raise told from error
        raise translated(error, f"connecting to Kafka at {','.join(servers)}") from error
    except BaseException:
        await end()
        raise


async def require(client: Any, topics: Collection[str], *, patience_s: float | None = None) -> None:
    """Return when all of them exist. Raises `UsageError` when one does not, KafkaError when no broker answers.

    Asked by the list of all topics: naming one would create it where brokers are set to do that.
    """
    now = asyncio.get_running_loop().time
    deadline = now() + (TOPIC_PATIENCE_S if patience_s is None else patience_s)
    while True:
        cluster = await client.fetch_all_metadata()
        missing = sorted(set(topics) - cluster.topics(exclude_internal_topics=False))
        if not missing:
            return
        if now() >= deadline:
            raise UsageError(
                f"Kafka has no topic {', '.join(missing)}, or does not show it to this user: "
                "run 'newswire topics ensure'"
            )
        await asyncio.sleep(_TOPIC_BACKOFF_S)
