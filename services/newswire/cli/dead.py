"""newswire dead: the records that could not be used."""

import json
from typing import Annotated
from uuid import UUID

import typer

from newswire.assembly.backends import open_backends
from newswire.cli.app import app, emit, run_async, say, settings
from newswire.cli.lists import emit_each
from newswire.errors import UsageError
from newswire.operations.dead_letters import dead_letter, retry_all, retry_named
from newswire.operations.wire.book_rows import dead_row

dead_app = typer.Typer(help="Dead letters: list, show, send again.", no_args_is_help=True)
app.add_typer(dead_app, name="dead")


@dead_app.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="List those that were sent again too.")] = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Print dead letters, one JSON object per line, oldest first."""

    async def work() -> None:
        async with open_backends(settings()) as backends:
            letters = backends.ledger.dead(retried=everything)
            lines = (json.dumps(dead_row(line), ensure_ascii=False) async for line in letters)
            await emit_each(
                lines, none="no dead letters" + ("" if everything else ", apart from those that were sent again")
            )

    run_async(work())


@dead_app.command()
def show(letter_id: Annotated[str, typer.Argument(metavar="ID", help="As 'newswire dead list' shows it.")]) -> None:
    """Print one dead letter whole, with the original record."""

    async def work() -> None:
        async with open_backends(settings()) as backends:
            line = await dead_letter(backends.ledger, _id(letter_id))
            emit(line.letter.model_dump_json(indent=2))

    run_async(work())


@dead_app.command()
def retry(
    letter_ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="As 'newswire dead list' shows it; one or more.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Send all with this reason.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Send all that were not sent again yet.")] = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Send dead letters again: those that are named, those with one reason, or all."""
    wanted = dict.fromkeys(_id(text) for text in letter_ids or ())
    if [bool(wanted), reason is not None, everything].count(True) != 1:
        raise UsageError("name dead letters by id, or say --reason WORD, or --all: one of the three")

    async def work() -> None:
        async with open_backends(settings()) as backends:
            ports = (backends.ledger, backends.bus, backends.clock)
            sent = await (retry_named(wanted, *ports) if wanted else retry_all(*ports, reason=reason))
            say(f"{sent} sent again" + ("; 'newswire run' or its stage takes them from there" if sent else ""))

    run_async(work())


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a dead letter's id: 'newswire dead list' shows them") from None
