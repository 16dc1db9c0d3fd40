"""newswire run, poll, extract, store, drift, websub: the stages, together or one alone."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Annotated

import typer

from newswire.adapters.clock import SystemClock
from newswire.assembly.backends import Backends, FetchBackends, open_backends, open_fetch_backends
from newswire.assembly.health import answering
from newswire.assembly.pipeline import STAGES, Pipeline, StageName
from newswire.cli.app import WRONG, app, err, run_async, say, settings
from newswire.cli.debug import print_article
from newswire.cli.logs import log_for
from newswire.cli.progress import watch
from newswire.cli.report import render_audit
from newswire.cli.run_sources import subscribe_named
from newswire.cli.serve import served_meanwhile
from newswire.cli.sources import AllEntries
from newswire.errors import UsageError
from newswire.operations.audit import audit
from newswire.runtime.garbage import settle
from newswire.runtime.heap import one_heap
from newswire.runtime.signals import stop_on_signals
from newswire.runtime.supervisor import supervise
from newswire.settings import Settings

Once = Annotated[
    bool,
    typer.Option(
        "--once",
        help="Poll every feed that is due, process all records, then end: 0, or 1 when the books do not balance.",
    ),
]


@app.command()
def run(
    feeds: Annotated[
        list[str] | None, typer.Argument(metavar="FEED", help="Feeds, sites or OPML files to subscribe to first.")
    ] = None,
    once: Once = False,  # noqa: FBT002  # Typer's way
    all_entries: AllEntries = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Run every stage in one process, and serve the wire over HTTP on this machine (NEWSWIRE_SERVE__…).

    The sender of webhooks runs too, and the WebSub subscriber where NEWSWIRE_WEBSUB__CALLBACK_URL is set.
    """
    config = settings()
    log_for(config, "run")
    one_heap()
    # A run that ends by itself is gone by the time that a hub calls, or that a receiver is back.
    lasting: dict[StageName, bool] = {"websub": bool(config.websub.callback_url), "webhooks": config.webhooks.send}
    stages = STAGES if once else (*STAGES, *(name for name, wanted in lasting.items() if wanted))

    async def work() -> None:
        async with (
            answering(config, stages) as health,
            open_backends(config) as backends,
            open_fetch_backends(config, backends.clock) as fetch_backends,
        ):
            subscribed = await subscribe_named(
                feeds or [], backends, fetch_backends, once=once, all_entries=all_entries
            )
            pipeline = Pipeline(backends, subscribed)
            before = await _waiting_without_feeds(backends)
            due, now = await backends.schedule.next_due(), backends.clock.now()
            settle()
            with stop_on_signals(pipeline.stop):
                async with (
                    health.watching(pipeline),
                    served_meanwhile(backends, pipeline.stop, wanted=not once),
                    watch(pipeline, err),
                ):
                    await (pipeline.run_once() if once else pipeline.run(stages))
            if once or err.is_terminal:
                balance = await audit(backends.ledger, backends.bus)
                if before is not None:
                    say(
                        f"there are no feeds, so none was polled; of {before} entries that were on the way, "
                        f"{max(0, before - balance.pending)} came to an outcome"
                    )
                render_audit(balance, err)
                if once and before is None and due is not None and due > now:
                    say(_nothing_due(due, now))
                if once and not balance.balanced:
                    raise typer.Exit(WRONG)

    run_async(work())


def _stage(name: StageName) -> None:
    config = settings()
    log_for(config, name)
    one_heap()

    async def work() -> None:
        stop = asyncio.Event()
        async with answering(config, (name,)) as health:

            async def opened() -> None:
                async with (
                    open_backends(config, use_store=name != "extract", application=f"newswire {name}") as backends,
                    _tools(config, backends, needed=name not in {"store", "drift"}) as fetch_backends,
                ):
                    pipeline = Pipeline(backends, fetch_backends, stop=stop)
                    settle()
                    async with health.watching(pipeline):
                        await pipeline.run((name,))

            with stop_on_signals(stop):
                # A database that is away when the process starts is waited for like one that goes away later.
                await supervise({name: opened}, stop, clock=SystemClock())

    run_async(work())


@app.command()
def poll() -> None:
    """Run the first stage alone: feeds to entries."""
    _stage("poll")


@app.command()
def extract(
    source: Annotated[
        str | None, typer.Argument(metavar="FILE|URL", help="Print the article of this one page; - is stdin.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="The address that a FILE was saved from.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Print every claim too, and why it lost.")] = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Run the second stage alone: entries to articles. With a FILE or URL: print that one page's article instead."""
    if url is not None and (source is None or "://" in source):
        raise UsageError("--url says where a FILE was saved from: name the file too, or - for stdin")
    if explain and source is None:
        raise UsageError("--explain says where one page's facts were read: name a FILE or a URL too")
    if source is None:
        _stage("extract")
    else:
        run_async(print_article(source, url, explain=explain))


@app.command()
def store() -> None:
    """Run the third stage alone: articles to the deduplicated wire."""
    _stage("store")


@app.command()
def drift() -> None:
    """Run the watch over the sources alone: an alarm when one's pages no longer give what they used to give."""
    _stage("drift")


@app.command()
def websub() -> None:
    """Run the WebSub subscriber alone: a feed is polled at once when its hub announces news."""
    _stage("websub")


@asynccontextmanager
async def _tools(config: Settings, backends: Backends, *, needed: bool) -> AsyncGenerator[FetchBackends | None]:
    if not needed:
        yield None
        return
    async with open_fetch_backends(config, backends.clock) as fetch_backends:
        yield fetch_backends


async def _waiting_without_feeds(backends: Backends) -> int | None:
    """How many entries are on the way where there are no feeds, e.g. after an import; None where there are feeds.

    Raises `UsageError` where there is nothing at all to work on.
    """
    if await backends.feeds.all():
        return None
    balance = await backends.ledger.balance()
    if not balance.found:
        raise UsageError("there is nothing to poll: name feeds (newswire run FEED…) or add some (newswire feeds add)")
    return balance.pending


def _nothing_due(due: datetime, now: datetime) -> str:
    """Say why a run that ends by itself found nothing, and what to do."""
    minutes = max(1, round((due - now) / timedelta(minutes=1)))
    return (
        f"nothing was due, so nobody was asked; the next look is due in {minutes} min. A feed is polled as often as it "
        "publishes: 'newswire feeds set URL --enable' makes it due now, and 'newswire run' polls on until Ctrl-C"
    )
