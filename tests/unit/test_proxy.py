"""What the fault tests rely on: the proxy does to connections what it says."""

import asyncio

import pytest

from support.kafka import free_ports
from support.proxy import Proxy


@pytest.fixture
async def echo():
    heard = []

    async def answer(reader, writer):
        while data := await reader.read(100):
            heard.append(data)
            writer.write(data)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], heard


@pytest.fixture
async def proxied(echo):
    port, heard = echo
    with Proxy(free_ports(1)[0], port) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        yield proxy, reader, writer, heard
        writer.close()


async def nothing_comes(reader, within_s=0.2):
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(within_s):
            await reader.read(100)


async def test_bytes_pass(proxied):
    _, reader, writer, _ = proxied
    writer.write(b"hello")
    assert await reader.readexactly(5) == b"hello"


async def test_frozen_bytes_go_on_when_healed(proxied):
    proxy, reader, writer, heard = proxied
    proxy.freeze()
    writer.write(b"hello")
    await nothing_comes(reader)
    assert heard == []
    proxy.heal()
    assert await reader.readexactly(5) == b"hello"


async def test_a_deaf_client_is_heard_and_then_reset(proxied):
    proxy, reader, writer, heard = proxied
    proxy.deafen()
    writer.write(b"hello")
    await nothing_comes(reader)
    assert heard == [b"hello"]
    proxy.heal()
    with pytest.raises(ConnectionResetError):
        await reader.read(100)


async def test_a_cut_resets_and_new_connections_are_taken(proxied):
    proxy, reader, writer, _ = proxied
    writer.write(b"hello")
    await reader.readexactly(5)
    assert proxy.cut() == 1
    with pytest.raises(ConnectionResetError):
        await reader.read(100)
    again, out = await asyncio.open_connection("127.0.0.1", proxy.port)
    out.write(b"again")
    assert await again.readexactly(5) == b"again"
    out.close()


async def test_a_delay_delays(proxied):
    proxy, reader, writer, _ = proxied
    proxy.delay(0.3)
    writer.write(b"hello")
    await nothing_comes(reader, 0.2)
    assert await reader.readexactly(5) == b"hello"
