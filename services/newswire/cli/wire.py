"""newswire wire: where the wire begins and ends, for those who follow it by position."""

import json
import secrets
from dataclasses import asdict
from typing import Annotated

import typer

from newswire.assembly.backends import open_backends
from newswire.assembly.stages import latest_states
from newswire.cli.app import app, emit, run_async, say, settings
from newswire.errors import UsageError
from newswire.operations.fill_latest import fill_latest
from newswire.operations.search_index import fill_index

wire_app = typer.Typer(help="The positions of the wire.", no_args_is_help=True)
app.add_typer(wire_app, name="wire")


@wire_app.command()
def head() -> None:
    """Print the epoch, the next position and the lowest position that is kept, as one JSON object."""

    async def work() -> None:
        async with open_backends(settings()) as backends:
            emit(json.dumps(asdict(await backends.wire.head())))

    run_async(work())


@wire_app.command("begin-epoch")
def begin_epoch() -> None:
    """Make the positions that readers remember invalid. Run it after the database was restored from a backup."""

    async def work() -> None:
        async with open_backends(settings()) as backends:
            emit(json.dumps(asdict(await backends.wire.begin_epoch(secrets.token_hex(4)))))

    run_async(work())


@wire_app.command("fill-search")
def fill_search(
    anew: Annotated[bool, typer.Option("--anew", help="Empty the index first.")] = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Fill the search index now. The stage store fills it, too, while it runs."""

    async def work() -> None:
        async with open_backends(settings()) as backends:
            if anew:
                await backends.search_index.clear()
            await fill_index(backends.search_index)
            say(f"indexed up to position {(await backends.searches.state()).position}")

    run_async(work())


@wire_app.command("fill-latest")
def fill() -> None:
    """Publish the latest state of every stored article: after the topic was switched on, or the log was lost."""

    async def work() -> None:
        async with open_backends(settings()) as backends:
            states = latest_states(backends)
            if states is None:
                raise UsageError("the topic of latest states is switched off: set NEWSWIRE_LATEST__PUBLISH=true")
            say(f"{await fill_latest(backends.standing, states)} articles published")

    run_async(work())
