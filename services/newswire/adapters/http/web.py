"""The `Web` port over aiohttp: polite, guarded, bounded in bytes and time."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from aiohttp.abc import AbstractResolver

from newswire.adapters.http.addresses import WEB_PORTS, Addresses
from newswire.adapters.http.chain import Chain, InsecureRedirects
from newswire.adapters.http.dns import PooledResolver
from newswire.adapters.http.exchange import REDIRECTS, Exchange, HopResponse, ReadOptions
from newswire.adapters.http.guard import Refusal, allow_any, refusal
from newswire.adapters.http.headers import form, is_conditional, outgoing
from newswire.adapters.http.politeness import Politeness
from newswire.adapters.http.robots import RobotsCache
from newswire.domain.http.httpcache import retry_after
from newswire.errors import Reject, Retry
from newswire.parsing.sites.robots import MAX_BYTES
from newswire.ports import Clock, Request, Response

KEEP_THE_METHOD: Final = frozenset({307, 308})
"""The redirects after which a POST is a POST still (RFC 9110 §15.4.8, §15.4.9)."""
MAX_HOLD: Final = timedelta(hours=24)
"""The longest Retry-After that is believed."""

USUAL_HOLD: Final = timedelta(minutes=1)
"""After a 429 that names no time. Without it all that waits for the host would go and fetch its own 429."""

ROBOTS_TIMEOUT_S: Final = 15.0

LOOKUPS_PER_REQUEST: Final = 2
"""Names that can be looked up at once, for each request that may run: its own, and one that was given up.

With fewer, links to names whose servers are dead would keep every other name from being looked up.
"""


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
        held_as_one: AbstractSet[str] = frozenset(),
        crawl_delay_cap_s: float = 30.0,
        connect_timeout_s: float = 5.0,
        read_timeout_s: float = 10.0,
        insecure_redirects: InsecureRedirects = "refuse",
        ports: AbstractSet[int] = WEB_PORTS,
        refuse: Refusal = refusal,
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
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
            patience_s: how long a host on hold (after a 429) is waited for in place; beyond it the
                request fails with `Retry` ``host-held`` and the time that is left.
            held_as_one: domains that limit all their hosts as one: a 429 of one holds them all.
            crawl_delay_cap_s: the longest Crawl-delay that is honoured.
            connect_timeout_s: for one TCP connection with its TLS handshake.
            read_timeout_s: the longest silence of a server.
            insecure_redirects: whether http is asked where https leads to it and the same address cannot be
                fetched by https.
            ports: that may be connected to.
            refuse: why an address may not be connected to; the guard's own table by default.
            resolver: who is asked for addresses, and closed at the end; the system's by default.
            tls: judges the servers' certificates; the system's authorities by default.
        """
        self._clock = clock
        self._agent = user_agent
        self._insecure: InsecureRedirects = insecure_redirects
        self._addresses = Addresses(allow_any, None) if allow_private else Addresses(refuse, ports)
        self._exchange = Exchange(
            user_agent=user_agent,
            refuse=allow_any if allow_private else refuse,
            connect_timeout_s=connect_timeout_s,
            read_timeout_s=read_timeout_s,
            resolver=resolver or PooledResolver(LOOKUPS_PER_REQUEST * global_concurrency),
            tls=tls,
        )
        self._politeness = Politeness(
            clock,
            interval_s=host_interval_s,
            host_concurrency=host_concurrency,
            global_concurrency=global_concurrency,
            patience_s=patience_s,
            held_as_one=held_as_one,
        )
        self._robots = RobotsCache(
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

    async def post_form(
        self, url: str, fields: Mapping[str, str], *, max_bytes: int = 65_536, timeout_s: float = 30.0
    ) -> Response:
        """See `newswire.ports.Web.post_form`; raises what `get` raises but ``robots`` and ``too-large``."""
        request = Request(url, max_bytes=max_bytes, timeout_s=timeout_s)
        return await self._follow(request, None, truncate=True, body=urlencode(fields).encode("ascii"))

    async def close(self) -> None:
        """Let go of every connection. No request may follow."""
        await self._robots.close()
        await self._exchange.close()

    async def _get_robots(self, url: str) -> Response:
        request = Request(url, max_bytes=MAX_BYTES, timeout_s=ROBOTS_TIMEOUT_S, accept="text/plain, */*;q=0.5")
        return await self._follow(request, None, truncate=True)

    async def _follow(
        self,
        request: Request,
        robots: RobotsCache | None,
        *,
        truncate: bool = False,
        keep: bool = False,
        body: bytes | None = None,
    ) -> Response:
        """GET the request's address, or POST ``body``, hop by hop; with ``keep`` the last turn is kept."""
        options = ReadOptions(
            request.max_bytes,
            truncate=truncate or request.truncate,
            refuse_dense=request.truncate,
            redirects=REDIRECTS if body is None else KEEP_THE_METHOD,
            raised_by=request.max_bytes_setting,
            more_time_by=request.timeout_setting,
        )
        # A form may hold a secret: it never goes from https to http.
        chain = Chain(request, self._addresses, self._insecure if body is None else "refuse")
        left_s = request.timeout_s
        loop = asyncio.get_running_loop()
        while True:
            url = chain.url
            try:
                ruling = await robots.ask(url) if robots is not None else None
                if ruling is not None and not ruling.allowed:
                    raise Reject("robots", f"{url}: robots.txt disallows it")
                async with self._politeness.turn(url.host, interval_s=ruling.delay_s if ruling else None) as turn:
                    began = loop.time()
                    headers = outgoing(request, chain, self._agent) if body is None else form(request.accept)
                    try:
                        answer = await self._exchange.send(url, headers, options, body=body, timeout_s=left_s)
                    finally:
                        left_s -= loop.time() - began
                    self._heed(url.host, answer)
                    location = options.location(answer.status, answer.headers)
                    last = location is None and not chain.failed_by_https(answer.status)
                    if keep and last:
                        turn.keep()
            except Retry as error:
                if not chain.failed_by_https(error):
                    raise
                continue
            if location is not None:
                chain.redirected(answer.status, location, answer.set_cookies if body is None else ())
            elif last:
                return Response(
                    url=str(url),
                    status=answer.status,
                    headers=answer.headers,
                    body=answer.body,
                    redirects=tuple(chain.hops),
                    conditional=is_conditional(headers),
                    robots_allowed=ruling.allowed if ruling else None,
                    flags=(*chain.flags, *answer.flags),
                )

    def _heed(self, host: str, answer: HopResponse) -> None:
        """A 429 speaks for the host. A 503 is about its own address, which is for its schedule to leave alone."""
        if answer.status == 429:
            now = self._clock.now()
            wait = retry_after(answer.headers, now) or USUAL_HOLD
            self._politeness.hold(host, now + min(wait, MAX_HOLD))
