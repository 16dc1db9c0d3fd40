"""Looks at the cluster while it is hurt: what the groups have committed, and what was durable just after that.

A sample reads the committed offsets first, then what the database holds, then how far the output topics go. No
clock is trusted: an output that lies beyond what was read afterwards was not there when its input was committed.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from faults.cluster.evidence import Books, Log, Place
from newswire.events import ARTICLES, CHANGES, DEAD, ENTRIES, RETRIES, TOPICS

EVERY_S: Final = 0.5
TELL_EACH: Final = 10
READS: Final = {"extract": (ENTRIES, *RETRIES), "store": (ARTICLES, DEAD)}
"""By group, the topics it reads."""
OUTPUTS: Final = {"extract": (ARTICLES, *RETRIES, DEAD), "store": (CHANGES, DEAD)}
"""By group, the topics it writes."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One look. Without ``books`` the database was away, and nothing follows for the store group."""

    number: int
    committed: Mapping[str, Mapping[Place, int]]
    """By group."""
    ends: Mapping[Place, int]
    """Of every topic, read last."""
    books: bool


@dataclass
class Sampler:
    """Every look that was answered."""

    log: Log
    books: Books
    samples: list[Sample] = field(default_factory=list)
    seen: dict[UUID, int] = field(default_factory=dict)
    """By entry id (with an outcome) and letter id: the first sample that saw it."""
    unanswered: int = 0
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self, tell: Callable[[str], None]) -> None:
        """Until cancelled; how far the cluster has come is told now and then."""
        while True:
            with suppress(OSError):
                sample = await self.look()
                if sample.number % TELL_EACH == 0:
                    tell(f"{len(self.seen)} decided, waiting: {waiting(sample)}")
            await asyncio.sleep(EVERY_S)

    async def look(self) -> Sample:
        """Take one. Raises OSError when the log is away."""
        async with self._looking:
            return await self._look(len(self.samples))

    async def _look(self, number: int) -> Sample:
        try:
            committed = {group: await self.log.committed(group, topics) for group, topics in READS.items()}
            books = await self._read_books(number)
            ends = await self.log.ends(TOPICS)
        except OSError:
            self.unanswered += 1
            raise
        self.samples.append(Sample(number, committed, ends, books))
        return self.samples[-1]

    async def _read_books(self, number: int) -> bool:
        try:
            outcomes, letters = await self.books.ids()
        except OSError:
            return False
        for each in (outcomes | letters) - self.seen.keys():
            self.seen[each] = number
        return True


def waiting(sample: Sample) -> Mapping[str, int]:
    """By topic: records that its group has not finished, where there are any."""
    found: Counter[str] = Counter()
    for group, topics in READS.items():
        for (topic, partition), end in sample.ends.items():
            if topic in topics:
                found[topic] += end - sample.committed[group].get((topic, partition), 0)
    return +found
