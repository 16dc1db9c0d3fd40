"""uvicorn as one more task of a running process: it handles no signals, sets up no logging, ends no process."""

import asyncio
import errno
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Final

import structlog
from fastapi import FastAPI
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from newswire.errors import UsageError

log = structlog.get_logger()

ENDING_S: Final = 2
"""The time for unfinished answers at the end; then they are cut off."""


ABORT: Final = "abort"
"""The name in ``request.state`` of a function that cuts the connection off at once, unsent data and all."""


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Limits for a listener that is open to the public."""

    connections: int
    """The most connections at once; a request beyond them is answered 503."""
    seconds: float
    """The longest life of one connection, from its first byte to the last of its answer; then it is cut off."""
    answers_last: bool = False
    """Whether an answer may take for ever (a stream): ``seconds`` is then the time for each request to arrive whole."""


class _Guest(Server):
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Capture no signals: the process that runs this server handles them."""
        yield


@asynccontextmanager
async def listening(
    app: FastAPI, *, host: str, port: int, name: str = "health", limits: ConnectionLimits | None = None
) -> AsyncGenerator[int]:
    """Serve ``app`` on this event loop while the block lasts; gives the port, which ``port`` 0 leaves to the system.

    ``name`` stands in the names of its settings and log lines. With ``limits`` it may be open to the public.
    Raises `UsageError` when that address cannot be listened on. After that a failure of the server is logged, and
    the block goes on.
    """
    listener = _bound(host, port, name)
    port = listener.getsockname()[1]
    server = _Guest(
        Config(
            app,
            http="h11" if limits is None else (_patient if limits.answers_last else _hasty)(limits.seconds),
            limit_concurrency=limits.connections if limits else None,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=ENDING_S,
        )
    )
    task = asyncio.create_task(_serve(server, listener, name), name=name)
    listens = f"{name}.listening"
    log.info(listens, host=host, port=port)
    try:
        yield port
    finally:
        server.should_exit = True
        await asyncio.wait((task,), timeout=2 * ENDING_S)
        task.cancel()
        listener.close()


async def _serve(server: Server, listener: socket.socket, name: str) -> None:
    try:
        await server.serve([listener])
    except Exception:
        log.exception("listener.failed", server=name)


def _hasty(seconds: float) -> type[asyncio.Protocol]:
    """HTTP with an end: uvicorn itself waits without one for a head, and for a body, that comes byte by byte."""

    class Hasty(H11Protocol):
        def connection_made(self, transport: Any) -> None:  # the library's own signature narrows asyncio's
            super().connection_made(transport)
            self._end = self.loop.call_later(seconds, transport.abort)

        def connection_lost(self, exc: Exception | None) -> None:
            self._end.cancel()
            super().connection_lost(exc)

    return Hasty


def _patient(seconds: float) -> type[asyncio.Protocol]:
    """HTTP with an end for each request: a client that sends it byte by byte is cut off, an answer may last."""

    class Patient(H11Protocol):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self._end: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:  # the library's own signature narrows asyncio's
            super().connection_made(transport)
            self.app_state = {**self.app_state, ABORT: transport.abort}
            self._end = self.loop.call_later(seconds, transport.abort)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            answering = self.cycle is not None and not self.cycle.response_complete
            arrived = answering and not self.cycle.more_body
            if arrived and self._end is not None:
                self._end.cancel()
                self._end = None
            elif not arrived and self._end is None:
                self._end = self.loop.call_later(seconds, self.transport.abort)

        def connection_lost(self, exc: Exception | None) -> None:
            if self._end is not None:
                self._end.cancel()
            super().connection_lost(exc)

    return Patient


def _bound(host: str, port: int, name: str) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address, family=family)
    except OSError as error:
        group, reason = f"NEWSWIRE_{name.upper()}", error.strerror
        if error.errno == errno.EADDRINUSE:
            reason = "another program listens there, perhaps another newswire"
        raise UsageError(
            f"cannot listen on {host}, port {port} ({reason}): set {group}__PORT to another port "
            f"(0 is any that is free), or {group}__HOST to another address"
        ) from error
