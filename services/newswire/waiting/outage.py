"""Whether a dependency is away: logged when somebody begins to wait for it, and when the waiting ends."""

from dataclasses import dataclass, field
from datetime import datetime

import structlog

from newswire.errors import Dependency, Wait
from newswire.ports import Clock

log = structlog.get_logger()


@dataclass(slots=True)
class _Waiting:
    """The wait for one dependency."""

    since: datetime
    failing: set[object] = field(default_factory=set)
    proven: bool = False
    """Whether the dependency answered somebody after the last failure."""


@dataclass(slots=True)
class Outage:
    """What a stage depends on and waits for. Logged when a wait begins and when it ends, not for each try."""

    name: str
    """The stage."""
    clock: Clock
    _away: dict[Dependency, _Waiting] = field(default_factory=dict)

    @property
    def since(self) -> datetime | None:
        """When the longest wait of all began; None where nobody waits."""
        return min((waiting.since for waiting in self._away.values()), default=None)

    def failed(self, who: object, error: Wait) -> None:
        """``who`` (any hashable) found a dependency away."""
        if error.dependency == "kafka":
            # Every step asks the database first: a step that fails at Kafka has been through the database.
            self._end("database", who, proven=True)
        waiting = self._away.get(error.dependency)
        if waiting is None:
            waiting = self._away[error.dependency] = _Waiting(self.clock.now())
            log.warning("dependency.away", consumer=self.name, dependency=error.dependency, error=str(error))
        waiting.failing.add(who)
        waiting.proven = False

    def passed(self, who: object) -> None:
        """``who`` got through to everything. A wait is over when nobody is left that failed."""
        for dependency in tuple(self._away):
            self._end(dependency, who, proven=True)

    def gave_up(self, who: object) -> None:
        """``who`` stopped trying. Where nobody else waits, it stays unknown whether the dependency is back."""
        for dependency in tuple(self._away):
            self._end(dependency, who, proven=False)

    def _end(self, dependency: Dependency, who: object, *, proven: bool) -> None:
        waiting = self._away.get(dependency)
        if waiting is None or who not in waiting.failing:
            return
        waiting.failing.remove(who)
        waiting.proven = waiting.proven or proven
        if waiting.failing:
            return
        del self._away[dependency]
        seconds = (self.clock.now() - waiting.since).total_seconds()
        if waiting.proven:
            log.info("dependency.back", consumer=self.name, dependency=dependency, seconds=seconds)
        else:
            log.info("dependency.given-up", consumer=self.name, dependency=dependency, seconds=seconds)
