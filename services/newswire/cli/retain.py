"""newswire retain: what is kept of the past, by hand."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

import typer

from newswire.assembly.backends import Backends, open_backends
from newswire.cli.app import MOST_DAYS, app, emit, run_async, say, settings
from newswire.cli.logs import log_for
from newswire.errors import UsageError
from newswire.operations.drop_old import drop_letters, drop_texts
from newswire.operations.fold_ledger import fold_ledger
from newswire.operations.split_changes import split_changes

_SAY_EVERY = 100_000
_SETTINGS = "NEWSWIRE_RETAIN__LEDGER_DAYS, …__TEXT_DAYS or …__DEAD_LETTER_DAYS"
_LEDGER = "Fold lines of the ledger that are older: count them into totals, and delete those of re-checks."
_TEXTS = "Drop texts of articles that are older, unless a feed still shows the article or it is to be looked at again."
_LETTERS = "Delete dead letters that failed, or were last sent again, longer ago: they cannot be sent again any more."
_ONCE = "Store the texts of older changes once, too."


@app.command()
def retain(
    ledger_days: Annotated[int | None, typer.Option(min=1, max=MOST_DAYS, help=_LEDGER)] = None,
    text_days: Annotated[int | None, typer.Option(min=1, max=MOST_DAYS, help=_TEXTS)] = None,
    dead_letter_days: Annotated[int | None, typer.Option(min=1, max=MOST_DAYS, help=_LETTERS)] = None,
    texts_once: Annotated[bool, typer.Option("--texts-once", help=_ONCE)] = False,  # noqa: FBT002  # Typer's way
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; say what would be done.")] = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Fold old lines of the ledger, drop old texts and dead letters, store texts once.

    Without an option of days, and without --texts-once, it does what the settings NEWSWIRE_RETAIN__… want; else what
    is named. The audit says the same before, between and after the steps, and what a feed still shows never comes
    again as new. `store` does the same every hour by the settings, a part at a time; this command goes on to the end.
    It may be interrupted. Prints one JSON object for each kind of work.
    """
    config = settings()
    log_for(config, "retain")
    if (ledger_days, text_days, dead_letter_days, texts_once) == (None, None, None, False):
        wanted = config.retain
        ledger_days, text_days, dead_letter_days = wanted.ledger_days, wanted.text_days, wanted.dead_letter_days
        if not (ledger_days or text_days or dead_letter_days):
            raise UsageError(
                f"everything is kept: give --ledger-days, --text-days or --dead-letter-days, or set {_SETTINGS}"
            )

    async def work() -> None:
        async with open_backends(config) as backends:
            if texts_once:
                await _split(backends, dry=dry_run)
            if ledger_days:
                await (_count(backends, ledger_days) if dry_run else _fold(backends, ledger_days))
            if text_days:
                await _drop_texts(backends, text_days, dry=dry_run)
            if dead_letter_days:
                await _drop_letters(backends, dead_letter_days, dry=dry_run)

    run_async(work())


async def _count(backends: Backends, days: int) -> None:
    until = backends.clock.now() - timedelta(days=days)
    found = await backends.ledger_fold.foldable(until)
    emit(json.dumps({"until": until.isoformat(), "lines": found.lines, "rechecks": found.rechecks}))
    say(f"{found.lines} lines at most would be folded; the {found.rechecks} re-checks among them would lose their line")


async def _fold(backends: Backends, days: int) -> None:
    passed = _sometimes("lines folded so far")
    folded = await fold_ledger(backends.ledger_fold, backends.clock, days, passed=passed)
    emit(json.dumps({"lines": folded.lines, "deleted": folded.deleted}))
    say(f"{folded.lines} lines were folded; {folded.deleted} of them were re-checks that lost their line")


async def _drop_texts(backends: Backends, days: int, *, dry: bool) -> None:
    passed = _sometimes("texts dropped so far")
    found = await drop_texts(backends.retention, backends.clock, days, dry=dry, passed=passed)
    emit(json.dumps({"texts": found.texts, "size": found.size, "kept": found.kept}))
    were = "would be" if dry else "were"
    say(f"{found.texts} texts {were} dropped ({found.size} bytes)")
    say(f"{found.kept} old texts stay: a feed still shows their article, or it is to be looked at again")


async def _drop_letters(backends: Backends, days: int, *, dry: bool) -> None:
    gone = await drop_letters(backends.retention, backends.clock, days, dry=dry)
    emit(json.dumps({"letters": gone.letters, "unsent": gone.unsent}))
    were = "would be" if dry else "were"
    say(f"{gone.letters} dead letters {were} deleted; nobody had sent {gone.unsent} of them again")


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
