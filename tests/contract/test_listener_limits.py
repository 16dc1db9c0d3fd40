"""A public listener: a request has a time to arrive, its body too; an answer may take as long as it likes."""

import asyncio

import pytest
from fastapi import FastAPI, Request, Response

from newswire.serve.listener import ConnectionLimits, listening
from support.waiting import PATIENCE_S

HOST = "127.0.0.1"
ARRIVAL_S = 0.3
WHOLE = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"


@pytest.fixture
async def held():
    """Answers to GET wait for this."""
    return asyncio.Event()


@pytest.fixture
async def port(held):
    app = FastAPI()

    @app.post("/")
    async def echo(request: Request) -> Response:
        return Response(await request.body())

    @app.get("/")
    async def slow() -> Response:
        await held.wait()
        return Response(b"at last")

    limits = ConnectionLimits(connections=20, seconds=ARRIVAL_S, answers_last=True)
    async with listening(app, host=HOST, port=0, name="serve", limits=limits) as port:
        yield port


async def ended(reader):
    """What is answered until the server closes the connection."""
    async with asyncio.timeout(PATIENCE_S):
        try:
            return await reader.read()
        except ConnectionError:
            return b""


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\n", WHOLE[:-1], WHOLE[:-2]],
    ids=["nothing", "half a line", "half a head", "half a body", "no body"],
)
async def test_a_request_that_does_not_arrive_is_cut_off(port, sent):
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(sent)
    assert await ended(reader) == b""
    writer.close()


async def test_so_is_a_second_request_on_the_same_connection(port):
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(WHOLE)
    assert b"200 OK" in await reader.readuntil(b"\r\n\r\nhi")
    writer.write(WHOLE[:-1])
    assert await ended(reader) == b""
    writer.close()


async def test_an_answer_may_take_longer(port, held):
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    asyncio.get_running_loop().call_later(3 * ARRIVAL_S, held.set)
    assert (await ended(reader)).endswith(b"at last")
    writer.close()
