"""A TCP proxy on loopback, in a thread of its own, that a test can make misbehave like a network.

It stands between clients and one server. `Proxy.mode` says what happens to bytes:

- ``pass``: they go through, each piece after `Proxy.delay_s` seconds.
- ``freeze``: connections stay open and are accepted, and nothing goes either way; what was sent meanwhile goes on
  afterwards. A network partition.
- ``deaf``: what the client says arrives, what the server answers is lost for good: after that the connection is
  of no use and is reset by `Proxy.heal`. An acknowledgement lost after the write.

`Proxy.cut` resets every connection (RST), in any mode.
"""

import asyncio
import socket
import struct
import threading
from types import TracebackType
from typing import Final, Literal, Self

Mode = Literal["pass", "freeze", "deaf"]
_RESET: Final = struct.pack("ii", 1, 0)  # SO_LINGER of 0 s: close with RST


class Proxy:
    """From ``port`` to ``server_port``, both on loopback. Start it with ``with``; call its methods from any thread."""

    def __init__(self, port: int, server_port: int) -> None:
        self.port = port
        self._server_port = server_port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._mode: Mode = "pass"
        self._delay_s = 0.0
        self._open: set[asyncio.StreamWriter] = set()
        self._moving = asyncio.Event()
        self._moving.set()
        self.connections = 0
        """How many were accepted so far."""

    def __enter__(self) -> Self:
        self._thread.start()
        self._call(self._start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def delay(self, seconds: float) -> None:
        """Let every piece of data wait so long, in each direction."""
        self._call(self._set("pass", seconds))

    def freeze(self) -> None:
        """Nothing goes either way until `heal`."""
        self._call(self._set("freeze", 0.0))

    def deafen(self) -> None:
        """The server hears and is not heard until `heal`."""
        self._call(self._set("deaf", 0.0))

    def cut(self) -> int:
        """Reset every connection; how many there were."""
        return self._call(self._cut())

    def heal(self) -> None:
        """Let bytes through again. Connections that lost some are reset."""
        if self._mode == "deaf":
            self.cut()
        self._call(self._set("pass", 0.0))

    def _call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)

    async def _stop(self) -> None:
        self._server.close()
        await self._set("pass", 0.0)
        await self._cut()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _set(self, mode: Mode, delay_s: float) -> None:
        self._mode, self._delay_s = mode, delay_s
        if mode == "freeze":
            self._moving.clear()
        else:
            self._moving.set()

    async def _cut(self) -> int:
        for writer in self._open:
            _reset(writer)
        return len(self._open) // 2

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._server_port)
        except OSError:  # the server is down
            _reset(writer)
            return
        ends = {writer, back}
        self._open |= ends
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(reader, back, heard=True))
                both.create_task(self._pump(there, writer, heard=False))
        except* (OSError, _EndedError):
            pass
        finally:
            self._open -= ends
            for end in ends:
                end.close()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, heard: bool) -> None:
        while data := await source.read(65536):
            await self._moving.wait()
            if self._delay_s:
                await asyncio.sleep(self._delay_s)
            if self._mode == "deaf" and not heard:
                continue
            sink.write(data)
            await sink.drain()
        raise _EndedError  # one end closed: close the other too


class _EndedError(Exception):
    """A connection ended in good order."""


def _reset(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
