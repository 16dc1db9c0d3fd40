"""All stages over one database, real HTTP to a scripted site, and a clock that a test moves."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any

from newswire.adapters.bus_database.read import read_records
from newswire.adapters.database import Database
from newswire.adapters.erasure import DatabaseErasure, ErasureWithPages
from newswire.adapters.store.articles import DatabaseArticles
from newswire.domain.schedule.next_poll import PollBounds
from newswire.events import ARTICLES, CHANGES, DEAD, ENTRIES, RETRIES, Change
from newswire.operations.withdraw import WithdrawPorts
from newswire.ports import Erasure, Partition, Record
from newswire.runtime.units import due_at
from newswire.stages.extract import Extract, ExtractRules
from newswire.stages.poll.stage import PollRules
from newswire.stages.store import Store
from support.fakes import FakeClock
from support.httpserver import Server, reply
from support.line import RETRY_DELAYS, events_on
from support.polling import DAY, RULES, Poller, feed_reply
from support.raw_pages import archive_in
from support.web import atom

EXTRACT = ExtractRules(
    max_bytes=1_000_000, timeout_s=10, deadline_s=10, retry_delays=RETRY_DELAYS, obey_robots=False, dead_letter_limit=9
)
_CHANGES = frozenset({"published", "revised", "duplicate", "withdrawn"})
_BREATH = timedelta(minutes=1)
SLOW = replace(RULES, bounds=PollBounds(default=DAY, shortest=DAY, longest=DAY))
PROSE = (
    "The harbour board met on Tuesday to settle the budget for the coming year, and it sat until midnight.",
    "Its chairman, Ada North, told reporters that 14 boats had been sold and that nobody had lost a job over it.",
    "Fishermen on the quay were less pleased, and said that the old pier had been promised new planks since spring.",
    "A vote on the new lighthouse was put off until the auditors have seen the bills of the last three winters.",
)


@dataclass
class WholeLine(Poller):
    """A poller with the two other stages behind it."""

    rules: PollRules = SLOW
    near_window: timedelta | None = None
    archive_folder: Path | None = None

    def __post_init__(self) -> None:
        self.archive = archive_in(self.archive_folder, self.clock) if self.archive_folder else None
        super().__post_init__()
        self.articles = DatabaseArticles(self.database, near_window=self.near_window)
        erasure = DatabaseErasure(self.database)
        self.erasure: Erasure = erasure
        if self.archive:
            self.erasure = ErasureWithPages(erasure, self.database, self.archive, self.clock)
        topics = (ENTRIES, *RETRIES, ARTICLES, DEAD)
        self._positions = {Partition(topic, number): 0 for topic in topics for number in range(2)}
        self._waiting: list[Record] = []

    def _start(self) -> None:
        super()._start()
        self.extract = Extract(self.bus, self.web, self.workers, self.clock, EXTRACT, self.archive)

    @property
    def store(self) -> Store:
        return Store(self.articles, self.bus, self.clock, dead_letter_limit=9, erasure=self.erasure)

    async def work(self) -> None:
        """Poll what is due and bring every record that is not waiting for a retry to its end."""
        await self.due()
        while True:
            await self._read()
            entries = self._take(ENTRIES, *RETRIES)
            for record in entries:
                await self.extract.handle(record)
            await self._read()
            articles = self._take(ARTICLES, DEAD)
            if articles:
                await self.store.handle(articles)
            if not entries and not articles:
                return

    async def _read(self) -> None:
        async with self.database.read() as connection:
            records, after = await read_records(connection, self._positions, 1_000)
        self._waiting += records
        self._positions |= after

    def _take(self, *topics: str) -> list[Record]:
        """The records of these topics whose time has come."""
        now = self.clock.now()
        ready = [each for each in self._waiting if each.partition.topic in topics and (due_at(each) or now) <= now]
        self._waiting = [each for each in self._waiting if each not in ready]
        return ready

    async def live(self, span: timedelta) -> None:
        """Let so much time pass, with the stages at work whenever something is due."""
        end = self.clock.now() + span
        await self.work()
        while (now := self.clock.now()) < end:
            due = await self.feeds.schedule.next_due() or end
            await self.clock.advance((min(max(due, now + _BREATH), end) - now).total_seconds())
            await self.work()

    async def wire(self) -> list[Change]:
        """The changes of articles on the wire, in order."""
        return [event for event in await events_on(self.bus, CHANGES) if event.kind in _CHANGES]

    async def told(self) -> list[str]:
        """Their kinds, each id once, as a reader sees them who drops the ids that he has seen."""
        return [change.kind for change in {change.id: change for change in await self.wire()}.values()]

    def withdrawing(self) -> WithdrawPorts:
        """What `newswire withdraw` works on."""
        return WithdrawPorts(self.ledger, self.articles, self.feeds.entries, self.bus, self.erasure, self.clock)


@dataclass
class Site:
    """Articles and a feed on a scripted server. Change a field and call `serve`."""

    server: Server
    pages: dict[str, tuple[str, Sequence[str]]] = field(default_factory=dict)
    """By name: headline and paragraphs."""
    feed: list[dict[str, str]] = field(default_factory=list)

    def url(self, name: str) -> str:
        return self.server.url(f"/{name}")

    def print(self, name: str, title: str, paragraphs: Sequence[str], **entry: str) -> None:
        """Put an article into the feed, or change its page."""
        if name not in self.pages:
            self.feed.insert(0, {"id": f"urn:{name}", "link": self.url(name), "title": title, "summary": "-"} | entry)
        self.pages[name] = (title, paragraphs)
        self.serve()

    def serve(self) -> None:
        for name, (title, paragraphs) in self.pages.items():
            self.server.routes[f"/{name}"] = page_reply(title, paragraphs)
        self.server.routes["/feed"] = feed_reply(atom(*self.feed))

    def answer(self, name: str, answer: bytes) -> None:
        """From now on the page of an article is answered so, until the next `serve`."""
        self.server.routes[f"/{name}"] = answer


def page_reply(title: str, paragraphs: Sequence[str]) -> bytes:
    body = "".join(f"<p>{escape(each)}</p>" for each in paragraphs)
    return reply(
        200,
        f"<!doctype html><html lang=en><head><title>{escape(title)}</title></head><body><article>"
        f"<h1>{escape(title)}</h1>{body}</article></body></html>".encode(),
        content_type="text/html; charset=utf-8",
    )


@asynccontextmanager
async def whole_line(database: Database, **more: Any) -> AsyncIterator[WholeLine]:
    """A line, closed at the end; ``more`` are its other fields."""
    line = WholeLine(database, FakeClock(auto=True), **more)
    try:
        yield line
    finally:
        await line.close()
