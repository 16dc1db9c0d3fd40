"""newswire demo: the whole line over the sample newsroom, in two editions an hour apart."""

import shutil
import tempfile
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from newswire.adapters.clock import SystemClock
from newswire.assembly.api import api_listening
from newswire.assembly.backends import Backends, FetchBackends, open_backends, open_fetch_backends
from newswire.assembly.pipeline import Pipeline
from newswire.cli.app import WRONG, app, emit, err, out, run_async, say, settings
from newswire.cli.progress import watch
from newswire.cli.report import render_audit, render_wire
from newswire.cli.serve import said_where
from newswire.demo.newsroom import Newsroom
from newswire.domain.ledger import Balance
from newswire.errors import UsageError
from newswire.log import configure
from newswire.operations.audit import audit
from newswire.operations.subscribe import subscription
from newswire.runtime.signals import stop_on_signals
from newswire.settings import Settings, StoreUrl

NEXT_EDITION = timedelta(hours=1)
"""So that, by the ordinary schedule, every feed is due again, and so is a second look at every article."""


class LaterClock(SystemClock):
    """The machine's clock, put forward: the demo need not wait for the hour between two editions."""

    def __init__(self) -> None:
        """Not put forward yet."""
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        """The present, plus how far it was put forward."""
        return super().now() + self.ahead


def demo_settings(config: Settings, folder: Path) -> Settings:
    """The operator's settings with the newsroom's needs: a folder of its own, loopback, no waiting for politeness."""
    return config.model_copy(
        update={
            "data_dir": folder,
            "bus": "database",
            "store": StoreUrl(f"sqlite:///{folder}/newswire.db"),
            "serve": config.serve.model_copy(update={"host": "127.0.0.1", "require_keys": False}),
            "fetch": config.fetch.model_copy(
                update={
                    "allow_private_addresses": True,
                    "host_interval_s": 0.0,
                    "host_concurrency": 32,
                    "timeout_s": 3.0,
                }
            ),
            # Polled again within the hour that the clock is put forward, whatever its feeds say of themselves.
            "poll": config.poll.model_copy(update={"min_interval_s": 60.0, "max_interval_s": 600.0}),
            "extract": config.extract.model_copy(update={"deadline_s": 5.0, "retry_delays_s": (0.2, 0.4, 0.8)}),
        }
    )


@app.command()
def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Keep the database, and say where it is.")] = False,  # noqa: FBT002  # Typer's way
    serve: Annotated[
        bool | None,
        typer.Option(
            "--serve/--no-serve",
            show_default=False,
            help="Go on until Ctrl-C and show the wire in the console; by default where somebody sits at a terminal.",
        ),
    ] = None,
) -> None:
    """Run everything on a sample newsroom. It is on this machine; the wire and the books are printed at the end."""
    config = settings()
    quiet = config.log.model_copy(update={"level": "error", "libraries_level": "error"})
    config = config.model_copy(update={"log": quiet})  # the worker processes' logging goes by it too
    configure(config.log, service="demo", terminal=err.is_terminal)
    folder = Path(tempfile.mkdtemp(prefix="newswire-demo-"))
    try:
        with_console = out.is_terminal and err.is_terminal if serve is None else serve
        balance = run_async(_two_editions(demo_settings(config, folder), with_console=with_console))
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    if keep:
        say(f"kept: NEWSWIRE_DATA_DIR={folder} newswire explain URL")
    if not balance.balanced:
        raise typer.Exit(WRONG)


async def _two_editions(config: Settings, *, with_console: bool) -> Balance:
    clock = LaterClock()
    async with (
        Newsroom(clock.now()) as newsroom,
        open_backends(config, clock=clock) as backends,
        open_fetch_backends(config, clock) as fetch_backends,
    ):
        say(f"Six sites and {len(newsroom.feeds)} feeds are on the air. First edition …")
        await backends.feeds.add([subscription(url, clock.now()) for url in newsroom.feeds])
        for edition in (1, 2):
            if edition == 2:
                newsroom.second_edition()
                clock.ahead += NEXT_EDITION
                say("An hour later: second edition …")
            pipeline = Pipeline(backends, fetch_backends)
            with stop_on_signals(pipeline.stop):
                async with watch(pipeline, err):
                    await pipeline.run_once()
        render_wire([article async for article in backends.ledger.articles()], out, names=newsroom.names)
        balance = await audit(backends.ledger, backends.bus)
        render_audit(balance, out)
        if with_console:
            await _shown(backends, fetch_backends)
        else:
            say("newswire demo --serve shows all this in a browser")
        return balance


async def _shown(backends: Backends, fetch_backends: FetchBackends) -> None:
    """Show the console until Ctrl-C, on any free port where the usual one is taken. The stages go on meanwhile."""
    pipeline = Pipeline(backends, fetch_backends)
    with stop_on_signals(pipeline.stop):
        async with AsyncExitStack() as stack:
            try:
                port = await stack.enter_async_context(api_listening(backends, pipeline.stop))
            except UsageError:
                serve = backends.settings.serve.model_copy(update={"port": 0})
                anywhere = replace(backends, settings=backends.settings.model_copy(update={"serve": serve}))
                port = await stack.enter_async_context(api_listening(anywhere, pipeline.stop))
            emit(said_where(backends.settings.serve, port), now=True)
            await pipeline.run()
