"""The warning of records that Kafka's retention dropped unread."""

from aiokafka import TopicPartition
from structlog.testing import capture_logs

from newswire.adapters.bus_kafka.retention import Retention

AT = TopicPartition("t", 0)


def warnings(retention: Retention, committed: int, begins: int) -> int:
    with capture_logs() as lines:
        retention.compare("group", {AT: committed}, {AT: begins})
    return len(lines)


def test_each_gap_is_told_once_and_only_the_last_one_of_a_partition_is_remembered() -> None:
    retention = Retention()
    assert [warnings(retention, 5, 5), warnings(retention, 5, 9), warnings(retention, 5, 12)] == [0, 1, 0]
    assert [warnings(retention, 20, 30), warnings(retention, 20, 31)] == [1, 0]
    assert warnings(retention, 5, 12) == 1
