"""One site of the newsroom over HTTP, on a port of its own, with the manners and the faults its stories ask for."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from aiohttp import web

from newswire.demo.desk import Desk
from newswire.demo.feeds import MEDIA_TYPES, arriving, render_feed
from newswire.demo.pages import article_page, front_page
from newswire.demo.sites import Channel, Edition, Site, Story
from newswire.demo.validators import stamp_of

HOST: Final = "127.0.0.1"
"""Sites differ by port: of 127.0.0.0/8, macOS answers on this address only unless it is told otherwise."""

FLOOD_BYTES: Final = 50_000_000
"""The length of the page that is too long."""

TANGLE_ATTRIBUTES: Final = 120_000
"""On one element. libxml2 compares each new attribute with all before it: measured, 60 000 take half a minute."""

_GRACE_S: Final = 0.1
"""The time for an unfinished answer to end when the site closes."""

_CHUNK: Final = b"<p>" + b"Ticket, no. 1, tow-away zone, paid under protest. " * 1310 + b"</p>\n"


class Hit(NamedTuple):
    """One request that a site was asked."""

    site: str
    path: str
    conditional: bool
    """Whether it carried If-None-Match or If-Modified-Since."""


class SiteServer:
    """Serves one site. `start` opens the port, `close` ends every answer still under way."""

    def __init__(self, site: Site, now: datetime, log: Callable[[Hit], None]) -> None:
        self._site = site
        self._now = now
        self._log = log
        self._runner: web.ServerRunner | None = None
        self.edition: Edition = 1
        self.base = ""
        """``http://host:port`` once started."""

    async def start(self) -> None:
        """Listen on a free port."""
        server = web.Server(self._answer, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=_GRACE_S)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        port: int = self._runner.addresses[0][1]
        self.base = f"http://{HOST}:{port}"

    async def close(self) -> None:
        """Stop listening and cut off what is still being sent."""
        if self._runner is not None:
            await self._runner.cleanup()

    def desk(self, edition: Edition | None = None) -> Desk:
        """The feeds and pages of the site in an edition, by default the present one."""
        return Desk(self._site, self.base, self._now, edition or self.edition)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        conditional = "If-None-Match" in request.headers or "If-Modified-Since" in request.headers
        self._log(Hit(self._site.key, request.path, conditional))
        if request.method != "GET":
            return web.Response(status=405, headers={"Allow": "GET"})
        if request.path == "/robots.txt":
            return web.Response(text=self._robots())
        if request.path == "/":
            return self._html(front_page(self.desk()))
        for channel in self._site.channels:
            if channel.path == request.path:
                return self._feed(request, channel)
        return await self._story(request)

    async def _story(self, request: web.BaseRequest) -> web.StreamResponse:
        desk = self.desk()
        for story in self._site.stories:
            if story.since > self.edition:
                continue
            if story.path == request.path:
                return await self._page(request, story)
            if story.link == "moved" and request.path == desk.moved_path(story):
                return web.Response(status=301, headers={"Location": story.path})
        return self._html(_NOTHING, status=404)

    def _robots(self) -> str:
        rules = "".join(f"Disallow: {path}\n" for path in self._site.disallow) or "Disallow:\n"
        return f"User-agent: *\n{rules}"

    def _feed(self, request: web.BaseRequest, channel: Channel) -> web.StreamResponse:
        desk = self.desk()
        whole = render_feed(desk, channel)
        changed = self.edition == 2 and render_feed(self.desk(1), channel) != whole
        newest = min((story.age for story in self.desk(1).carried(channel)), default=None)
        last = self._now if changed or newest is None else self._now - newest
        stamp = stamp_of(whole, last, channel.validators)
        if stamp.matches(request):
            return web.Response(status=304, headers=stamp.headers)
        kind = MEDIA_TYPES[channel.format]
        response = web.Response(body=arriving(whole, desk, channel), headers=stamp.headers)
        response.headers["Content-Type"] = f"{kind}; charset={self._site.charset}"
        return response

    async def _page(self, request: web.BaseRequest, story: Story) -> web.StreamResponse:
        gone = story.withdrawn and self.edition == 2
        match story.serve:
            case "hang":
                return await self._hang(request, story)
            case "flood":
                return await self._flood(request)
            case "tangle":
                return self._html(_tangle())
            case "paywall":
                return self._html(_PAYWALL, status=403)
            case "missing":
                return self._html(_NOTHING, status=404)
            case "page":
                return self._html(_NOTHING, status=410) if gone else self._article(request, story)

    def _article(self, request: web.BaseRequest, story: Story) -> web.StreamResponse:
        desk = self.desk()
        page = article_page(desk, story)
        stamp = stamp_of(page.encode(self._site.charset), desk.modified(story), self._site.page_validators)
        if stamp.matches(request):
            return web.Response(status=304, headers=stamp.headers)
        response = self._html(page)
        response.headers.update(stamp.headers)
        return response

    async def _flood(self, request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html; charset=utf-8"})
        response.enable_chunked_encoding()  # no Content-Length: the asker has to count
        await response.prepare(request)
        left = FLOOD_BYTES
        with contextlib.suppress(ConnectionError):  # who hangs up has understood
            while left:
                await response.write(_CHUNK[:left])
                left -= min(left, len(_CHUNK))
        return response

    async def _hang(self, request: web.BaseRequest, story: Story) -> web.StreamResponse:
        body = article_page(self.desk(), story).encode(self._site.charset)
        response = web.StreamResponse(headers={"Content-Type": f"text/html; charset={self._site.charset}"})
        response.content_length = len(body)
        await response.prepare(request)
        await response.write(body[: len(body) // 2])
        await asyncio.Event().wait()  # for ever: the asker hangs up, or `close` cancels this
        return response

    def _html(self, page: str, *, status: int = 200) -> web.Response:
        charset = self._site.charset
        return web.Response(body=page.encode(charset), status=status, content_type="text/html", charset=charset)


def _tangle() -> str:
    attributes = " ".join(f"a{number:x}" for number in range(TANGLE_ATTRIBUTES))
    return f"<!doctype html>\n<html><head><title>Web ring</title></head><body><div {attributes}></div></body></html>\n"


_NOTHING: Final = (
    "<!doctype html>\n<html><head><title>Nothing here</title></head><body><h1>Nothing here</h1></body></html>\n"
)
_PAYWALL: Final = (
    "<!doctype html>\n<html><head><title>For subscribers</title></head>"
    "<body><h1>For subscribers</h1><p>This article is for subscribers. Please sign in.</p></body></html>\n"
)
