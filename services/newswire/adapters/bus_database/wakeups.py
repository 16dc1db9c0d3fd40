"""Waking this process's readers when this process publishes; others find out by asking now and then."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

_SLOWEST: Final = 5  # an idle reader asks at least every so many intervals


class Wakeups:
    """Which readers wait for which topic."""

    def __init__(self) -> None:
        """Nobody waits yet."""
        self._readers: dict[str, set[asyncio.Event]] = defaultdict(set)

    def add(self, topics: Iterable[str], event: asyncio.Event) -> None:
        """Set ``event`` whenever something is published to one of the topics."""
        for topic in topics:
            self._readers[topic].add(event)

    def remove(self, topics: Iterable[str], event: asyncio.Event) -> None:
        """Leave it alone again."""
        for topic in topics:
            self._readers[topic].discard(event)

    def notify(self, topics: Iterable[str]) -> None:
        """Something was published to these."""
        for topic in topics:
            for event in self._readers[topic]:
                event.set()

    @contextmanager
    def reader(self, topics: Iterable[str]) -> Iterator[asyncio.Event]:
        """An event that is set by publishing, for as long as the context lasts."""
        topics, event = tuple(topics), asyncio.Event()
        self.add(topics, event)
        try:
            yield event
        finally:
            self.remove(topics, event)


class Idling:
    """How long to wait before asking again: ``interval_s``, growing by half to 5 times that while nothing comes."""

    def __init__(self, interval_s: float) -> None:
        """Starts with ``interval_s`` seconds."""
        self._interval_s = interval_s
        self._next_s = interval_s

    def reset(self) -> None:
        """Something came."""
        self._next_s = self._interval_s

    def next_s(self) -> float:
        """Nothing came: the seconds until it is time to ask again."""
        delay, self._next_s = self._next_s, min(self._next_s * 1.5, self._interval_s * _SLOWEST)
        return delay


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Return when ``event`` is set, or after ``seconds``."""
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            await event.wait()
    except TimeoutError:
        pass
