"""newswire move: to another database and another log, with a proof that both ends hold the same."""

import json
import os
import sys
from typing import Annotated
from uuid import uuid4

import typer

from newswire import log as logging
from newswire.assembly.backends import open_backends
from newswire.assembly.moving import open_ends, settings_there
from newswire.cli.app import app, emit, err, run_async, say, settings
from newswire.errors import UsageError
from newswire.operations.moving.move import abort as abort_move
from newswire.operations.moving.move import move as move_store
from newswire.operations.moving.preflight import plan_move
from newswire.operations.wire.book_rows import balance_row
from newswire.settings import Settings

_TO = "The database to move to: a Postgres with the tables of 'newswire migrate' and nothing in them."
_BUS = "The log to work with there: database, or kafka://host:port,host:port. By default as here."
_DRY = "Check both ends and print what would be moved; change nothing."
_ABORT = "Take back a move that is not made: writers go on here. With --to, what was copied is removed there."


@app.command()
def move(
    to: Annotated[str | None, typer.Option(metavar="URL", help=_TO)] = None,
    bus: Annotated[str | None, typer.Option(metavar="BUS", help=_BUS)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_DRY)] = False,  # noqa: FBT002  # Typer's way
    abort: Annotated[bool, typer.Option("--abort", help=_ABORT)] = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Move everything to another database, while every process is kept from writing to this one.

    The same command goes on where it was interrupted. Prints one JSON object.
    """
    here = settings()
    logging.configure(here.log, service="move", terminal=err.is_terminal, stream=sys.stderr)
    if abort:
        run_async(_abort(here, to, bus))
        return
    if to is None:
        raise UsageError("where to? Name the database: newswire move --to postgresql://user@host/name")
    run_async(_move(here, settings_there(os.environ, here, store=to, bus=bus), dry_run=dry_run))


async def _move(here: Settings, there: Settings, *, dry_run: bool) -> None:
    async with open_ends(here, there) as ends:
        where = {"store": ends.target.address, "bus": ends.target.bus_address}
        if dry_run:
            plan = await plan_move(ends)
            emit(json.dumps({**where, "next": plan.step, "rows": plan.rows, "records": plan.records}))
            say("nothing was changed")
            return
        moved = await move_store(ends, uuid4, say)
        books = balance_row(moved.balance) if moved.balance else None
        emit(json.dumps({**where, "rows": moved.rows, "records": moved.records, "books": books}))
        password = ", with the password in the place of ***" if "***" in where["store"] else ""
        say(f"moved: start every process with NEWSWIRE_STORE={where['store']} NEWSWIRE_BUS={where['bus']}{password}")


async def _abort(here: Settings, to: str | None, bus: str | None) -> None:
    if to is not None:
        async with open_ends(here, settings_there(os.environ, here, store=to, bus=bus)) as ends:
            mark = await abort_move(ends.source.movable, ends.target.movable, ends.clock.now())
    else:
        async with open_backends(here, check_schema=False) as backends:
            mark = await abort_move(backends.movable, None, backends.clock.now())
    emit(json.dumps({"store": mark.store, "bus": mark.bus, "aborted": True}))
    say("writers may go on here" + ("" if to else f"; what was copied to {mark.store} stays there until the next move"))
