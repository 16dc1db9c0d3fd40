"""Publishing: one idempotent producer that everybody shares, given up at its first error.

An idempotent producer retries for ever, and cannot be flushed while its broker is away. After an error that it does
not retry, its sequence numbers no longer fit. So an error, or no answer in time, ends the producer: every publish that
waited for it fails with an unknown outcome, and the next publish starts another producer.
"""

import asyncio
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from newswire.adapters.bus_kafka.aiokafka_internals import ProducerTasks
from newswire.adapters.bus_kafka.budget import Budget, portions, size_of
from newswire.adapters.bus_kafka.clients import require, start
from newswire.adapters.bus_kafka.errors import translated
from newswire.adapters.bus_kafka.records import HEADROOM_BYTES
from newswire.adapters.bus_kafka.shared_client import SharedClient
from newswire.errors import NewswireError, Wait
from newswire.ports import Clock, Message

FLUSH_TIMEOUT_S: Final = 5.0
BUDGET_BYTES: Final = 64_000_000
"""The bytes that are being published at once. A request holds a batch for each partition of its broker. A broker takes
100 MB in one request (``socket.request.max.bytes``), and closes the connection on a larger one at each try."""
PORTION_BYTES: Final = 16_000_000
"""The bytes of one publish that are handed to the producer at once."""
_LINGER_MS: Final = 5
_BATCH_BYTES: Final = 262_144
_TRIES: Final = 3
"""Requests that may go unanswered before a publish does: the next one finds out whether the last was heard."""


@dataclass(frozen=True, slots=True)
class _Session:
    producer: AIOKafkaProducer
    tasks: ProducerTasks


class Producer:
    """One `AIOKafkaProducer` at a time, made when it is needed."""

    def __init__(
        self,
        servers: Sequence[str],
        arguments: Mapping[str, Any],
        *,
        send_timeout_s: float,
        max_value_bytes: int,
        clock: Clock,
    ) -> None:
        """A send without an answer for ``send_timeout_s`` has an unknown outcome."""
        self._servers, self._arguments = tuple(servers), arguments
        self._send_timeout_s = send_timeout_s
        self._max_value_bytes = max_value_bytes
        self._clock = clock
        self._sessions = SharedClient(self._start, _end)
        self._budget = Budget(BUDGET_BYTES)

    async def send(self, messages: Sequence[Message]) -> None:
        """Return when all are durable. Raises `Wait` (outcome unknown) or `UsageError`."""
        client = self._sessions.begin()
        try:
            async with asyncio.timeout(self._send_timeout_s):
                producer = (await self._sessions.started(client)).producer
                await self._require(producer, messages)
                for some in portions(messages, PORTION_BYTES):
                    async with self._budget.spent(size_of(some)):
                        await self._deliver(producer, some)
        except TimeoutError as error:
            await self._sessions.give_up(client)
            raise Wait(
                f"Kafka gave no answer within {self._send_timeout_s:g} s: "
                f"whether {len(messages)} messages were published is unknown",
                dependency="kafka",
            ) from error
        except KafkaError as error:
            await self._sessions.give_up(client)
            raise translated(error, f"publishing {len(messages)} messages") from error

    async def close(self) -> None:
        """Deliver what is under way, for a few seconds; then end everything."""
        if (client := self._sessions.current) is not None:
            with suppress(TimeoutError, NewswireError):
                async with asyncio.timeout(FLUSH_TIMEOUT_S):
                    await (await self._sessions.started(client)).producer.flush()
        await self._sessions.close()

    async def _require(self, producer: AIOKafkaProducer, messages: Sequence[Message]) -> None:
        known = producer.client.cluster.partitions_for_topic
        if missing := {message.topic for message in messages if not known(message.topic)}:

            async def list_topics() -> AbstractSet[str]:
                cluster = await producer.client.fetch_all_metadata()
                return frozenset(cluster.topics())

            await require(list_topics, missing)

    async def _deliver(self, producer: AIOKafkaProducer, messages: Sequence[Message]) -> None:
        now = int(self._clock.now().timestamp() * 1000)
        waiting: list[asyncio.Future[Any]] = []
        try:
            for message in messages:  # in turn: concurrent calls could overtake each other where a batch is full
                key, headers = message.key.encode(), list(message.headers)
                sending = producer.send(message.topic, message.value or None, key, timestamp_ms=now, headers=headers)
                waiting.append(await sending)
            await asyncio.gather(*waiting)
        finally:
            for future in waiting:
                if not future.cancel() and not future.cancelled():
                    future.exception()  # seen, for asyncio: the first one is what is raised

    async def _start(self) -> _Session:
        producer = AIOKafkaProducer(
            bootstrap_servers=list(self._servers),
            client_id="newswire",
            enable_idempotence=True,
            acks="all",
            compression_type="zstd",
            linger_ms=_LINGER_MS,
            max_batch_size=_BATCH_BYTES,
            max_request_size=self._max_value_bytes + 2 * HEADROOM_BYTES,
            request_timeout_ms=int(self._send_timeout_s * 1000 / _TRIES),
            **self._arguments,
        )
        session = _Session(producer, ProducerTasks(producer))
        await start(producer, session.tasks.end, self._servers, self._arguments)
        return session


async def _end(session: _Session) -> None:
    await session.tasks.end()
