"""What an operator who has nothing but the log lines can say of a time: outages, retries, deaths, and the books.

``python -m faults.cluster.logs_alone FILE…`` in tests/. Written from docs/logs.md; it imports nothing of newswire.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

Line = dict[str, Any]
TOGETHER = timedelta(seconds=1)
"""Two processes that wait with less than this between them wait for one outage."""


@dataclass
class Outage:
    """A time in which some process waited for the broker or the database."""

    begin: datetime
    end: datetime
    services: set[str] = field(default_factory=set)
    errors: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        services, error = ", ".join(sorted(self.services)), min(self.errors, default="")
        return f"{self.begin:%H:%M:%S.%f} to {self.end:%H:%M:%S.%f}: {services}: {error[:120]}"


@dataclass
class Reading:
    """Everything that the lines say."""

    outages: list[Outage]
    found: dict[str, Line]
    """By entry id: the line that found it."""
    outcomes: dict[str, str]
    """By entry id: the last outcome."""
    retried: dict[str, list[Line]]
    dead: dict[str, Line]

    def counts(self) -> dict[str, int]:
        """The books: how many entries were found, and what became of them."""
        told: Counter[str] = Counter()
        for entry_id, line in self.found.items():
            leader = line.get("follows", entry_id)
            told[line.get("outcome") or self.outcomes.get(leader, "pending")] += 1
        return {"found": len(self.found), **told}


def read(lines: Iterable[str]) -> Reading:
    """Read the lines of all processes, in whatever order. What is no JSON object is not newswire's, or was cut off."""
    rows = sorted(map(json.loads, filter(_is_whole, lines)), key=lambda row: row["timestamp"])
    reading = Reading(_outages(rows), {}, {}, {}, {})
    for row in rows:
        entry_id = row.get("entry_id")
        match row["event"]:
            case "entry.found":
                reading.found[entry_id] = row
            case "entry.outcome" if entry_id:
                reading.outcomes[entry_id] = row["outcome"]
            case "entry.retry":
                reading.retried.setdefault(entry_id, []).append(row)
            case "entry.dead" | "record.invalid" | "article.store.unexpected" if entry_id:
                reading.dead[entry_id] = row
    return reading


def _is_whole(line: str) -> bool:
    return line.startswith("{") and line.endswith("}")


def _outages(rows: list[Line]) -> list[Outage]:
    """The waits of each process, those that overlap as one."""
    waits: list[Outage] = []
    open_waits: dict[tuple[str, str], Outage] = {}
    last: dict[str, datetime] = {}
    for row in rows:
        who, at = row["service.instance.id"], datetime.fromisoformat(row["timestamp"])
        last[who] = at
        match row["event"]:
            case "dependency.away" | "stage.waits":
                key = (who, row.get("consumer") or row["stage"])
                wait = open_waits.setdefault(key, Outage(at, at))
                wait.services.add(row["service.name"])
                wait.errors.add(row["error"])
            case "dependency.back":
                _close(open_waits, waits, (who, row["consumer"]), at)
            case _ if row["event"].startswith("entry.") or row["event"] in {"feed.poll", "articles.stored"}:
                # A stage that waited at its start says no more than that it works.
                for key in [key for key in open_waits if key[0] == who and row["service.name"].endswith(key[1])]:
                    _close(open_waits, waits, key, at)
    for (who, _), wait in open_waits.items():
        wait.end = last[who]  # it was killed while it waited
        waits.append(wait)
    return _merged(waits)


def _close(open_waits: dict[tuple[str, str], Outage], waits: list[Outage], key: tuple[str, str], at: datetime) -> None:
    if wait := open_waits.pop(key, None):
        wait.end = at
        waits.append(wait)


def _merged(waits: list[Outage]) -> list[Outage]:
    found: list[Outage] = []
    for wait in sorted(waits, key=lambda wait: wait.begin):
        if found and wait.begin <= found[-1].end + TOGETHER:
            found[-1].end = max(found[-1].end, wait.end)
            found[-1].services |= wait.services
            found[-1].errors |= wait.errors
        else:
            found.append(wait)
    return found


def report(reading: Reading) -> str:
    """What there is to say, for people."""
    retries = [
        f"{row['timestamp']} {entry_id}: {row['reason']}, attempt {row['attempt']}, due {row['due']}"
        for entry_id, rows in reading.retried.items()
        for row in rows
    ]
    dead = [
        f"{row['timestamp']} {entry_id}: {row.get('reason', 'unexpected')}" for entry_id, row in reading.dead.items()
    ]
    parts = {"outages": map(str, reading.outages), "retried": retries, "dead": dead}
    blocks = ["\n".join([f"{title}:", *(f"  {line}" for line in lines)]) for title, lines in parts.items()]
    return "\n".join([*blocks, f"books: {reading.counts()}"])


if __name__ == "__main__":
    print(report(read(line for path in sys.argv[1:] for line in Path(path).read_text().splitlines())))
