"""The log in Kafka, by librdkafka: another client than the one under test."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from confluent_kafka import OFFSET_END, Consumer, KafkaException, Producer, TopicPartition

from faults.cluster.evidence import Place, Written
from support.kafka import Broker

TIMEOUT_S = 5.0


class KafkaLog:
    """`faults.cluster.evidence.Log` at a broker. It joins no group, whatever it asks about one.

    Not by librdkafka's administrator, which aborts the process when a coordinator does not answer.
    """

    def __init__(self, broker: Broker) -> None:
        self._quiet = {"bootstrap.servers": broker.address, "log_level": 0, "reconnect.backoff.max.ms": 500}
        self._onlookers: dict[str, Consumer] = {}
        """By group."""

    async def committed(self, group: str, topics: Sequence[str]) -> Mapping[Place, int]:
        def ask() -> Mapping[Place, int]:
            onlooker = self._onlooker(group)
            found = onlooker.committed(_partitions(onlooker, topics), timeout=TIMEOUT_S)
            return {(each.topic, each.partition): each.offset for each in found if each.offset >= 0}

        return await _asked(ask)

    async def ends(self, topics: Sequence[str]) -> Mapping[Place, int]:
        def ask() -> Mapping[Place, int]:
            onlooker = self._onlooker("onlooker")
            wanted = _partitions(onlooker, topics)
            found = onlooker.offsets_for_times(wanted, timeout=TIMEOUT_S)
            return {(each.topic, each.partition): each.offset for each in found}

        return await _asked(ask)

    async def read(self, topic: str) -> Sequence[Written]:
        ends = await self.ends([topic])

        def ask() -> list[Written]:
            consumer = self._new("onlooker")
            try:
                waited = {place: end for place, end in ends.items() if end > 0}
                consumer.assign([TopicPartition(name, number, 0) for name, number in waited])
                found: list[Written] = []
                while waited:
                    for message in consumer.consume(1000, timeout=0.1):
                        if message.error():
                            raise KafkaException(message.error())
                        found.append(_written(message))
                        place = found[-1].place
                        if found[-1].offset + 1 >= waited.get(place, 0):
                            waited.pop(place, None)
                return found
            finally:
                consumer.close()

        return await _asked(ask)

    async def write(self, topic: str, key: bytes | None, value: bytes | None, headers: Iterable[Any]) -> None:
        def ask() -> None:
            producer = Producer({**self._quiet, "enable.idempotence": True, "delivery.timeout.ms": 300_000})
            producer.produce(topic, value, key, headers=list(headers))
            while producer.flush(1.0):
                pass

        await _asked(ask)

    def close(self) -> None:
        """Let go of the connections."""
        for onlooker in self._onlookers.values():
            onlooker.close()

    def _onlooker(self, group: str) -> Consumer:
        if group not in self._onlookers:
            self._onlookers[group] = self._new(group)
        return self._onlookers[group]

    def _new(self, group: str) -> Consumer:
        return Consumer({**self._quiet, "group.id": group, "enable.auto.commit": False})


def _partitions(consumer: Consumer, topics: Sequence[str]) -> list[TopicPartition]:
    """Of each topic, as of its end."""
    there = consumer.list_topics(timeout=TIMEOUT_S).topics
    return [TopicPartition(topic, number, OFFSET_END) for topic in topics for number in there[topic].partitions]


async def _asked(ask: Any) -> Any:
    try:
        return await asyncio.to_thread(ask)
    except (KafkaException, TimeoutError, KeyError) as error:
        raise OSError(f"kafka: {error}") from error


def _written(message: Any) -> Written:
    headers = tuple(message.headers() or ())
    return Written(message.topic(), message.partition(), message.offset(), message.key(), message.value(), headers)
