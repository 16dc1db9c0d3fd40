"""uvicorn as one more task of a running process: it handles no signals, sets up no logging, ends no process."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import structlog
from fastapi import FastAPI
from uvicorn import Config, Server

from newswire.errors import UsageError

log = structlog.get_logger()

ENDING_S: Final = 2
"""For answers under way at the end; then they are cut off."""


class _Guest(Server):
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Signals are the host's."""
        yield


@asynccontextmanager
async def listening(app: FastAPI, *, host: str, port: int) -> AsyncGenerator[int]:
    """Serve ``app`` on this event loop while the block lasts; gives the port, which ``port`` 0 leaves to the system.

    Raises `UsageError` when that address cannot be listened on. After that a failure of the server is logged, and
    the block goes on.
    """
    listener = _bound(host, port)
    port = listener.getsockname()[1]
    server = _Guest(
        Config(
            app,
            http="h11",
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
    task = asyncio.create_task(_serve(server, listener), name="health")
    log.info("health.listening", host=host, port=port)
    try:
        yield port
    finally:
        server.should_exit = True
        await asyncio.wait((task,), timeout=2 * ENDING_S)
        task.cancel()
        listener.close()


async def _serve(server: Server, listener: socket.socket) -> None:
    try:
        await server.serve([listener])
    except Exception:
        log.exception("health.failed")


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address, family=family)
    except OSError as error:
        raise UsageError(
            f"cannot listen on {host}, port {port} ({error.strerror}): "
            "NEWSWIRE_HEALTH__HOST and NEWSWIRE_HEALTH__PORT say where; port 0 is any that is free"
        ) from error
