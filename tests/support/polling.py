"""The poll stage as it runs: real HTTP to scripted publishers, the real store, the embedded log; time moves by hand."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from newswire.adapters.database import Database
from newswire.adapters.http import HttpWeb
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.domain.feeds.memory import NO_OPTIONS, FeedOptions
from newswire.domain.feeds.state import FeedState
from newswire.domain.schedule.next_poll import PollBounds
from newswire.events import CHANGES, ENTRIES, EntryFound, FeedEvent, feed_id_of
from newswire.stages.poll.feed_reader import ReadRules
from newswire.stages.poll.host_queues import HostLimits
from newswire.stages.poll.stage import Poll, PollRules
from support.fakes import FakeClock
from support.fetching import new_http_web
from support.httpserver import Handler, Seen, Server, reply
from support.line import FlakyBus, events_on, log_over
from support.stores import poll_store
from support.workers import Inline

RULES: Final = PollRules(
    bounds=PollBounds(default=timedelta(minutes=15), shortest=timedelta(minutes=1), longest=timedelta(days=1)),
    lease_s=300,
    claim=50,
    concurrency=16,
    tick_s=1,
    host=HostLimits(interval_s=0, concurrency=10),
    read=ReadRules(max_bytes=1_000_000, timeout_s=10, deadline_s=10),
)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Poller:
    """One poller of a fleet: a stage with a fetcher and a log of its own, over the common database."""

    database: Database
    clock: FakeClock
    rules: PollRules = RULES
    fetching: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the fetcher beside the tests' own."""

    def __post_init__(self) -> None:
        self.feeds = poll_store(self.database, linger_s=0)
        self.ledger = DatabaseLedger(self.database)
        self.bus: FlakyBus = log_over(self.database, self.clock)
        self.workers = Inline()
        self._start()

    async def restart(self) -> None:
        """Forget everything that is not in the database, as a new process would have."""
        await self.web.close()
        self._start()

    def _start(self) -> None:
        self.web: HttpWeb = new_http_web(**{"clock": self.clock, "host_concurrency": 10} | dict(self.fetching))
        self.stage = Poll(self.feeds, self.bus, self.web, self.workers, self.clock, self.rules)

    async def add(self, *urls: str, options: FeedOptions = NO_OPTIONS) -> None:
        """Subscribe, as of now."""
        now = self.clock.now()
        await self.feeds.feeds.add([FeedState(feed_id_of(url), url, now, options=options) for url in urls])

    async def feed(self, url: str | None = None) -> FeedState:
        """The feed that was subscribed to at ``url``, wherever it is by now; the only one without a ``url``."""
        feeds = await self.feeds.feeds.all()
        (found,) = [feed for feed in feeds if url is None or feed.id == feed_id_of(url)]
        return found

    async def poll(self, url: str | None = None, *, after: timedelta = timedelta(0)) -> FeedState:
        """Poll one feed, ``after`` so long and whatever its schedule; gives back its state."""
        await self.clock.advance(after.total_seconds())
        await self.stage.poll(await self.feed(url))
        return await self.feed(url)

    async def due(self) -> int:
        """Poll what is due."""
        return await self.stage.due(asyncio.Event())

    async def until_due(self) -> datetime:
        """Let time pass until something is due; gives the moment."""
        due = await self.feeds.schedule.next_due()
        assert due is not None
        await self.clock.advance(max(0.0, (due - self.clock.now()).total_seconds()))
        return self.clock.now()

    async def keep_polling(self, span: timedelta) -> int:
        """Poll whatever falls due for so long; gives the number of polls."""
        end, polls = self.clock.now() + span, 0
        while (due := await self.feeds.schedule.next_due()) is not None and due <= end:
            await self.until_due()
            polls += await self.due()
        await self.clock.advance((end - self.clock.now()).total_seconds())
        return polls

    async def entries(self) -> list[EntryFound]:
        """Every entry that was ever published, in order."""
        return await events_on(self.bus, ENTRIES)

    async def urls(self) -> list[str]:
        return [entry.url for entry in await self.entries()]

    async def recorded(self) -> list[FeedEvent]:
        """Tell what is untold, then give every event about feeds that is on the wire, in order."""
        await self.stage.tell()
        return await events_on(self.bus, CHANGES)

    async def kinds(self) -> list[str]:
        return [event.kind for event in await self.recorded()]

    async def close(self) -> None:
        await self.bus.close()
        await self.web.close()


@asynccontextmanager
async def poller(database: Database, clock: FakeClock, **more: Any) -> AsyncIterator[Poller]:
    """A poller, closed at the end; ``more`` are its other fields."""
    made = Poller(database, clock, **more)
    try:
        yield made
    finally:
        await made.close()


def at_pace(seconds: float) -> PollRules:
    """Rules by which a feed of which nothing is known is polled every so many seconds."""
    return replace(RULES, bounds=replace(RULES.bounds, default=timedelta(seconds=seconds)))


def item(number: int, said: str = "", **more: str) -> dict[str, str]:
    """One entry for `support.web.atom`."""
    told = {"id": f"urn:{number}", "link": link(number), "title": f"Title {number}", "summary": said or f"Of {number}."}
    return told | more


def link(number: float) -> str:
    """The address of an entry's page."""
    return f"https://n.example/{number}"


def feed_reply(body: str | bytes, status: int = 200, **headers: str) -> bytes:
    """A feed document as an answer."""
    said = {"content_type": "application/atom+xml"} | headers
    return reply(status, body.encode() if isinstance(body, str) else body, **said)


def unless_known(etag: str, body: str) -> Handler:
    """A server that keeps to the rules: the feed document, and 304 to who has it."""

    async def answer(seen: Seen, writer: asyncio.StreamWriter) -> None:
        known = seen.headers.get("if-none-match") == etag
        writer.write(reply(304, etag=etag) if known else feed_reply(body, etag=etag))

    return answer


def redirect(to: str, status: int = 301) -> bytes:
    return reply(status, location=to)


def sent(server: Server, target: str = "/feed") -> list[dict[str, str]]:
    """The headers of each request for ``target``, in order."""
    return [seen.headers for seen in server.asked(target)]
