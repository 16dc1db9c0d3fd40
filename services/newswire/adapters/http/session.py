"""The aiohttp session: no cookies, no environment, and the guard at every gate."""

import ssl
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver

from newswire.adapters.http.body import ACCEPT_ENCODING
from newswire.adapters.http.connector import IDLE_S, BoundedConnector
from newswire.adapters.http.guard import GuardedResolver, Refusal, guarded_sockets
from newswire.adapters.http.wire import MAX_FIELD, MAX_LINES

_DNS_TTL_S = 60


def open_connector(
    resolver: AbstractResolver, refuse: Refusal, tls: ssl.SSLContext | None, *, keep: bool
) -> aiohttp.TCPConnector:
    """A connector that keeps connections for further requests for some seconds, or none.

    A request that must not be sent twice (RFC 9110 §9.2.2) must not be sent over a kept connection, which its server
    may close at any moment. How many requests run at once is for the caller to limit. ``tls`` judges
    the servers' certificates; by default the system's authorities are trusted, and nobody else is.
    """
    kept: dict[str, Any] = {"keepalive_timeout": IDLE_S} if keep else {"force_close": True}
    return BoundedConnector(
        refuse,
        limit=0,
        ttl_dns_cache=_DNS_TTL_S,
        resolver=GuardedResolver(resolver, refuse),
        socket_factory=guarded_sockets(refuse),
        ssl=tls or True,
        **kept,
    )


def open_session(
    connector: aiohttp.TCPConnector, *, user_agent: str, connect_timeout_s: float, read_timeout_s: float
) -> aiohttp.ClientSession:
    """A session without a total time limit of its own: the caller keeps the time."""
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        headers={"User-Agent": user_agent, "Accept-Encoding": ACCEPT_ENCODING},
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_timeout_s, sock_read=read_timeout_s),
        max_line_size=MAX_FIELD,
        max_field_size=MAX_FIELD,
        max_headers=MAX_LINES,
    )
