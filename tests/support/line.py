"""The line between stages for tests: a log whose broker can go away, and records as a consumer gets them."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from newswire.adapters.bus_database import DatabaseBus
from newswire.contracts import decode, encode, traceparent_for
from newswire.errors import Wait
from newswire.events import EntryFound, Feed, stable_id
from newswire.ports import Bus, Message, Partition, Record
from newswire.stages.extract import ExtractRules
from support.build import NOW

RETRY_DELAYS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=2))
EXTRACT_RULES = ExtractRules(
    max_bytes=1_000_000,
    timeout_s=10,
    deadline_s=10,
    retry_delays=RETRY_DELAYS,
    obey_robots=True,
    dead_letter_limit=3,
)
PAGE = "https://n.example/2026/pier"
FEED = Feed(id=stable_id("feed", "https://n.example/feed"), url="https://n.example/feed", title="The Gazette")


class FlakyBus:
    """A real log in front of which the broker is away for a while."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.away = 0
        """How many calls of publish fail, nothing being appended."""
        self.unheard = 0
        """How many calls of publish append, but fail all the same."""
        self.watch: Callable[[Sequence[Message]], None] = lambda _: None
        """Called with everything that was asked to be published."""

    def __getattr__(self, name: str):
        return getattr(self._bus, name)

    async def publish(self, messages: Sequence[Message]) -> None:
        self.watch(messages)
        if self.away:
            self.away -= 1
            raise Wait("the broker is away")
        await self._bus.publish(messages)
        if self.unheard:
            self.unheard -= 1
            raise Wait("the broker did not answer")


def log_over(database, clock) -> FlakyBus:
    return FlakyBus(DatabaseBus(database, partitions=2, poll_interval_s=0.01, lease_s=5, clock=clock))


async def on(bus: Bus, topic: str) -> list[Record]:
    """The topic's records, oldest first."""
    return [record async for record in bus.tail(topic)]


async def events_on(bus: Bus, topic: str) -> list:
    return [decode(record) for record in await on(bus, topic)]


def delivered(message: Message, offset: int = 0) -> Record:
    """A message as a consumer gets it."""
    return Record(Partition(message.topic, 0), offset, message.key, message.value, message.headers)


def entry(name: str = "e", url: str = PAGE, **more) -> EntryFound:
    """A new entry of a feed."""
    said = {"reason": "new", "feed": FEED, "fingerprint": "f", "original_url": url, "found_at": NOW, "title": "A title"}
    return EntryFound(**({"id": stable_id("test-entry", name), "entry_key": name, "url": url} | said | more))


def entry_record(found: EntryFound | None = None, offset: int = 0) -> Record:
    found = found or entry()
    return delivered(encode(found, traceparent=traceparent_for(found.id)), offset)
