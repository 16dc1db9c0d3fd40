"""A WebSub hub on loopback, in a thread of its own: it is asked, verifies, and distributes as it is told to."""

import asyncio
import hashlib
import hmac
from collections.abc import Coroutine
from dataclasses import dataclass, field
from io import BytesIO
from types import TracebackType
from typing import Any, TypeVar

import aiohttp
from aiohttp import web

from support.thread_server import ThreadServer

T = TypeVar("T")


@dataclass(frozen=True)
class Verified:
    """One GET of a callback: what was asked, and what was answered."""

    query: dict[str, str]
    callback: str
    status: int
    body: str
    content_type: str


def signature(body: bytes, secret: str, method: str = "sha256") -> str:
    """X-Hub-Signature."""
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"


@dataclass
class Hub(ThreadServer):
    """Start it with ``with``; ``url`` is its address then."""

    status: int = 202
    """What it answers to requests."""
    headers: dict[str, str] = field(default_factory=dict)
    verifies: bool = True
    """Whether it verifies the intent, after it has answered."""
    lease_s: int | None = 3_600
    """What it grants, whatever it is asked for."""
    asked: list[dict[str, str]] = field(default_factory=list)
    """Every form that it was sent."""
    verified: list[Verified] = field(default_factory=list)
    held: dict[tuple[str, str], str | None] = field(default_factory=dict)
    """Its subscriptions: topic and callback, with their secret."""

    def __post_init__(self) -> None:
        super().__init__()
        self._tasks: set[asyncio.Task[Any]] = set()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._leave_off(), self._loop).result(10)
        super().__exit__(kind, error, trace)

    async def _leave_off(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"{self.base}/hub"

    async def answer(self, request: web.BaseRequest) -> web.Response:
        if request.method != "POST" or request.path != "/hub":
            return web.Response(status=404)
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(form)
        if 200 <= self.status < 300 and self.verifies:
            task = asyncio.ensure_future(self._verify(form))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return web.Response(status=self.status, headers=self.headers, text="as I was told")

    def modes(self) -> list[str]:
        return [form["hub.mode"] for form in self.asked]

    def callbacks(self, topic: str) -> list[str]:
        return [callback for held, callback in self.held if held == topic]

    async def call(self, callback: str, **query: str) -> Verified:
        """GET a callback; names of the query are written without ``hub.``."""
        return await self._here(self._call(callback, {f"hub.{name}": value for name, value in query.items()}))

    async def deny(self, form: dict[str, str], reason: str = "no") -> Verified:
        return await self.call(form["hub.callback"], mode="denied", topic=form["hub.topic"], reason=reason)

    async def distribute(self, topic: str, body: bytes = b"<feed/>", **headers: str) -> list[int]:
        """Deliver to everybody who subscribed to ``topic``, signed where there is a secret; the statuses."""
        return await self._here(self._distribute(topic, body, headers))

    async def deliver(self, callback: str, body: bytes = b"<feed/>", **headers: str) -> int:
        """POST to one callback; a header's name is written with underscores."""
        return await self._here(self._deliver(callback, body, headers))

    async def _verify(self, form: dict[str, str]) -> None:
        mode, topic, callback = (form[f"hub.{name}"] for name in ("mode", "topic", "callback"))
        query = {"hub.mode": mode, "hub.topic": topic, "hub.challenge": f"challenge/{len(self.verified)}?&<b>"}
        if mode == "subscribe" and self.lease_s is not None:
            query["hub.lease_seconds"] = str(self.lease_s)
        answered = await self._call(callback, query)
        if answered.status // 100 == 2 and answered.body == query["hub.challenge"]:
            if mode == "subscribe":
                self.held[topic, callback] = form.get("hub.secret")
            else:
                self.held.pop((topic, callback), None)

    async def _call(self, callback: str, query: dict[str, str]) -> Verified:
        async with (
            aiohttp.ClientSession() as session,
            session.get(callback, params=query, allow_redirects=False) as got,
        ):
            verified = Verified(query, callback, got.status, await got.text(), got.content_type)
        self.verified.append(verified)
        return verified

    async def _distribute(self, topic: str, body: bytes, headers: dict[str, str]) -> list[int]:
        statuses = []
        for (held, callback), secret in list(self.held.items()):
            if held != topic:
                continue
            signed = {"X_Hub_Signature": signature(body, secret)} if secret else {}
            status = await self._deliver(callback, body, signed | headers)
            if status == 410:
                del self.held[held, callback]
            statuses.append(status)
        return statuses

    async def _deliver(self, callback: str, body: bytes, headers: dict[str, str]) -> int:
        said = {
            "Content-Type": "application/atom+xml",
            "Link": f'<{self.url}>; rel="hub", <https://liar.example/feed>; rel="self"',
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        async with (
            aiohttp.ClientSession() as session,
            session.post(callback, data=BytesIO(body), headers=said, allow_redirects=False) as answer,
        ):
            return answer.status

    async def _here(self, work: Coroutine[Any, Any, T]) -> T:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))
