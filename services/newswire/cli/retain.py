"""newswire retain: what is kept of the past, by hand."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

import typer

from newswire.assembly.backends import Backends, open_backends
from newswire.cli.app import app, emit, run_async, say, settings
from newswire.cli.logs import log_for
from newswire.errors import UsageError
from newswire.operations.fold_ledger import fold_ledger
from newswire.operations.split_changes import split_changes

_SAY_EVERY = 100_000


@app.command()
def retain(
    ledger_days: Annotated[
        int | None, typer.Option(min=1, help="Fold lines that are older; by default NEWSWIRE_RETAIN__LEDGER_DAYS.")
    ] = None,
    texts_once: Annotated[  # noqa: FBT002  # Typer's way
        bool,
        typer.Option(
            "--texts-once", help="Store the texts of older changes once, too; fold only where --ledger-days is given."
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; say what would be done.")] = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Fold old lines of the ledger: count them into totals, and delete the lines of re-checks. Store texts once.

    The audit says the same before, between and after the steps. What a poll asks for stays: each entry in each of its
    forms. `store` does this every hour, a part at a time; this command goes on to the end. It may be interrupted.
    """
    config = settings()
    log_for(config, "retain")
    days = ledger_days or (0 if texts_once else config.retain.ledger_days)
    if not days and not texts_once:
        raise UsageError("the ledger is kept line by line: give --ledger-days, or set NEWSWIRE_RETAIN__LEDGER_DAYS")

    async def work() -> None:
        async with open_backends(config) as backends:
            if texts_once:
                await _split(backends, dry=dry_run)
            if days:
                await (_count(backends, days) if dry_run else _fold(backends, days))

    run_async(work())


async def _count(backends: Backends, days: int) -> None:
    until = backends.clock.now() - timedelta(days=days)
    found = await backends.ledger_fold.foldable(until)
    emit(json.dumps({"until": until.isoformat(), "lines": found.lines, "rechecks": found.rechecks}))
    say(f"{found.lines} lines at most would be folded; the {found.rechecks} re-checks among them would lose their line")


async def _split(backends: Backends, *, dry: bool) -> None:
    passed = _sometimes("changes split so far")
    found = await split_changes(backends.whole_changes, backends.clock, dry=dry, passed=passed)
    emit(json.dumps({"changes": found.split, "bytes": found.saved}))
    would = "would be" if dry else "are"
    say(f"{found.split} changes {would} stored without their article from now on: {found.saved} bytes of JSON less")


def _sometimes(what: str) -> Callable[[int], None]:
    """Say a growing number from time to time."""
    said = 0

    def passed(number: int) -> None:
        nonlocal said
        if number - said >= _SAY_EVERY:
            said = number
            say(f"{number} {what}")

    return passed


async def _fold(backends: Backends, days: int) -> None:
    passed = _sometimes("lines folded so far")
    folded = await fold_ledger(backends.ledger_fold, backends.clock, days, passed=passed)
    emit(json.dumps({"lines": folded.lines, "deleted": folded.deleted}))
    say(f"{folded.lines} lines were folded; {folded.deleted} of them were re-checks that lost their line")
