"""Whether the brokers' retention has overtaken a group: the one way in which records are lost, so it is said aloud."""

from collections.abc import Mapping

import structlog
from aiokafka import TopicPartition

log = structlog.get_logger()


class Retention:
    """Warns once of each gap."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, TopicPartition], int] = {}
        """Where the last gap of each partition began: a group that keeps falling behind makes a new one each time."""

    def compare(
        self, group: str, committed: Mapping[TopicPartition, int], begins: Mapping[TopicPartition, int]
    ) -> None:
        """``committed`` is the first offset that ``group`` has not finished, ``begins`` the oldest that there is."""
        for at, offset in committed.items():
            lost = begins[at] - offset
            if lost > 0 and self._told.get((group, at)) != offset:
                self._told[group, at] = offset
                log.warning(
                    "kafka.records_lost",
                    group=group,
                    partition=f"{at.topic}/{at.partition}",
                    records=lost,
                    why="Kafka's retention dropped them before the group had finished them",
                )
