"""The health server as a guest in a stage's event loop, over real HTTP."""

import asyncio
import logging
import signal
import socket
from contextlib import asynccontextmanager

import aiohttp
import pytest
from structlog.testing import capture_logs

from newswire.domain.readiness import Readiness
from newswire.errors import UsageError
from newswire.serve.health import application
from newswire.serve.listener import listening

HOST = "127.0.0.1"


class Answers:
    """What the application is given to tell."""

    def __init__(self):
        self.readiness = Readiness("ready", {"bus": "ok"})
        self.held = None

    async def ready(self):
        if self.held is not None:
            await self.held.wait()
        return self.readiness

    def metrics(self):
        return b"up 1\n"


@asynccontextmanager
async def served(answers, port=0):
    app = application(ready=answers.ready, metrics=answers.metrics)
    async with listening(app, host=HOST, port=port) as listened:
        yield listened


async def get(port, path):
    async with aiohttp.ClientSession() as session, session.get(f"http://{HOST}:{port}{path}") as response:
        return response.status, response.content_type, await response.text()


async def test_the_three_answer():
    answers = Answers()
    async with served(answers) as port:
        assert await get(port, "/livez") == (200, "application/json", '{"status":"alive"}')
        assert await get(port, "/readyz") == (200, "application/json", '{"status":"ready","checks":{"bus":"ok"}}')
        answers.readiness = Readiness("unready", {"bus": "away"})
        assert await get(port, "/readyz") == (503, "application/json", '{"status":"unready","checks":{"bus":"away"}}')
        assert await get(port, "/metrics") == (200, "text/plain", "up 1\n")


async def test_nothing_else_is_served():
    async with served(Answers()) as port:
        for path in ("/", "/docs", "/openapi.json", "/redoc"):
            status, _, _ = await get(port, path)
            assert status == 404


async def test_livez_answers_while_readiness_hangs():
    answers = Answers()
    answers.held = asyncio.Event()
    async with served(answers) as port:
        hanging = asyncio.ensure_future(get(port, "/readyz"))
        assert (await get(port, "/livez"))[0] == 200
        assert not hanging.done()
        answers.held.set()
        assert (await hanging)[0] == 200


async def test_a_question_that_hangs_does_not_keep_the_process_from_ending():
    answers = Answers()
    answers.held = asyncio.Event()
    async with asyncio.timeout(30):
        async with served(answers) as port:
            hanging = asyncio.ensure_future(get(port, "/readyz"))
            assert (await get(port, "/livez"))[0] == 200
        await asyncio.wait((hanging,))
    with pytest.raises(aiohttp.ClientConnectionError):
        await get(port, "/livez")
    hanging.exception()


async def test_a_port_that_is_taken_is_a_sentence_at_the_start():
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            UsageError, match=rf"cannot listen on {HOST}, port {port} .*another program.*NEWSWIRE_HEALTH__PORT"
        ):
            async with served(Answers(), port):
                pass


async def test_an_address_that_is_not_ours_is_a_sentence_at_the_start():
    with pytest.raises(UsageError, match=r"cannot listen on 192\.0\.2\.1, port 0 .*NEWSWIRE_HEALTH__HOST"):
        async with listening(application(ready=None, metrics=None), host="192.0.2.1", port=0):
            pass


async def test_the_process_keeps_its_own_signal_handlers_and_its_logging():
    heard = []
    before = signal.signal(signal.SIGTERM, lambda *_: heard.append("ours"))
    handlers = {name: list(logging.getLogger(name).handlers) for name in ("", "uvicorn", "uvicorn.error")}
    try:
        async with served(Answers()) as port:
            await get(port, "/livez")
            signal.raise_signal(signal.SIGTERM)
            assert heard == ["ours"]
            assert (await get(port, "/livez"))[0] == 200
        assert {name: logging.getLogger(name).handlers for name in handlers} == handlers
        assert logging.getLogger("uvicorn.error").propagate, "what it has to say goes the way of every other library's"
    finally:
        signal.signal(signal.SIGTERM, before)


async def test_a_port_is_named_in_the_log_where_any_will_do():
    with capture_logs() as logs:
        async with served(Answers()) as port:
            assert (await get(port, "/livez"))[0] == 200
    assert {"event": "health.listening", "log_level": "info", "host": HOST, "port": port} in logs


async def test_what_is_no_http_is_one_line_in_the_log_and_nothing_more(caplog):
    caplog.set_level(logging.INFO)
    async with served(Answers()) as port:
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
        await writer.drain()
        assert b"400" in await reader.read()
        writer.close()
        await writer.wait_closed()
        assert (await get(port, "/livez"))[0] == 200
    assert [record.getMessage() for record in caplog.records if record.name == "uvicorn.error"] == [
        "Invalid HTTP request received."
    ]
