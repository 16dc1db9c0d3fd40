"""The `Bus` port over Apache Kafka."""

from newswire.adapters.bus_kafka.bus import KafkaBus

__all__ = ["KafkaBus"]
