"""What the fault run did to servers and hosts, held against the outages that the log lines name."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from faults.cluster.log_outages import Outage

EARLY = timedelta(seconds=0.5)
"""So much before the note of a fault a process may meet it."""
RECOVERY = timedelta(seconds=20)
"""Within this after a fault every process has found out that all is well again: a step waits for an answer, and then
for its next try."""
NOTICED = {"kafka": timedelta(seconds=12), "database": timedelta(seconds=5)}
"""Within this an outage is in the log. Kafka's client tries for ten seconds before it says that nobody answers: an
outage of Kafka that is shorter may pass without a line."""


@dataclass
class Hurt:
    """One fault, as long as it lasts."""

    dependency: str
    """kafka, database, or the host of a publisher."""
    begin: datetime
    end: datetime
    """When it was whole again."""
    away_until: datetime | None = None
    """From the begin until then surely nobody was answered; None for a fault that need not be noticed."""

    def __str__(self) -> str:
        return f"{self.dependency} from {self.begin:%H:%M:%S.%f} to {self.end:%H:%M:%S.%f}"


def misnamed(named: Sequence[Outage], hurts: Sequence[Hurt]) -> Iterator[str]:
    """A sentence for each outage that nothing was done for, and for each fault that no outage tells of."""
    for outage in named:
        if not any(_within(outage, begin, end) for begin, end in _windows(hurts, outage.dependency)):
            yield f"the log names an outage that nobody made: {outage}"
    for hurt in hurts:
        if hurt.away_until is not None and not _is_named(hurt, hurt.away_until, named):
            yield f"the log does not name the outage of {hurt}"


def _within(outage: Outage, begin: datetime, end: datetime) -> bool:
    is_host = outage.dependency not in {"kafka", "database"}
    # The end of a host's silence is the next fetch that it answers, whenever that is.
    return begin <= outage.begin <= end if is_host else begin <= outage.begin and outage.end <= end


def _windows(hurts: Iterable[Hurt], dependency: str) -> list[tuple[datetime, datetime]]:
    """When the dependency may have been found away, faults that overlap as one."""
    windows: list[tuple[datetime, datetime]] = []
    for hurt in sorted((hurt for hurt in hurts if hurt.dependency == dependency), key=lambda hurt: hurt.begin):
        begin, end = hurt.begin - EARLY, hurt.end + RECOVERY
        if windows and begin <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(end, windows[-1][1]))
        else:
            windows.append((begin, end))
    return windows


def _is_named(hurt: Hurt, away_until: datetime, named: Iterable[Outage]) -> bool:
    """Whether one outage begins in time and lasts until the server was started again."""
    met = [
        outage
        for outage in named
        if outage.dependency == hurt.dependency
        and outage.begin <= hurt.end + RECOVERY
        and outage.end >= hurt.begin - EARLY
    ]
    if not met:
        return hurt.dependency == "kafka" and hurt.end - hurt.begin < NOTICED["kafka"]
    latest = hurt.begin + NOTICED.get(hurt.dependency, RECOVERY)
    return any(outage.begin <= latest and outage.end >= away_until for outage in met)
