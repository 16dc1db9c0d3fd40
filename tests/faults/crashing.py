"""A newswire that dies at one step: ``python -m faults.crashing POINT N FEED…``, in tests/.

It runs as --once does, and exits with 137 at the N-th POINT. The stages do nothing durable but through
their ports, so dying before and after each port call is dying between each pair of durable steps.
POINT ``none`` never dies. Pages are extracted in this process.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from newswire.adapters.archive import WarcArchive
from newswire.assembly.backends import FetchBackends, open_backends, open_fetch_backends
from newswire.assembly.pipeline import Pipeline
from newswire.domain.archive.names import CDXJ
from newswire.operations.subscribe import subscription
from newswire.ports import Clock
from newswire.settings import Settings, load
from support.workers import Inline


@dataclass
class Trap:
    point: str
    countdown: int

    def passing(self, point: str) -> None:
        if point == self.point:
            self.countdown -= 1
            if self.countdown == 0:
                os._exit(137)


class Trapped:
    """A port whose named methods die before or after they do their work."""

    def __init__(self, port: Any, trap: Trap, points: dict[str, Callable[..., str]]) -> None:
        self._port, self._trap, self._points = port, trap, points

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._port, name)
        if name not in self._points:
            return attribute

        async def call(*args: Any, **kwargs: Any) -> Any:
            point = self._points[name](*args, **kwargs)
            self._trap.passing(f"{point}:before")
            result = await attribute(*args, **kwargs)
            self._trap.passing(f"{point}:after")
            return result

        return call


class TrappedBus(Trapped):
    async def subscribe(self, group: str, topics: Any) -> Any:
        subscription = await self._port.subscribe(group, topics)
        return Trapped(subscription, self._trap, {"commit": lambda offsets: f"commit {group}"})


def _published(messages: Any) -> str:
    if not messages:
        return "publish nothing"
    of_feeds = (messages[0].header("ce_type") or "").startswith(("newswire.feed.", "newswire.coverage."))
    return "tell of feeds" if of_feeds else f"publish {messages[0].topic}"


def _written(name: str, data: bytes) -> str:
    return "write index" if name.endswith(CDXJ) else "write pages"


async def run(point: str, count: int, feeds: list[str], settings: Settings, clock: Clock | None = None) -> None:
    """Until it dies, or everything is done."""
    trap = Trap(point, count)
    async with (
        open_backends(settings, clock=clock) as backends,
        open_fetch_backends(settings, backends.clock) as fetch_backends,
    ):
        if isinstance(backends.archive, WarcArchive):
            writer = backends.archive._writer
            writer._files = Trapped(writer._files, trap, {"create": _written})
        await backends.feeds.add([subscription(url, backends.clock.now()) for url in feeds])
        trapped = replace(
            backends,
            bus=TrappedBus(backends.bus, trap, {"publish": _published}),
            entries=Trapped(backends.entries, trap, {"save": lambda poll: "save poll", "book": lambda _: "book"}),
            feed_events=Trapped(backends.feed_events, trap, {"mark_told": lambda *_: "mark as told"}),
            articles=Trapped(
                backends.articles,
                trap,
                {"record": lambda *_: "record", "record_dead": lambda letters: "record dead" if letters else "no dead"},
            ),
        )
        await Pipeline(trapped, FetchBackends(fetch_backends.web, Inline())).run_once()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], int(sys.argv[2]), sys.argv[3:], load(os.environ)))
