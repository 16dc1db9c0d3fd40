"""Secrets from a person or a file: never from the arguments, which every process on the machine can read."""

import sys
from pathlib import Path

import typer

from newswire.errors import UsageError


def secret(what: str, file: Path | None = None) -> str:
    """A secret: the first line of ``file`` (``-`` is stdin), asked for on a terminal, or else a line of stdin.

    Raises `UsageError` where the file cannot be read or there is nothing in it.
    """
    if file is not None and str(file) != "-":
        try:
            lines = file.read_text().splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"cannot read {file}: {error.__class__.__name__}") from error
        value = lines[0] if lines else ""
    elif file is None and sys.stdin.isatty():
        value = typer.prompt(what, hide_input=True, err=True)
    else:
        value = sys.stdin.readline().rstrip("\r\n")
    if not value:
        raise UsageError(f"{what}: it is empty")
    return str(value)
