"""newswire migrate, schemas, doctor: set newswire up, and examine the set-up."""

import json
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from newswire import log as logging
from newswire.assembly.backends import open_backends
from newswire.assembly.installation import cluster, installation
from newswire.cli.app import WRONG, app, emit, err, run_async, say, settings
from newswire.contracts.schema import export
from newswire.errors import UsageError
from newswire.operations.doctor import examine

schemas_app = typer.Typer(help="The published contracts.", no_args_is_help=True)
app.add_typer(schemas_app, name="schemas")


@schemas_app.command("export")
def export_(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Created when missing.")] = Path("schemas"),
) -> None:
    """Write the JSON Schemas, the AsyncAPI and OpenAPI documents, the SQL views and new examples into a folder."""
    from newswire.serve.api.export import export as export_openapi  # noqa: PLC0415  # FastAPI is slow to import

    try:
        export(folder)
        export_openapi(folder)
    except OSError as error:
        raise UsageError(f"cannot write to {folder}: {error.strerror}") from error
    say(f"written to {folder}")


@app.command()
def migrate(
    *,
    finish: Annotated[
        bool,
        typer.Option(
            "--finish", help="Every process runs this version now: let no older one start, and use what it cannot read."
        ),
    ] = False,
) -> None:
    """Bring the database's schema to this version."""
    config = settings()
    logging.configure(config.log, service="migrate", terminal=err.is_terminal, stream=sys.stderr)

    async def work() -> None:
        async with open_backends(config, check_schema=False, application="newswire migrate") as backends:
            if finish:
                say(f"schema {await backends.schema.finish()}: no older newswire starts on it any more")
                return
            before, after = await backends.schema.migrate()
            say(f"schema {after}" if before == after else f"schema {before or 'created'} -> {after}")
            if before not in {None, after}:
                say("when every process runs this version: newswire migrate --finish")

    run_async(work())


@app.command()
def doctor() -> None:
    """Say what is wrong with this set-up. One JSON object per check, with advice; exit with 1 when one is not ok."""

    async def work() -> bool:
        config = settings()
        open_store = partial(open_backends, config, check_schema=False)
        checks = [check async for check in examine(installation(config), cluster(config), open_store)]
        for check in checks:
            emit(json.dumps(asdict(check), ensure_ascii=False))
        return all(check.ok for check in checks)

    if not run_async(work()):
        raise typer.Exit(WRONG)
