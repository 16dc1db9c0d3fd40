"""6: a committed offset never lies beyond a record whose outputs were not durable."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import inf
from typing import Any
from uuid import UUID

from faults.cluster.evidence import Place, Written
from faults.cluster.findings import Findings
from faults.cluster.poison import MARK
from faults.cluster.sampler import OUTPUTS, READS, Sample
from newswire.events import ARTICLES, CHANGES, DEAD

Subject = str | tuple[str, int, int]
"""What a record is about: its entry's id, or where a record without one lies."""


class Commits:
    """The samples of a run against what is in the log and the books at its end."""

    def __init__(self, found: Findings, seen: dict[UUID, int]) -> None:
        self._found, self._seen = found, seen
        self._answers: dict[Subject, list[tuple[Place, int, float]]] = defaultdict(list)
        """By subject: where `extract` put what became of it, and after how many attempts it is taken for finished."""
        for topic in OUTPUTS["extract"]:
            for record in found.log[topic]:
                if record.header(MARK) is None:
                    self._answers[_answered(record)].append((record.place, record.offset, _attempts(record)))
        self._on_wire: dict[str, list[tuple[Place, int]]] = defaultdict(list)
        for record in found.log[CHANGES]:
            self._on_wire[record.header("ce_id") or ""].append((record.place, record.offset))
        self._changes = {str(row["source_event_id"]): str(row["change_id"]) for row in found.tables["changes"]}
        self._letters = {(each["topic"], each["partition"], each["offset"]): each["id"] for each in found.letters}
        self.checked = 0
        """How many (record, sample) pairs were looked at: each record at the first sample beyond it."""

    def check(self, samples: Sequence[Sample]) -> Iterator[str]:
        """A sentence for every record that was committed before it was finished."""
        done: dict[tuple[str, Place], int] = {}
        for sample in samples:
            for group in READS:
                if group == "store" and not sample.books:
                    continue
                for place, offset in sample.committed[group].items():
                    before = done.get((group, place), 0)
                    if offset < before:
                        yield f"{group} went back from {before} to {offset} in {place} at sample {sample.number}"
                    for at in range(before, offset):
                        yield from self._judge(group, place, at, sample)
                    done[group, place] = max(before, offset)

    def _judge(self, group: str, place: Place, offset: int, sample: Sample) -> Iterator[str]:
        record = self._found.places[place].get(offset)
        if record is None:
            yield f"{group} committed {place} beyond offset {offset}, where there is nothing"
            return
        self.checked += 1
        missing = self._unextracted(record, sample) if group == "extract" else self._unstored(record, sample)
        if missing:
            yield f"{group} committed {place} beyond offset {offset} by sample {sample.number}, before {missing}"

    def _unextracted(self, record: Written, sample: Sample) -> str | None:
        for place, offset, attempts in self._answers[_asked(record)]:
            if attempts > _attempt(record) and offset < sample.ends[place]:
                return None
        return f"its answer was there ({_asked(record)})"

    def _unstored(self, record: Written, sample: Sample) -> str | None:
        where = (record.topic, record.partition, record.offset)
        if record.header(MARK) is not None:
            if record.topic == DEAD:
                return self._unseen(self._letters.get(where), sample, "its letter was kept")
            there = any(offset < sample.ends[place] for place, offset, _ in self._answers[where])
            return None if there else "its dead letter was there"
        if record.topic == ARTICLES:
            change = self._changes.get(record.header("ce_id") or "")
            if change and not any(offset < sample.ends[place] for place, offset in self._on_wire[change]):
                return f"its change {change} was there"
            return self._unseen(record.header("ce_entryid"), sample, "its outcome was booked")
        return self._unseen(record.header("ce_id"), sample, "its letter was kept")

    def _unseen(self, identity: str | None, sample: Sample, what: str) -> str | None:
        seen = inf if identity is None else self._seen.get(UUID(identity), inf)
        return None if seen <= sample.number else what


def _asked(record: Written) -> Subject:
    return record.header("ce_entryid") or (record.topic, record.partition, record.offset)


def _answered(record: Written) -> Subject:
    entry_id = record.header("ce_entryid")
    if entry_id is not None or record.topic != DEAD:
        return entry_id or ""
    letter: dict[str, Any] = json.loads(record.value or b"{}")
    return letter["topic"], letter["partition"], letter["offset"]


def _attempt(record: Written) -> int:
    return int(record.header("x-attempt") or 1)


def _attempts(record: Written) -> float:
    return inf if record.topic in {ARTICLES, DEAD} else _attempt(record)
