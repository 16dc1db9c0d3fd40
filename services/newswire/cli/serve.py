"""newswire serve: the read side over HTTP, alone or beside the stages."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from newswire.adapters.clock import SystemClock
from newswire.assembly.api import api_listening, check_keys
from newswire.assembly.backends import Backends, open_backends
from newswire.assembly.health import answering
from newswire.assembly.pipeline import Pipeline, StageName
from newswire.cli.app import app, err, run_async, say, settings
from newswire.cli.logs import log_for
from newswire.errors import UsageError
from newswire.runtime.garbage import settle
from newswire.runtime.heap import one_heap
from newswire.runtime.signals import stop_on_signals
from newswire.runtime.supervisor import supervise
from newswire.settings import ServeSettings, Settings

log = structlog.get_logger()


@app.command()
def serve() -> None:
    """Let readers follow the wire over HTTP, under /v1, show the console to people, at /, and send to webhooks."""
    config = settings()
    log_for(config, "serve")
    one_heap()
    stages: tuple[StageName, ...] = ("webhooks",) if config.webhooks.send else ()

    async def work() -> None:
        stop = asyncio.Event()
        async with answering(config, stages) as health:

            async def opened() -> None:
                async with open_backends(config, application="newswire serve") as backends:
                    pipeline = Pipeline(backends, None, stop=stop)
                    settle()
                    async with health.watching(pipeline), api_listening(backends, stop) as port:
                        say_where(config, port)
                        if stages:
                            await pipeline.run(stages)
                        await stop.wait()

            with stop_on_signals(stop):
                await supervise({"serve": opened}, stop, clock=SystemClock())

    run_async(work())


@asynccontextmanager
async def served_meanwhile(backends: Backends, stop: asyncio.Event, *, wanted: bool) -> AsyncGenerator[None]:
    """Let readers follow the wire while the block lasts. The run goes on where the port is taken."""
    if not wanted or not backends.settings.serve.in_run:
        yield
        return
    await check_keys(backends)
    async with AsyncExitStack() as stack:
        try:
            port = await stack.enter_async_context(api_listening(backends, stop))
        except UsageError as error:
            log.warning("serve.off", error=str(error))
        else:
            say_where(backends.settings, port)
        yield


def say_where(config: Settings, port: int) -> None:
    """Say where the console is, to somebody who sits in front of a terminal."""
    if err.is_terminal:
        say(said_where(config.serve, port))


def said_where(serve: ServeSettings, port: int) -> str:
    """The sentence that says where the console is."""
    return f"The console is at {console_address(serve, port)} and Ctrl-C ends it."


def console_address(serve: ServeSettings, port: int) -> str:
    """The address to open in a browser on this machine."""
    name = serve.host if serve.on_loopback else "localhost"
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/"
