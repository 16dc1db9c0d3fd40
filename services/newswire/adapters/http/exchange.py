"""One request and its answer: no redirect, no turn-taking, but every bound on bytes and time."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver
from multidict import CIMultiDict
from yarl import URL

from newswire.adapters.http.body import Body
from newswire.adapters.http.errors import EXPECTED, meaning
from newswire.adapters.http.guard import Refusal
from newswire.adapters.http.headers import received
from newswire.adapters.http.ranges import closes_its_root, holds_all, whole_length
from newswire.adapters.http.session import open_connector, open_session
from newswire.domain.urls.syntax import HttpUrl
from newswire.errors import Reject, Retry

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
ERROR_BODY: Final = 65_536
"""So many bytes are read of the body of a response that is not a 2xx."""


@dataclass(frozen=True, slots=True)
class HopResponse:
    """The response to one request. The body of a redirect is not read."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    flags: tuple[str, ...] = ()
    """See `newswire.ports.Response.flags`."""
    set_cookies: tuple[str, ...] = ()
    """The values of its Set-Cookie headers."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How much of a response is read, and which of its redirects are followed."""

    max_bytes: int
    """The limit on the decoded body."""
    truncate: bool = False
    """Cut the body at ``max_bytes`` instead of failing."""
    refuse_dense: bool = False
    """Fail in spite of ``truncate`` when the body unfolds further than a compressed body may."""
    raised_by: str | None = None
    """The setting that raises ``max_bytes``, for the error's message."""
    more_time_by: str | None = None
    """The setting that allows more time."""
    redirects: frozenset[int] = REDIRECTS
    """The statuses whose Location is followed."""

    def location(self, status: int, headers: Mapping[str, str]) -> str | None:
        """The address that a response redirects to; None when it redirects nowhere."""
        return headers.get("location") if status in self.redirects else None


class Exchange:
    """Sends single requests, each GET over a connection that may have been kept, each form over a new one."""

    def __init__(
        self,
        *,
        user_agent: str,
        refuse: Refusal,
        connect_timeout_s: float,
        read_timeout_s: float,
        resolver: AbstractResolver,
        tls: ssl.SSLContext | None,
    ) -> None:
        """See `newswire.adapters.http.HttpWeb`."""
        self._user_agent = user_agent
        self._refuse = refuse
        self._connect_timeout_s = connect_timeout_s
        self._read_timeout_s = read_timeout_s
        self._resolver = resolver
        self._tls = tls
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        """By whether their connections are kept."""
        self._closed = False

    async def send(
        self, url: HttpUrl, headers: CIMultiDict[str], options: ReadOptions, *, body: bytes | None, timeout_s: float
    ) -> HopResponse:
        """GET ``url``, or POST ``body`` to it, and take the answer, all within ``timeout_s`` seconds.

        Raises:
            Retry: ``timeout``, ``dns``, ``connect``, ``tls``, ``protocol``; ``http-206`` for a part of the document.
            Reject: ``blocked-address``, ``bad-url``, ``too-large`` (unless truncated), ``bad-encoding``.
        """
        session = self._open(keep=body is None)
        try:
            async with asyncio.timeout(timeout_s):
                response = await session.request(
                    "GET" if body is None else "POST",
                    URL(url.document, encoded=True),
                    headers=headers,
                    data=body,
                    allow_redirects=False,
                )
                try:
                    received_headers = received(response.headers)
                    places = set(response.headers.getall("Location", ()))
                    if len(places) > 1 and response.status in options.redirects:
                        raise Reject("bad-url", f"{url} redirects to {len(places)} places at once")
                    if response.status == 206 and not holds_all(received_headers):
                        raise _partial(url, received_headers)
                    content, flags = await _body(response, received_headers, options)
                finally:
                    response.close()
        except TimeoutError as error:
            hint = _hint(options.more_time_by)
            cause = str(error) or f"no whole answer within the {timeout_s:.1f} s that were left{hint}"
            raise Retry("timeout", f"{url}: {cause}") from error
        except EXPECTED as error:
            raise meaning(error, str(url)) from error
        status = response.status
        if status == 206:
            status, flags = 200, (*flags, "status-206")
        cookies = tuple(response.headers.getall("Set-Cookie", ()))
        return HopResponse(status, received_headers, content, flags, cookies)

    async def close(self) -> None:
        """Close the sessions and the resolver."""
        self._closed = True
        for session in self._sessions.values():
            await session.close()
        await self._resolver.close()

    def _open(self, *, keep: bool) -> aiohttp.ClientSession:
        if self._closed:
            raise RuntimeError("a request after close()")
        if keep not in self._sessions:
            self._sessions[keep] = open_session(
                open_connector(self._resolver, self._refuse, self._tls, keep=keep),
                user_agent=self._user_agent,
                connect_timeout_s=self._connect_timeout_s,
                read_timeout_s=self._read_timeout_s,
            )
        return self._sessions[keep]


async def _body(
    response: aiohttp.ClientResponse, headers: Mapping[str, str], options: ReadOptions
) -> tuple[bytes, tuple[str, ...]]:
    """The decoded body, and what is to be flagged about it."""
    status = response.status
    if status == 304 or options.location(status, headers) is not None:
        return b"", ()
    coding = headers.get("content-encoding", "")
    if not 200 <= status < 300:
        try:
            return await _read(response, Body(coding, min(options.max_bytes, ERROR_BODY), truncate=True)), ()
        except Reject:
            return b"", ()  # the status is the answer; a damaged error page changes nothing about it
    length = response.content_length
    hint = _hint(options.raised_by)
    if not options.truncate and length is not None and length > options.max_bytes:
        raise Reject(
            "too-large", f"{response.url}: {length} bytes are announced, the limit is {options.max_bytes} bytes{hint}"
        )
    body = Body(coding, options.max_bytes, truncate=options.truncate, hint=hint)
    content = await _read(response, body)
    announced = whole_length(headers) if status == 206 and not body.full else None
    if announced is not None and announced not in {body.received, len(content)} and not closes_its_root(content):
        raise _partial(response.url, headers)
    if body.dense and options.refuse_dense:
        body.refuse()
    told = {"truncated": body.full, "content-encoding-ignored": body.miscoded}
    return content, tuple(flag for flag, holds in told.items() if holds)


async def _read(response: aiohttp.ClientResponse, body: Body) -> bytes:
    async for chunk in response.content.iter_any():
        body.feed(chunk)
        if body.full:
            break
    return body.finish()


def _partial(url: HttpUrl | URL, headers: Mapping[str, str]) -> Retry:
    said = headers.get("content-range", "no Content-Range")[:200]
    return Retry("http-206", f"{url}: the server sent a part of the document ({said}), though all of it was asked for")


def _hint(setting: str | None) -> str:
    return f" ({setting} raises it)" if setting else ""
