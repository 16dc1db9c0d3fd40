"""newswire dead: what could not be used."""

import json
from typing import Annotated, Final
from uuid import UUID

import typer

from newswire.assembly.parts import open_parts
from newswire.cli.app import app, emit, run_async, say, settings
from newswire.errors import UsageError
from newswire.ports import DeadLine
from newswire.stages.failures import replay_message

_AT_ONCE: Final = 100

dead_app = typer.Typer(help="Dead letters: list, show, send again.", no_args_is_help=True)
app.add_typer(dead_app, name="dead")


@dead_app.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Those that were sent again too.")] = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Print dead letters, a JSON object a line, oldest first."""

    async def work() -> None:
        async with open_parts(settings()) as parts:
            async for line in parts.ledger.dead(retried=everything):
                emit(json.dumps(_row(line), ensure_ascii=False))

    run_async(work())


@dead_app.command()
def show(letter_id: Annotated[str, typer.Argument(metavar="ID", help="As 'newswire dead list' shows it.")]) -> None:
    """Print one dead letter whole, with the original record."""

    async def work() -> None:
        async with open_parts(settings()) as parts:
            line = await parts.ledger.dead_letter(_id(letter_id))
            if line is None:
                raise UsageError(f"no dead letter {letter_id}: 'newswire dead list' shows them")
            emit(line.letter.model_dump_json(indent=2))

    run_async(work())


@dead_app.command()
def retry(
    letter_ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="As 'newswire dead list' shows it; one or more.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="All with this reason.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that were not sent again yet.")] = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Send dead letters again: those named, those of one reason, or all."""
    wanted = dict.fromkeys(_id(text) for text in letter_ids or ())
    if [bool(wanted), reason is not None, everything].count(True) != 1:
        raise UsageError("name dead letters by id, or say --reason WORD, or --all: one of the three")

    async def work() -> None:
        async with open_parts(settings()) as parts:
            chosen: list[DeadLine] = []
            if wanted:
                for letter_id in wanted:
                    line = await parts.ledger.dead_letter(letter_id)
                    if line is None:
                        raise UsageError(f"no dead letter {letter_id}: 'newswire dead list' shows them")
                    chosen.append(line)
            else:
                chosen = [line async for line in parts.ledger.dead() if reason in {None, line.letter.reason}]
            for at in range(0, len(chosen), _AT_ONCE):
                lines = chosen[at : at + _AT_ONCE]
                # Noted once it is durable: a crash in between costs copies, under the same ids, and no record.
                await parts.bus.publish([replay_message(line.letter) for line in lines])
                for line in lines:
                    await parts.ledger.mark_retried(line.letter.id, parts.clock.now())
            say(f"{len(chosen)} sent again" + ("; 'newswire run' or its stage takes them from there" if chosen else ""))

    run_async(work())


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a dead letter's id: 'newswire dead list' shows them") from None


def _row(line: DeadLine) -> dict[str, object]:
    letter = line.letter
    return {
        "id": str(letter.id),
        "failed_at": letter.failed_at.isoformat(),
        "stage": letter.stage,
        "reason": letter.reason,
        "message": letter.message,
        "attempts": letter.attempts,
        "url": letter.url,
        "topic": letter.topic,
        "retried_at": line.retried_at.isoformat() if line.retried_at else None,
    }
