"""The log over Apache Kafka: for the stages as processes of their own, on one machine or on many."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from newswire.adapters.bus_kafka.producer import Producer
from newswire.adapters.bus_kafka.reading import Reader
from newswire.adapters.bus_kafka.records import check
from newswire.adapters.bus_kafka.subscription import KafkaSubscription
from newswire.ports import Clock, Message, Partition, Record

MAX_VALUE_BYTES: Final = 10_000_000
_PLAIN: Final[Mapping[str, Any]] = MappingProxyType({"security_protocol": "PLAINTEXT"})


class KafkaBus:
    """See `newswire.ports.Bus`. Topics have to exist: `newswire topics ensure` creates them."""

    def __init__(
        self,
        servers: Sequence[str],
        *,
        arguments: Mapping[str, Any] = _PLAIN,
        send_timeout_s: float,
        session_timeout_s: float,
        clock: Clock,
        max_value_bytes: int = MAX_VALUE_BYTES,
    ) -> None:
        """Connects when it is first used.

        Args:
            servers: Where to bootstrap: ``host:port`` of some brokers.
            arguments: What every client takes about security: `connection.client_arguments`.
            send_timeout_s: A publish without an answer for so long has an unknown outcome.
            session_timeout_s: A member that shows no sign of life, or is not polled, for so long loses its partitions.
            clock: Gives records their time.
            max_value_bytes: The largest value that is published.
        """
        self._servers, self._arguments = tuple(servers), arguments
        self._session_timeout_s = session_timeout_s
        self._max_value_bytes = max_value_bytes
        self._producer = Producer(
            servers, arguments, send_timeout_s=send_timeout_s, max_value_bytes=max_value_bytes, clock=clock
        )
        self._reader = Reader(servers, arguments)
        self._subscriptions: list[KafkaSubscription] = []

    async def publish(self, messages: Sequence[Message]) -> None:
        """See the port. Raises `UsageError` for a topic that does not exist, or that we may not write to."""
        for message in messages:
            check(message, self._max_value_bytes)
        if messages:
            await self._producer.send(messages)

    async def subscribe(self, group: str, topics: Sequence[str]) -> KafkaSubscription:
        """See the port. The member joins at its first poll. Raises `UsageError` for a topic that does not exist."""
        await self._reader.require(topics)
        subscription = KafkaSubscription(
            group, topics, self._servers, self._arguments, session_timeout_s=self._session_timeout_s
        )
        self._subscriptions = [*(each for each in self._subscriptions if not each.closed), subscription]
        return subscription

    async def reach(self, topics: Sequence[str]) -> None:
        """See the port."""
        await self._reader.require(topics, patience_s=0)

    async def lag(self, group: str, topics: Sequence[str]) -> Mapping[Partition, int]:
        """See the port. A topic that does not exist has no partitions."""
        found = await self._reader.unfinished(group, topics)
        return {at: span.end - span.position for at, span in found.items()}

    async def unfinished(self, group: str, topics: Sequence[str]) -> AsyncIterator[Record]:
        """See the port."""
        left = await self._reader.unfinished(group, topics)
        async with aclosing(self._reader.read(left)) as records:
            async for record in records:
                yield record

    async def tail(self, topic: str, *, since: datetime | None = None, follow: bool = False) -> AsyncIterator[Record]:
        """See the port. Records of different partitions come about in the order of their times."""
        there_is = await self._reader.since(topic, since)
        async with aclosing(self._reader.read(there_is, follow=follow)) as records:
            async for record in records:
                yield record

    async def prune(self, before: datetime) -> int:  # noqa: ARG002  # the port's
        """See the port: the brokers' own retention does it."""
        return 0

    async def close(self) -> None:
        """See the port: publishes what is under way, leaves every group. Takes some 10 s at the very worst."""
        await asyncio.gather(
            self._producer.close(), self._reader.close(), *(each.close() for each in self._subscriptions)
        )
        self._subscriptions.clear()
