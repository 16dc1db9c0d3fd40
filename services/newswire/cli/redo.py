"""newswire redo: extraction over the archived pages again."""

import json
from contextlib import closing
from datetime import datetime
from typing import Annotated

import typer

from newswire.assembly.backends import open_backends, open_fetch_backends
from newswire.assembly.operations import redo_ports
from newswire.assembly.stages import latest_states
from newswire.cli.app import app, emit, run_async, say, settings
from newswire.cli.archive import NO_ARCHIVE
from newswire.cli.logs import log_for
from newswire.cli.since import moment
from newswire.errors import UsageError
from newswire.operations.redo.redo import Redo


@app.command()
def redo(
    since: Annotated[str, typer.Option(help="Pages that were fetched from then on: a time, or an age as 2h or 30d.")],
    source: Annotated[list[str] | None, typer.Option(help="A site's domain; the option may be repeated.")] = None,
    samples: Annotated[int, typer.Option(min=0, help="How many differences to print.")] = 20,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the difference, and change nothing.")] = False,  # noqa: FBT002  # Typer's way
) -> None:
    """Extract archived pages again with this version, print what differs, and publish that as revisions.

    Each article is read from the page that its stored text was made of, so no newer fetch is overwritten. The first
    lines are differences, the last one counts. After an interruption run it again: what is done is not done twice.
    """
    config = settings()
    log_for(config, "redo")

    async def work() -> None:
        async with (
            open_backends(config, archive_may_be_new=False) as backends,
            open_fetch_backends(config, backends.clock) as fetch_backends,
        ):
            if backends.archive is None:
                raise UsageError(NO_ARCHIVE)
            now = backends.clock.now()
            ports = redo_ports(backends, fetch_backends, backends.archive, latest_states(backends))
            with closing(Redo(ports, samples=samples)) as run:
                await run.compare(moment(since, now) or now, now, frozenset(source or ()), _HourSaid())
                for shown in run.report.shown:
                    emit(json.dumps(shown, ensure_ascii=False))
                emit(json.dumps(run.report.counts()), now=True)
                if dry_run:
                    say("nothing was changed: without --dry-run, what differs is published")
                    return
                say(f"{await run.publish()} articles put onto the wire")

    run_async(work())


class _HourSaid:
    """Says once an hour of the archive how far the comparison is: from there an interrupted one can go on."""

    def __init__(self) -> None:
        self._hour = ""

    def __call__(self, at: datetime) -> None:
        hour = at.strftime("%Y-%m-%dT%H:00:00Z")
        if hour != self._hour:
            self._hour = hour
            say(f"compared until {hour}")
