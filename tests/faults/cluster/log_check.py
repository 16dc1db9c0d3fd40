"""What the log lines alone say, held against what was done, what is in the log, and the books."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from faults.cluster.findings import Findings
from faults.cluster.logs_alone import Reading, read
from newswire.events import RETRIES
from newswire.stages.failures import ATTEMPT

NOT_LINES = "faults.log"
"""The fault run's own record, in the same folder."""


def read_folder(folder: Path) -> Reading:
    """The lines of every process."""
    paths = [path for path in folder.glob("*.log") if path.name != NOT_LINES]
    return read(line for path in paths for line in path.read_text(errors="replace").splitlines())


def unlike_books(reading: Reading, audit: Mapping[str, Any]) -> Iterator[str]:
    """A sentence where the counts are not those of ``newswire audit``.

    An entry that was found by a poll which was killed before it booked it, and which the feed had no more at the next
    poll, is ``unbooked`` there: the lines may count so many more.
    """
    booked = {"found": audit["found"], **audit["outcomes"], "pending": audit["pending"]}
    more = Counter(reading.counts())
    more.subtract(booked)
    found = more.pop("found")
    if min(more.values()) < 0 or more.total() != found or found > audit["unbooked"]:
        yield f"the lines count {reading.counts()}, the books {booked} and {audit['unbooked']} unbooked"


def untold(reading: Reading, found: Findings) -> Iterator[str]:
    """A sentence for each retry and each dead entry without a line, and for each line about a death that was none."""
    told = {(entry_id, row["attempt"]) for entry_id, rows in reading.retried.items() for row in rows}
    for topic in RETRIES:
        for record in found.log[topic]:
            entry_id, attempt = record.header("ce_entryid"), int(record.header(ATTEMPT) or 0) - 1
            if (entry_id, attempt) not in told:
                yield f"no line tells that attempt {attempt} at {entry_id} was not the last"
    dead = {letter["entry_id"] for letter in found.letters} - {None}
    yield from (f"no line tells that {entry_id} died" for entry_id in dead - reading.dead.keys())
    yield from (f"a line tells that {entry_id} died, and it did not" for entry_id in reading.dead.keys() - dead)
