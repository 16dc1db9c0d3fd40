"""Hand the unfinished records of an embedded log over to Kafka."""

from typing import Final

from newswire.domain.log.topology import CONSUMERS
from newswire.ports import Bus, Message

_RECORDS: Final = 500
_BYTES: Final = 8_000_000
"""The most that is in memory at one time, unless one record alone is larger."""


async def hand_over(source: Bus, target: Bus) -> int:
    """Publish every record that a stage has not finished, with its key, value and headers; returns how many.

    Records of one key stay in their order. A repeated call publishes them again, under the same ids, which `store`
    knows. Raises `Wait` when either log is away.
    """
    count = size = 0
    batch: list[Message] = []
    for stage in CONSUMERS:
        async for record in source.unfinished(stage.group, stage.reads):
            if batch and (len(batch) >= _RECORDS or size + len(record.value) > _BYTES):
                await target.publish(batch)
                batch, size = [], 0
            batch.append(Message(record.partition.topic, record.key or "", record.value, record.headers))
            size += len(record.value)
            count += 1
    await target.publish(batch)
    return count
