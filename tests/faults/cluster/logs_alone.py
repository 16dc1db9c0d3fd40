"""What an operator who has nothing but the log lines can say of a time: outages, retries, deaths, and the books.

``python -m faults.cluster.logs_alone FILE…`` in tests/. Written from docs/logs.md; it imports nothing of newswire.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from faults.cluster.log_outages import Line, Outage, outages


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
        told = Counter(map(self._outcome, self.found))
        return {"found": len(self.found), **told}

    def _outcome(self, entry_id: str) -> str:
        """As docs/logs.md says: an entry that follows another may have an outcome of its own all the same."""
        followed = self._own(self.found[entry_id].get("follows", ""))
        shared = "rejected" if followed == "rejected" else "unchanged" if followed else "pending"
        return self._own(entry_id) or shared

    def _own(self, entry_id: str) -> str | None:
        line = self.found.get(entry_id, {})
        return line.get("outcome") or self.outcomes.get(entry_id)


def read(lines: Iterable[str]) -> Reading:
    """Read the lines of all processes, in whatever order. What is no JSON object is not newswire's, or was cut off."""
    rows = sorted(map(json.loads, filter(_is_whole, lines)), key=itemgetter("timestamp"))
    reading = Reading(outages(rows), {}, {}, {}, {})
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
