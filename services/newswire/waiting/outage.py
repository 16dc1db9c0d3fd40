"""Whether a dependency is away: logged when an outage begins and when it ends."""

from dataclasses import dataclass, field
from datetime import datetime

import structlog

from newswire.errors import Wait
from newswire.ports import Clock

log = structlog.get_logger()


@dataclass(slots=True)
class Outage:
    """Whether what a stage depends on is away. Logged when it begins and when it ends, not for each try."""

    name: str
    """The stage."""
    clock: Clock
    since: datetime | None = None
    _failing: set[object] = field(default_factory=set)

    def failed(self, who: object, error: Wait) -> None:
        """``who`` (any hashable) found the dependency away."""
        self._failing.add(who)
        if self.since is None:
            self.since = self.clock.now()
            log.warning("dependency.away", consumer=self.name, error=str(error))

    def passed(self, who: object) -> None:
        """``who`` got through. The outage is over when nobody is left that failed."""
        self.gave_up(who)
        if self.since is not None and not self._failing:
            seconds = (self.clock.now() - self.since).total_seconds()
            self.since = None
            log.info("dependency.back", consumer=self.name, seconds=seconds)

    def gave_up(self, who: object) -> None:
        """``who`` stopped trying."""
        self._failing.discard(who)
