"""The topology of the line: which stage reads and writes which topics, in which consumer group.

This is the only table of it. The pipeline, the audit, the health checks and the AsyncAPI document are made from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from newswire.events import ARTICLES, CHANGES, DEAD, ENTRIES, LATEST, RETRIES

NOT_BEFORE: Final = "not_before"
"""The header that says when a record is due: ISO 8601 with an offset."""


@dataclass(frozen=True, slots=True)
class Node:
    """One stage of the line, or one command that publishes."""

    reads: tuple[str, ...] = ()
    """Topics that its consumer group reads."""
    writes: tuple[str, ...] = ()
    """Topics that it publishes to."""
    group: str = ""
    """The name of its consumer group; empty when it reads no topic."""
    may_write: tuple[str, ...] = ()
    """Topics that it publishes to where the settings say so."""

    @property
    def topics(self) -> tuple[str, ...]:
        """Every topic that it reads or writes, each once."""
        return tuple(dict.fromkeys((*self.reads, *self.writes)))


EXTRACT: Final = Node(reads=(ENTRIES, *RETRIES), writes=(ARTICLES, *RETRIES, DEAD), group="extract")
STORE: Final = Node(reads=(ARTICLES, DEAD), writes=(CHANGES, DEAD), group="store", may_write=(LATEST,))

DRIFT: Final = Node(reads=(ARTICLES, DEAD), writes=(CHANGES,), group="drift")

STAGES: Final[Mapping[str, Node]] = {
    "poll": Node(writes=(ENTRIES, CHANGES)),
    "extract": EXTRACT,
    "store": STORE,
    "drift": DRIFT,
    "websub": Node(),
    "webhooks": Node(),
}
COMMANDS: Final[Mapping[str, Node]] = {
    "import": Node(writes=(ARTICLES,)),
    "dead-retry": Node(writes=(ENTRIES, ARTICLES, DEAD)),
}
CONSUMERS: Final = (EXTRACT, STORE)
"""The stages that bring entries to their outcome, in the direction in which records move. A reader that looks at them
in this order meets a record that moves meanwhile at least once."""


def due_moment(header: str | None) -> datetime | None:
    """When a record with this `NOT_BEFORE` header is due; None for at once.

    Raises `ValueError` for a header that is no moment with an offset.
    """
    if header is None:
        return None
    due = datetime.fromisoformat(header)
    if due.tzinfo is None:
        raise ValueError(f"{header!r} has no offset from UTC")
    return due
