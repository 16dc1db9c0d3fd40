"""The outages that log lines tell of: what was away, from when to when, and which processes waited for it.

Written from docs/logs.md; it imports nothing of newswire. A process that waits says so when it begins and when it
ends. A publisher's host has no such lines: it is away from the first fetch that it did not answer to the next one
that it did.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import urlsplit

Line = dict[str, Any]
TOGETHER = timedelta(seconds=1)
"""Two waits for the same thing with less than this between them are of one outage."""
UNENDED = timedelta(seconds=5)
"""So much later, if nobody found it back before: those who waited were killed or stopped, and others have to start."""
LATE = timedelta(seconds=10)
"""So much later than it says a stage that cannot start may try again."""
NO_ANSWER = frozenset({"connect", "dns", "timeout", "tls"})
"""The reasons of a fetch that got no answer from the host."""
NOT_ASKED = frozenset({"host-held", "robots-unreachable", "unexpected"})
"""Reasons that say nothing of whether the host answers now."""


@dataclass
class Outage:
    """A time in which some process waited for one thing."""

    dependency: str
    """kafka, database, newswire (a process itself), or the host of a publisher."""
    begin: datetime
    end: datetime
    services: set[str] = field(default_factory=set)
    errors: set[str] = field(default_factory=set)
    found_back: bool = False
    """Whether the last who waited found that it was back. Else it was killed or stopped while it waited."""

    def __str__(self) -> str:
        services, error = ", ".join(sorted(self.services)), min(self.errors, default="")
        return f"{self.dependency}: {self.begin:%H:%M:%S.%f} to {self.end:%H:%M:%S.%f}: {services}: {error[:120]}"


def outages(rows: Sequence[Line]) -> list[Outage]:
    """All outages, by their beginning. ``rows`` are in the order of their time."""
    waits = [*_waits(rows), *_silences(rows)]
    return sorted(_merged(waits), key=attrgetter("begin"))


def _waits(rows: Iterable[Line]) -> Iterator[Outage]:
    """The waits of each process for Kafka, the database, or its own parts."""
    waiting: dict[tuple[str, ...], Outage] = {}
    starting: dict[tuple[str, ...], tuple[Outage, datetime]] = {}
    last: dict[str, datetime] = {}
    for row in rows:
        who, at = row["service.instance.id"], _time(row)
        last[who] = at
        match row["event"]:
            case "dependency.away":
                waiting[who, row["consumer"], row["dependency"]] = _outage(row, row["dependency"])
            case "dependency.back" | "dependency.given-up":
                if wait := waiting.pop((who, row["consumer"], row["dependency"]), None):
                    wait.end, wait.found_back = at, row["event"] == "dependency.back"
                    yield wait
            case "stage.waits":
                key = (who, row["stage"], row["dependency"])
                wait, again = starting.get(key) or (_outage(row, row["dependency"]), at)
                if at > again + LATE:  # it has worked since
                    yield wait
                    wait = _outage(row, row["dependency"])
                wait.end = at
                starting[key] = wait, at + timedelta(seconds=row["retry_in_s"] or 0)
            case "stage.started" | "serve.listening":
                for key in [key for key in starting if key[:2] == (who, row.get("stage", "serve"))]:
                    wait, _ = starting.pop(key)
                    wait.end, wait.found_back = at, True
                    yield wait
    for (who, *_), wait in waiting.items():
        wait.end = last[who]  # it was killed while it waited
        yield wait
    yield from (wait for wait, _ in starting.values())


def _silences(rows: Iterable[Line]) -> Iterator[Outage]:
    """The times in which a publisher's host did not answer."""
    silent: dict[str, Outage] = {}
    for row in rows:
        address = row.get("url") or row.get("feed_url")
        host = urlsplit(address).hostname if isinstance(address, str) else None
        answered = _answered(row) if host else None
        if host is None or answered is None:
            continue
        if not answered:
            silent.setdefault(host, _outage(row, host)).end = _time(row)
        elif outage := silent.pop(host, None):
            outage.end, outage.found_back = _time(row), True
            yield outage
    yield from silent.values()


def _answered(row: Line) -> bool | None:
    """Whether the host answered a fetch; None for a line that does not tell."""
    match row["event"]:
        case "entry.retry" | "entry.dead" | "feed.poll.failed":
            return None if row["reason"] in NOT_ASKED else row["reason"] not in NO_ANSWER
        case "entry.extract":
            return None if row.get("body") == "feed" else True
        case "feed.poll":
            return None if row["status"] is None else True
        case _:
            return None


def _outage(row: Line, dependency: str) -> Outage:
    return Outage(dependency, _time(row), _time(row), {row["service.name"]}, {row["error"]})


def _time(row: Line) -> datetime:
    return datetime.fromisoformat(row["timestamp"])


def _merged(waits: Iterable[Outage]) -> Iterator[Outage]:
    for _, each in groupby(sorted(waits, key=attrgetter("dependency", "begin")), key=attrgetter("dependency")):
        whole: Outage | None = None
        for wait in each:
            if whole is not None and wait.begin <= whole.end + (TOGETHER if whole.found_back else UNENDED):
                if wait.end >= whole.end:
                    whole.end, whole.found_back = wait.end, wait.found_back
                whole.services |= wait.services
                whole.errors |= wait.errors
                continue
            if whole is not None:
                yield whole
            whole = wait
        if whole is not None:
            yield whole
