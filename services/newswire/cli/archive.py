"""newswire archive: the retention of the raw pages, by hand, and their daily merge."""

import json
from datetime import timedelta
from typing import Annotated

import typer

from newswire.assembly.backends import open_backends
from newswire.cli.app import MOST_DAYS, app, emit, run_async, say, settings
from newswire.cli.logs import log_for
from newswire.errors import UsageError
from newswire.operations.drop_pages import drop_pages
from newswire.operations.merge_pages import merge_pages

NO_ARCHIVE = "no pages are archived: set NEWSWIRE_ARCHIVE__URL to a folder or to s3://bucket/prefix"

archive_app = typer.Typer(help="The archive of raw pages.", no_args_is_help=True)
app.add_typer(archive_app, name="archive")


@archive_app.command()
def prune(
    keep_days: Annotated[
        int | None, typer.Option(min=1, max=MOST_DAYS, help="Days to keep; by default NEWSWIRE_ARCHIVE__KEEP_DAYS.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Delete nothing; say what would go.")] = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Delete archived pages that are older than so many days. Where the setting is set, `store` does it every hour."""
    config = settings()
    log_for(config, "archive")
    days = keep_days or config.archive.keep_days
    if days is None:
        raise UsageError("pages are kept for ever: give --keep-days, or set NEWSWIRE_ARCHIVE__KEEP_DAYS")

    async def work() -> None:
        async with open_backends(config, use_store=False, archive_may_be_new=False) as backends:
            if backends.archive is None:
                raise UsageError(NO_ARCHIVE)
            found = await drop_pages(backends.archive, days, backends.clock.now(), pretend=dry_run)
            emit(json.dumps({"days": [day.isoformat() for day in found.days], "files": found.files}))
            say(f"{found.files} files of {len(found.days)} days {'would be' if dry_run else 'were'} deleted")

    run_async(work())


@archive_app.command()
def merge(
    days: Annotated[
        int, typer.Option(min=1, max=MOST_DAYS, help="Look at files whose pages were fetched within so many days.")
    ] = 7,
) -> None:
    """Merge the small files of each hour into files of up to 64 MB. Run it daily, one at a time."""
    config = settings()
    log_for(config, "archive")

    async def work() -> None:
        async with open_backends(config, use_store=False, archive_may_be_new=False) as backends:
            if backends.archive is None:
                raise UsageError(NO_ARCHIVE)
            now = backends.clock.now()
            gone = await merge_pages(backends.archive, (now - timedelta(days=days)).date(), now)
            emit(json.dumps({"files": gone}))
            say(f"{gone} files were merged into others")

    run_async(work())
