"""newswire import: articles from a file of lines, or pages from a WARC file."""

import json
from pathlib import Path
from typing import Annotated

import typer

from newswire.assembly.backends import open_backends, open_fetch_backends
from newswire.assembly.operations import import_ports
from newswire.cli.app import WRONG, app, emit, run_async, say, settings
from newswire.cli.import_mark import ImportMark
from newswire.cli.logs import log_for
from newswire.errors import UsageError
from newswire.operations.import_articles import import_lines, read_lines
from newswire.operations.import_pages import ImportReport, import_pages
from newswire.settings import Settings

_NEXT = "'newswire run --once' or the store stage takes them from there"


@app.command("import")
def import_(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="Lines as UTF-8, or a WARC file whose name ends in .warc.gz.")
    ],
) -> None:
    """Put articles from elsewhere onto the wire.

    From lines: a JSON object each, with at least url, title, text and published; all are checked before any is
    imported. From a WARC file (.warc.gz), newswire's own or another archive's: the article of each page with status
    200. Records that cannot be read are named and passed over; the exit code is then 1. After an interruption the same
    command goes on where it was.
    """
    if path.suffix == ".warc":
        raise UsageError(f"{path} is not compressed: 'warcio recompress {path} {path}.gz' makes what can be imported")
    config = settings()
    try:
        if path.name.endswith(".warc.gz"):
            log_for(config, "import")
            report = run_async(_pages(path, config))
            if report.faults:
                raise typer.Exit(WRONG)
        else:
            count = run_async(_lines(path, config))
            say(f"{count} articles put on the line; {_NEXT}")
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error


async def _lines(path: Path, config: Settings) -> int:
    async with open_backends(config) as backends:
        with path.open("rb") as file:
            sum(1 for _ in read_lines(file, path.name))  # all or nothing: the last line may be the bad one
            file.seek(0)
            lines = read_lines(file, path.name)
            return await import_lines(lines, path.name, backends.entries, backends.bus, backends.clock)


async def _pages(path: Path, config: Settings) -> ImportReport:
    from newswire.adapters.archive.warc_file import warc_records  # noqa: PLC0415  # an optional dependency

    with path.open("rb") as file:
        mark = ImportMark(config.data_dir, path, file)
        if mark.offset:
            say(f"going on at byte {mark.offset:,}, where an earlier import of {path.name} was interrupted")
        async with (
            open_backends(config) as backends,
            open_fetch_backends(config, backends.clock) as fetch_backends,
        ):
            records = warc_records(file, mark.offset, config.fetch.page_max_bytes)
            ports = import_ports(backends, fetch_backends)
            report = await import_pages(records, path.name, ports, mark.move)
    mark.remove()
    for offset, fault in report.faults:
        say(f"{path.name}, byte {offset:,}: {fault}: passed over")
    emit(json.dumps(dict(sorted(report.outcomes.items()))))
    say(f"{report.outcomes['imported']} articles put on the line; {_NEXT}")
    return report
