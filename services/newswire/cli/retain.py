"""newswire retain: what is kept of the past, by hand."""

import json
from datetime import timedelta
from typing import Annotated

import typer

from newswire.assembly.backends import Backends, open_backends
from newswire.cli.app import app, emit, run_async, say, settings
from newswire.cli.logs import log_for
from newswire.errors import UsageError
from newswire.operations.fold_ledger import fold_ledger

_SAY_EVERY = 100_000


@app.command()
def retain(
    ledger_days: Annotated[
        int | None, typer.Option(min=1, help="Fold lines that are older; by default NEWSWIRE_RETAIN__LEDGER_DAYS.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; say what would be folded.")] = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Fold old lines of the ledger: count them into totals, and delete the lines of re-checks.

    The audit says the same before, between and after the steps. What a poll asks for stays: each entry in each of its
    forms. `store` does this every hour, a part at a time; this command goes on to the end. It may be interrupted.
    """
    config = settings()
    log_for(config, "retain")
    days = ledger_days or config.retain.ledger_days
    if not days:
        raise UsageError("the ledger is kept line by line: give --ledger-days, or set NEWSWIRE_RETAIN__LEDGER_DAYS")

    async def work() -> None:
        async with open_backends(config) as backends:
            await (_count(backends, days) if dry_run else _fold(backends, days))

    run_async(work())


async def _count(backends: Backends, days: int) -> None:
    until = backends.clock.now() - timedelta(days=days)
    found = await backends.ledger_fold.foldable(until)
    emit(json.dumps({"until": until.isoformat(), "lines": found.lines, "rechecks": found.rechecks}))
    say(f"{found.lines} lines would be folded; {found.rechecks} of them are re-checks, which would lose their line")


async def _fold(backends: Backends, days: int) -> None:
    said = 0

    def passed(lines: int) -> None:
        nonlocal said
        if lines - said >= _SAY_EVERY:
            said = lines
            say(f"{lines} lines folded so far")

    folded = await fold_ledger(backends.ledger_fold, backends.clock, days, passed=passed)
    emit(json.dumps({"lines": folded.lines, "deleted": folded.deleted}))
    say(f"{folded.lines} lines were folded; {folded.deleted} of them were re-checks that lost their line")
