"""A synthetic publisher on loopback, in a thread of its own, that knows what it served."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import sha256

from aiohttp import web

from support.thread_server import ThreadServer

WORDS = [
    "harbour", "council", "bridge", "winter", "market", "teacher", "river", "station", "budget", "engine", "library",
    "garden", "signal", "window", "village", "theatre", "concert", "weather", "doctor", "railway", "forest",
    "island", "mountain", "letter", "answer", "question", "morning", "evening", "season", "company", "worker",
    "farmer", "student", "driver", "painter", "minister", "captain", "builder", "singer",
]  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One article as it is served now."""

    number: int
    feed: int
    title: str
    paragraphs: tuple[str, ...]
    version: int = 1

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


def compose(seed: int, number: int, feed: int, version: int = 1) -> Item:
    """An article that is like no other, the same for the same numbers."""
    chance = random.Random(f"{seed}/{number}/{version}")
    paragraphs = tuple(
        " ".join(chance.choice(WORDS) for _ in range(40)).capitalize() + f", said witness {number}-{version}-{part}."
        for part in range(4)
    )
    return Item(number, feed, f"Report {number} from the {chance.choice(WORDS)}", paragraphs, version)


@dataclass
class Publisher(ThreadServer):
    """``feeds`` feeds that share ``articles`` articles. Start it with ``with``."""

    feeds: int
    articles: int
    seed: int = 1
    items: dict[int, Item] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    broken: frozenset[int] = frozenset()
    """Numbers of articles whose page answers 500 to its first request."""
    missing: frozenset[int] = frozenset()
    """Numbers of articles whose page answers 404."""
    hub: str = ""
    """The address of the WebSub hub that the feeds name."""

    def __post_init__(self) -> None:
        super().__init__()
        for number in range(self.articles):
            self.items[number] = compose(self.seed, number, number % self.feeds)
        self._seen: set[int] = set()

    def feed_urls(self) -> list[str]:
        return [f"{self.base}/feed/{feed}" for feed in range(self.feeds)]

    def url(self, number: int) -> str:
        return f"{self.base}/a/{number}"

    def asked(self, prefix: str) -> int:
        """How many requests there were to paths that begin so."""
        return sum(path.startswith(prefix) for path in self.requests)

    def edit(self, number: int) -> None:
        """Publish the next version of an article, on its page and in its feed."""
        item = self.items[number]
        self.items[number] = compose(self.seed, number, item.feed, item.version + 1)

    def publish(self, feed: int = 0) -> int:
        """One article more, in that feed; its number."""
        number = len(self.items)
        self.items[number] = compose(self.seed, number, feed)
        return number

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.requests.append(request.path)
        kind, _, number = request.path.strip("/").partition("/")
        known = {"feed": self._feed, "a": self._page}.get(kind)
        return known(request, int(number)) if known else web.Response(status=404)

    def _feed(self, request: web.BaseRequest, feed: int) -> web.Response:
        entries = "".join(
            f"<item><guid>{item.number}</guid><link>{self.url(item.number)}</link><title>{item.title}</title>"
            f"<description>version {item.version}</description>"
            f"<pubDate>{formatdate(1_770_000_000 + item.number, usegmt=True)}</pubDate></item>"
            for item in self.items.values()
            if item.feed == feed
        )
        links = f'<a:link rel="hub" href="{self.hub}"/><a:link rel="self" href="{self.feed_urls()[feed]}"/>'
        head = f"<title>Feed {feed}</title>{links if self.hub else ''}"
        body = (
            '<?xml version="1.0"?><rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom">'
            f"<channel>{head}{entries}</channel></rss>"
        )
        etag = f'"{sha256(body.encode()).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(text=body, content_type="application/rss+xml", headers={"ETag": etag})

    def _page(self, _request: web.BaseRequest, number: int) -> web.Response:
        item = self.items[number]
        if item.number in self.missing:
            return web.Response(status=404)
        if item.number in self.broken and item.number not in self._seen:
            self._seen.add(item.number)
            return web.Response(status=500)
        body = "".join(f"<p>{paragraph}</p>" for paragraph in item.paragraphs)
        page = (
            f"<!doctype html><html lang=en><head><title>{item.title}</title></head><body><header><nav>"
            f"<a href=/>Home</a></nav></header><article><h1>{item.title}</h1>{body}</article></body></html>"
        )
        return web.Response(text=page, content_type="text/html")


class Slow(Publisher):
    """Its pages answer when they are released."""

    async def _start(self) -> None:
        self._released = asyncio.Event()
        await super()._start()

    async def answer(self, request: web.BaseRequest) -> web.Response:
        answer = await super().answer(request)  # notes the request
        if request.path.startswith("/a/"):
            await self._released.wait()
        return answer

    def release(self) -> None:
        self._loop.call_soon_threadsafe(self._released.set)

    def pages_asked(self) -> Counter[str]:
        return Counter(path for path in self.requests if path.startswith("/a/"))
