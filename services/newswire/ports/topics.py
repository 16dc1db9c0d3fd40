"""The topics of a log that does not make them by itself."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from newswire.domain.log.topics import FoundCluster, FoundTopic, WantedTopic


class TopicAdmin(Protocol):
    """Looks at a cluster's topics, and creates them. Never changes one that is there.

    Every method returns or raises within bounded time: `Wait` when the cluster is away, `UsageError` when it
    refuses, in words that say what to do.
    """

    async def cluster(self) -> FoundCluster:
        """The facts about the cluster itself."""
        ...

    async def found(self, names: Sequence[str]) -> Mapping[str, FoundTopic]:
        """The topics of ``names`` that exist. Asking creates none."""
        ...

    async def create(self, topics: Sequence[WantedTopic]) -> None:
        """Create each; one that has come meanwhile is left as it is. When this returns, `found` sees all of them."""
        ...

    async def close(self) -> None:
        """Let go of every connection, within bounded time."""
        ...
