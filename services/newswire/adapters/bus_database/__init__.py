"""The `Bus` port over the database: a partitioned log with consumer groups."""

from newswire.adapters.bus_database.bus import DatabaseBus

__all__ = ["DatabaseBus"]
