"""What is usual for each source, and the events that say that its pages changed or are as before."""

from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from newswire.domain.articles.drift.states import SourceState
from newswire.events import SourceEvent

Judge = Callable[[str, SourceState], tuple[SourceState, tuple[SourceEvent, ...]]]
"""From a source and its state to its next state and the events to tell."""


class Sources(Protocol):
    """The states of sources. An event is recorded in the transaction of the state that it follows from."""

    async def judge(self, sources: Collection[str], judge: Judge) -> tuple[SourceEvent, ...]:
        """Give each source its next state, and record the events: all of it, or nothing.

        ``judge`` is called once for each source, also where that has no state yet, while nobody else can change it. The
        events are told by `FeedEvents.untold`. Raises `Wait`.
        """
        ...

    async def states(self, sources: Collection[str]) -> Mapping[str, SourceState]:
        """Those of the sources that have a state. Raises `Wait`."""
        ...

    async def drifting(self) -> int:
        """How many sources are off their baseline. Raises `Wait`."""
        ...
