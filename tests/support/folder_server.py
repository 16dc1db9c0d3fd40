"""Serves given bytes under given paths on loopback, in a thread of its own."""

import asyncio
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from aiohttp import web

Answer = tuple[bytes, str]
"""A body and its content type."""


class FolderServer:
    """``answers`` may be added to while it runs. Start it with ``with``; ``base`` is its address."""

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        self.answers: dict[str, Answer] = dict(answers or {})
        self.base = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="folder-server", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _start(self) -> None:
        server = web.Server(self._answer)
        self._runner = web.ServerRunner(server, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.base = f"http://{host}:{port}"

    def found(self, path: str) -> Answer | None:
        """What is served under a path."""
        return self.answers.get(path)

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        found = self.found(request.path)
        if found is None:
            return web.Response(status=404)
        body, content_type = found
        return web.Response(body=body, headers={"Content-Type": content_type})


def rss(title: str, links: Mapping[str, str]) -> Answer:
    """A feed of (address, headline) pairs, without dates."""
    items = "".join(f"<item><link>{url}</link><title>{headline}</title></item>" for url, headline in links.items())
    xml = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'
    return xml.encode(), "application/rss+xml"
