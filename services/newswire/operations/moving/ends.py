"""The two ends of a move, as ports."""

from dataclasses import dataclass

from newswire.domain.moving.steps import LogPlan, log_plan
from newswire.operations.doctor import Cluster
from newswire.ports import Bus, Clock, Ledger, MovableStore, Schema, SearchIndex


@dataclass(frozen=True, slots=True)
class MoveEnd:
    """One end of a move."""

    address: str
    """The address of the database, without its password."""
    bus_address: str
    """``database``, or ``kafka://…``."""
    schema: Schema
    movable: MovableStore
    ledger: Ledger
    bus: Bus
    search_index: SearchIndex


@dataclass(frozen=True, slots=True)
class MoveEnds:
    """Both ends of a move."""

    source: MoveEnd
    target: MoveEnd
    same: bool
    """Whether both have one address, the password included."""
    cluster: Cluster | None
    """The Kafka cluster of the target; None where its database is the bus."""
    clock: Clock

    @property
    def log(self) -> LogPlan:
        """How the log gets to the target. Raises `UsageError` where there is no way."""
        return log_plan(self.source.bus_address, self.target.bus_address)
