"""A publisher of many sites on loopback, in a thread of its own, that knows what it served.

Articles are spread over hosts and feeds and appear over time. Some stand in two feeds, some are reprints of others
under addresses of their own, some have pages that nobody can read until they are mended. A feed lists what is new,
and only until somebody shows by its ETag that he has it: what is lost after that never comes again.
"""

import threading
from collections import Counter, defaultdict
from dataclasses import replace
from email.utils import formatdate
from hashlib import sha256

from aiohttp import web

from faults.cluster.plan import Size
from faults.cluster.poison import FLOOD_BYTES, TANGLE_ATTRIBUTES, PageKind, poison_pages
from support.publisher import Item, compose
from support.thread_server import ThreadServer

HOSTS = tuple(f"127.0.0.{n}" for n in range(1, 13))
"""A site is its host: its entries have one key, and so one partition."""
PER_FEED = 50
REPRINTED = 40
"""One in so many articles is a reprint of the one before it."""
SHARED = 25
"""One in so many articles stands in a second feed too."""


class Press(ThreadServer):
    """Start it with ``with``; print and edit from any thread."""

    def __init__(self, size: Size, seed: int) -> None:
        super().__init__()
        self._seed = seed
        self._feeds = max(2, size.articles // PER_FEED)
        self.poison: dict[int, PageKind] = poison_pages(size.articles, size.poison)
        """What is wrong with which page."""
        self.bad = frozenset(self.poison)
        """The numbers whose pages are, or were, bad."""
        self.items: dict[int, Item] = {}
        """What is out, in its newest version."""
        self.taken: dict[int, bool] = {}
        """By number: what the operator withdrew, and whether it was purged. It is edited no more."""
        self._feeds_of: dict[int, set[int]] = defaultdict(set)
        """By article."""
        self._listed: dict[int, dict[int, Item]] = defaultdict(dict)
        """By feed and article: what nobody has shown to know yet."""
        self._bodies: dict[int, tuple[str, str]] = {}
        """By feed: what it says, with its ETag."""
        self._said: dict[str, dict[int, Item]] = {}
        """By ETag: what was listed under it."""
        self._known: dict[int, str] = {}
        """By feed: the last ETag that somebody has shown."""
        self._lock = threading.Lock()
        self.asked: Counter[str] = Counter()
        """Requests by kind."""
        self.silent: str | None = None
        """The host that closes every connection without an answer."""

    async def _start(self) -> None:
        await super()._start()
        self._port = int(self.base.rpartition(":")[2])
        for host in HOSTS[1:]:  # other loopback addresses than the first are Linux's own
            await web.TCPSite(self._runner, host, self._port).start()

    @property
    def feeds(self) -> list[str]:
        """Their addresses."""
        return [f"{self.base}/feed/{feed}" for feed in range(self._feeds)]

    def url(self, number: int) -> str:
        """Of an article."""
        return f"http://{HOSTS[number % len(HOSTS)]}:{self._port}/a/{number}"

    def print(self, numbers: range) -> None:
        """Put new articles into their feeds."""
        with self._lock:
            for number in numbers:
                feed = number // PER_FEED % self._feeds
                shared = number % SHARED == 3 and number not in self.bad
                self._feeds_of[number] = {feed, (feed + 1) % self._feeds} if shared else {feed}
                self._list(self._composed(number, feed))

    def edit(self, which: float) -> None:
        """Publish the next version of an article that may be edited."""
        with self._lock:
            numbers = [number for number in self.items if self._editable(number)]
            if numbers:
                item = self.items[numbers[int(which * len(numbers))]]
                self._list(compose(self._seed, item.number, item.feed, item.version + 1))

    def take(self, which: float, *, purge: bool) -> str:
        """An article that is to be withdrawn; returns its address."""
        with self._lock:
            numbers = [number for number in self.items if self._editable(number)]
            number = numbers[int(which * len(numbers))]
            self.taken[number] = purge
            return self.url(number)

    @property
    def purged(self) -> set[int]:
        """The numbers of the articles whose text was erased."""
        return {number for number, purge in self.taken.items() if purge}

    def _list(self, item: Item) -> None:
        self.items[item.number] = item
        for feed in self._feeds_of[item.number]:
            self._listed[feed][item.number] = item
            self._bodies.pop(feed, None)

    def mend(self) -> None:
        """Every page can be read."""
        self.poison = {}

    def original_of(self, number: int) -> int | None:
        """Of a reprint: the article whose text it has."""
        return number - 1 if number % REPRINTED == 7 and not {number, number - 1} & self.bad else None

    def listed(self) -> list[tuple[str, int]]:
        """Which feed has or had which article."""
        urls = self.feeds
        return [(urls[feed], number) for number, feeds in self._feeds_of.items() for feed in feeds]

    def unread(self) -> list[int]:
        """The feeds whose newest form nobody has shown to know yet."""
        with self._lock:
            return [feed for feed in range(self._feeds) if self._known.get(feed) != self._body(feed)[1]]

    def _composed(self, number: int, feed: int) -> Item:
        original = self.original_of(number)
        if original is None:
            return compose(self._seed, number, feed)
        return replace(compose(self._seed, original, feed), number=number, title=f"Reprint {number}")

    def _editable(self, number: int) -> bool:
        reprinted = self.original_of(number) is not None or self.original_of(number + 1) is not None
        return number not in self.bad and number not in self.taken and not reprinted

    async def answer(self, request: web.BaseRequest) -> web.Response:
        if request.url.host == self.silent:
            self.asked["unanswered"] += 1
            assert request.transport is not None
            request.transport.abort()
            return web.Response(status=503)  # nobody hears it
        kind, _, number = request.path.strip("/").partition("/")
        self.asked[kind] += 1
        if kind == "feed":
            return self._feed(request, int(number))
        if kind == "a":
            return self._page(int(number))
        return web.Response(status=404)

    def _feed(self, request: web.BaseRequest, feed: int) -> web.Response:
        shown = request.headers.get("If-None-Match", "")
        with self._lock:
            body, etag = self._body(feed)
            if shown in self._said:
                self._known[feed] = shown  # whoever says so has saved it, and published what it read first
                self._unlist(feed, self._said[shown])
        return web.Response(status=304) if shown == etag else _xml(body, etag)

    def _unlist(self, feed: int, known: dict[int, Item]) -> None:
        for number in [number for number, item in self._listed[feed].items() if known.get(number) == item]:
            del self._listed[feed][number]
            self._bodies.pop(feed, None)

    def _body(self, feed: int) -> tuple[str, str]:
        if feed not in self._bodies:
            entries = "".join(map(self._entry, self._listed[feed].values()))
            channel = f"<channel><title>Feed {feed}</title>{entries}</channel>"
            body = f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'
            etag = f'"{sha256(body.encode()).hexdigest()[:16]}"'
            self._bodies[feed] = (body, etag)
            self._said[etag] = dict(self._listed[feed])
        return self._bodies[feed]

    def _entry(self, item: Item) -> str:
        return (
            f"<item><guid>{item.number}</guid><link>{self.url(item.number)}</link><title>{item.title}</title>"
            f"<description>version {item.version}</description>"
            f"<pubDate>{formatdate(1_770_000_000 + item.number, usegmt=True)}</pubDate></item>"
        )

    def _page(self, number: int) -> web.Response:
        match self.poison.get(number):
            case "missing":
                return web.Response(status=404)
            case "failing":
                return web.Response(status=500)
            case "flood":
                return _html("flood " * (FLOOD_BYTES // 6))
            case "foreign":
                return web.Response(body=b"%PDF-1.7\n" + bytes(range(256)) * 8, content_type="application/pdf")
            case "tangle":
                attributes = " ".join(f"a{n:x}" for n in range(TANGLE_ATTRIBUTES))
                return _html(f"<html><body><div {attributes}></div></body></html>")
        item = self.items[number]
        body = "".join(f"<p>{paragraph}</p>" for paragraph in item.paragraphs)
        return _html(
            f"<!doctype html><html lang=en><head><title>{item.title}</title></head><body><header><nav>"
            f"<a href=/>Home</a></nav></header><article><h1>{item.title}</h1>{body}</article></body></html>"
        )


def _xml(body: str, etag: str) -> web.Response:
    return web.Response(text=body, content_type="application/rss+xml", headers={"ETag": etag})


def _html(page: str) -> web.Response:
    return web.Response(text=page, content_type="text/html")
