"""The `Web` port over aiohttp: polite, guarded, bounded in bytes and time."""

import asyncio
from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Final
from urllib.parse import urljoin

from aiohttp.abc import AbstractResolver

from newswire.adapters.http.exchange import REDIRECTS, Answer, Exchange
from newswire.adapters.http.guard import Refusal, allow_any, refusal
from newswire.adapters.http.headers import outgoing
from newswire.adapters.http.politeness import Politeness
from newswire.adapters.http.robots import Robots
from newswire.domain.httpcache import retry_after
from newswire.domain.url_syntax import HttpUrl, parse
from newswire.domain.urls import registrable_domain
from newswire.errors import Reject
from newswire.events import PageValidators
from newswire.parsing.robots import MAX_BYTES
from newswire.ports import Clock, Request, Response

PORTS: Final = frozenset({80, 443})
MAX_REDIRECTS: Final = 5
MAX_HOLD: Final = timedelta(hours=24)
"""The longest Retry-After that is believed."""

ROBOTS_TIMEOUT_S: Final = 15.0


class HttpWeb:
    """Fetches over HTTP/1.1. Made without a running loop; the first `get` opens the session."""

    def __init__(  # noqa: PLR0913  # every setting is named, none is hidden in a bag
        self,
        *,
        user_agent: str,
        clock: Clock,
        allow_private: bool = False,
        host_interval_s: float = 1.0,
        host_concurrency: int = 1,
        global_concurrency: int = 64,
        patience_s: float = 60.0,
        crawl_delay_cap_s: float = 30.0,
        connect_timeout_s: float = 5.0,
        read_timeout_s: float = 10.0,
        ports: AbstractSet[int] = PORTS,
        refuse: Refusal = refusal,
        resolver: AbstractResolver | None = None,
    ) -> None:
        """Times are in seconds.

        Args:
            user_agent: sent as it is; what stands before its first slash is the robots.txt product token.
            clock: for spacing, holds and the age of robots.txt. Time limits run on the event loop's clock.
            allow_private: lets requests go to any address and any port; without it only ``ports`` of
                public addresses are reached.
            host_interval_s: between the starts of two requests to one registrable domain.
            host_concurrency: requests to one registrable domain at once.
            global_concurrency: requests at once.
            patience_s: how long a host on hold (429 with Retry-After) is waited for in place; beyond it
                the request fails with `Retry` ``host-held`` and the time that is left.
            crawl_delay_cap_s: the longest Crawl-delay that is honoured.
            connect_timeout_s: for one TCP connection with its TLS handshake.
            read_timeout_s: the longest silence of a server.
            ports: that may be connected to.
            refuse: why an address may not be connected to; the guard's own table by default.
            resolver: who is asked for addresses, and closed at the end; the system's by default.
        """
        self._clock = clock
        self._refuse: Refusal = allow_any if allow_private else refuse
        self._ports = None if allow_private else ports
        self._exchange = Exchange(
            user_agent=user_agent,
            refuse=self._refuse,
            connect_timeout_s=connect_timeout_s,
            read_timeout_s=read_timeout_s,
            resolver=resolver,
        )
        self._politeness = Politeness(
            clock,
            interval_s=host_interval_s,
            host_concurrency=host_concurrency,
            global_concurrency=global_concurrency,
            patience_s=patience_s,
        )
        self._robots = Robots(
            self._get_robots,
            agent=user_agent.partition("/")[0].strip(),
            clock=clock,
            delay_cap_s=crawl_delay_cap_s,
        )

    async def get(self, request: Request) -> Response:
        """See `newswire.ports.Web.get`.

        Beyond what that names it raises `Retry` ``robots-unreachable`` (RFC 9309 §2.3.1.4) and
        ``host-held``, and `Reject` ``insecure-redirect`` when https leads to http. The body of an
        answer that is not a 2xx is cut after 64 KiB.
        """
        return await self._follow(request, self._robots if request.obey_robots else None)

    @asynccontextmanager
    async def fetch(self, request: Request) -> AsyncIterator[Response]:
        """See `newswire.ports.Web.fetch`; raises what `get` raises."""
        response = await self._follow(request, self._robots if request.obey_robots else None, keep=True)
        try:
            yield response
        finally:
            self._politeness.release()

    async def close(self) -> None:
        """Let go of every connection. No request may follow."""
        await self._robots.close()
        await self._exchange.close()

    async def _get_robots(self, url: str) -> Response:
        request = Request(url, max_bytes=MAX_BYTES, timeout_s=ROBOTS_TIMEOUT_S, accept="text/plain, */*;q=0.5")
        return await self._follow(request, None, truncate=True)

    async def _follow(
        self, request: Request, robots: Robots | None, *, truncate: bool = False, keep: bool = False
    ) -> Response:
        url = self._checked(request.url)
        validators = request.validators
        hops: list[tuple[int, str]] = []
        seen = {str(url)}
        left_s = request.timeout_s
        loop = asyncio.get_running_loop()
        while True:
            ruling = await robots.ask(url) if robots is not None else None
            if ruling is not None and not ruling.allowed:
                raise Reject("robots", f"{url}: robots.txt disallows it")
            domain = registrable_domain(url.host)
            async with self._politeness.turn(domain, interval_s=ruling.delay_s if ruling else None) as turn:
                began = loop.time()
                answer = await self._exchange.get(
                    url,
                    headers=outgoing(request.accept, validators),
                    max_bytes=request.max_bytes,
                    truncate=truncate,
                    timeout_s=left_s,
                )
                left_s -= loop.time() - began
                self._heed(domain, answer)
                location = answer.headers.get("location") if answer.status in REDIRECTS else None
                if keep and location is None:
                    turn.keep()
            if location is None:
                return Response(
                    url=str(url),
                    status=answer.status,
                    headers=answer.headers,
                    body=answer.body,
                    redirects=tuple(hops),
                    robots_allowed=ruling.allowed if ruling else None,
                )
            target = self._target(url, location)
            hops.append((answer.status, str(target)))
            if len(hops) > MAX_REDIRECTS or str(target) in seen:
                raise Reject(
                    "redirect-loop", f"{request.url}: redirected in a circle or more than {MAX_REDIRECTS} times"
                )
            seen.add(str(target))
            if not _keeps_origin(url, target):
                validators = PageValidators()
            url = target

    def _checked(self, address: str) -> HttpUrl:
        try:
            url = parse(address)
        except ValueError as error:
            raise Reject("bad-url", str(error)) from error
        if self._ports is not None and url.effective_port not in self._ports:
            raise Reject("blocked-address", f"{url}: only the ports {sorted(self._ports)} may be connected to")
        if url.is_ip and (reason := self._refuse(url.host.strip("[]"))) is not None:
            raise Reject("blocked-address", f"{url}: the address is refused: {reason}")
        return url

    def _target(self, url: HttpUrl, location: str) -> HttpUrl:
        try:
            target = self._checked(urljoin(str(url), location.strip()))
            target = replace(target, fragment=target.fragment or url.fragment)  # RFC 9110 §10.2.2
        except ValueError as error:
            raise Reject("bad-url", f"{url} redirects to {location!r}: {error}") from error
        if url.scheme == "https" and target.scheme == "http":
            raise Reject("insecure-redirect", f"{url} redirects from https to http: {target}")
        return target

    def _heed(self, domain: str, answer: Answer) -> None:
        if answer.status != 429:
            return
        now = self._clock.now()
        wait = retry_after(answer.headers, now)
        if wait is not None:
            self._politeness.hold(domain, now + min(wait, MAX_HOLD))


def _keeps_origin(former: HttpUrl, target: HttpUrl) -> bool:
    """Whether validators may go along: to the same origin, or to the same host by https."""
    return former.origin == target.origin or (former.netloc == target.netloc and target.scheme == "https")
