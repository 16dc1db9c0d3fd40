"""The connector: connections that are judged by the guard, and a few that are kept for the next request.

A connection that is kept saves its host and us a handshake for each further page. aiohttp bounds neither how many are
idle nor how old one gets: with thousands of hosts they would eat up the file descriptors.
"""

from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

import aiohttp
from aiohttp.client_proto import ResponseHandler

from newswire.adapters.http.guard import BlockedAddress, Refusal
from newswire.adapters.http.wire import BoundedHandler

if TYPE_CHECKING:
    from aiohttp.client_reqrep import ClientRequest, ConnectionKey
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

IDLE_S: Final = 5.0
"""Seconds that an idle connection is kept, and at most as many until it is closed. Common servers wait as long or
longer; some of them can do nothing else meanwhile."""

MAX_IDLE: Final = 64
"""Idle connections; the one that has been idle longest makes room."""


class BoundedConnector(aiohttp.TCPConnector):
    """A connector whose connections are read by `BoundedHandler`.

    It keeps one idle connection of an origin at most. So a request that is sent again because its kept connection was
    closed by the server (RFC 9112 §9.3.1) goes over a new one, or one whose last answer has just come.
    """

    def __init__(self, refuse: Refusal, **settings: Any) -> None:
        """``refuse`` judges the address of the peer before each request. ``settings`` are `aiohttp.TCPConnector`'s."""
        super().__init__(**settings)
        self._refuse = refuse
        # aiohttp has no public door to it. That this one is used is seen by tests.
        self._factory = cast("partial[ResponseHandler]", partial(BoundedHandler, loop=self._loop))

    async def connect(
        self,
        req: "ClientRequest",
        traces: "list[Trace]",
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109  # aiohttp's
    ) -> "Connection":
        """A connection for one request, kept or new.

        Raises `BlockedAddress` where its peer may not be spoken to.
        """
        connection = await super().connect(req, traces, timeout)
        transport = connection.transport
        if transport is not None and (peer := transport.get_extra_info("peername")):
            reason = self._refuse(peer[0])
            if reason is not None:
                connection.close()
                raise BlockedAddress(f"refused to speak to {peer[0]}: {reason}")
        return connection

    def _release(self, key: "ConnectionKey", protocol: ResponseHandler, *, should_close: bool = False) -> None:
        """Called by aiohttp when the answer to a request has been read, or given up. It has no public name for this."""
        super()._release(key, protocol, should_close=should_close or key in self._conns)
        while len(self._conns) > MAX_IDLE:
            for oldest, _ in self._conns.pop(next(iter(self._conns))):
                oldest.close()
