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
from newswire.adapters.http.session import open_connector, open_session
from newswire.domain.urls.syntax import HttpUrl
from newswire.errors import Reject, Retry

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
ERROR_BODY: Final = 65_536
"""What is read of the body of an answer that is not a 2xx, in bytes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one request; a redirect's body is not read."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is read of an answer."""

    max_bytes: int
    """Of the decoded body."""
    truncate: bool = False
    """Leave off what is beyond, rather than fail."""
    redirects: frozenset[int] = REDIRECTS
    """The statuses whose Location is followed."""

    def location(self, status: int, headers: Mapping[str, str]) -> str | None:
        """Where an answer redirects to, if it does."""
        return headers.get("location") if status in self.redirects else None


class Exchange:
    """Sends single requests through one session, which the first of them opens."""

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
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    async def send(
        self, url: HttpUrl, headers: CIMultiDict[str], wanted: Wanted, *, body: bytes | None, timeout_s: float
    ) -> Answer:
        """GET ``url``, or POST ``body`` to it, and take the answer, all within ``timeout_s`` seconds.

        Raises:
            Retry: ``timeout``, ``dns``, ``connect``, ``tls``, ``protocol``.
            Reject: ``blocked-address``, ``bad-url``, ``too-large`` (unless truncated), ``bad-encoding``.
        """
        session = self._open()
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
                    content = await _body(response, received_headers, wanted)
                finally:
                    response.close()
        except TimeoutError as error:
            cause = str(error) or f"no whole answer within the {timeout_s:.1f} s that were left"
            raise Retry("timeout", f"{url}: {cause}") from error
        except EXPECTED as error:
            raise meaning(error, str(url)) from error
        return Answer(response.status, received_headers, content)

    async def close(self) -> None:
        """Close the session and the resolver."""
        self._closed = True
        if self._session is not None:
            await self._session.close()
        await self._resolver.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._closed:
            raise RuntimeError("a request after close()")
        if self._session is None:
            self._session = open_session(
                open_connector(self._resolver, self._refuse, self._tls),
                user_agent=self._user_agent,
                connect_timeout_s=self._connect_timeout_s,
                read_timeout_s=self._read_timeout_s,
            )
        return self._session


async def _body(response: aiohttp.ClientResponse, headers: Mapping[str, str], wanted: Wanted) -> bytes:
    status = response.status
    if status == 304 or wanted.location(status, headers) is not None:
        return b""
    coding = headers.get("content-encoding", "")
    if not 200 <= status < 300:
        try:
            return await _read(response, Body(coding, min(wanted.max_bytes, ERROR_BODY), truncate=True))
        except Reject:
            return b""  # the status is the answer; a damaged error page changes nothing about it
    length = response.content_length
    if not wanted.truncate and length is not None and length > wanted.max_bytes:
        raise Reject("too-large", f"{response.url}: {length} bytes are announced, the limit is {wanted.max_bytes}")
    return await _read(response, Body(coding, wanted.max_bytes, truncate=wanted.truncate))


async def _read(response: aiohttp.ClientResponse, body: Body) -> bytes:
    async for chunk in response.content.iter_any():
        body.feed(chunk)
        if body.full:
            break
    return body.finish()
