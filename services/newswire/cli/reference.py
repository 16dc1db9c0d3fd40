"""``python -m newswire.cli.reference`` prints the commands of docs/command-line.md, as the Typer app declares them."""

import re
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Final

import typer
from typer.core import TyperGroup

from newswire.cli.app import app
from newswire.cli.commands import COMMANDS

_REQUIRED: Final = re.compile(r"\{([^{}|]+)\}|\[(\[\w+\])\]")
_LIST: Final = re.compile(r"<list\[(\w+)\]>")


def markdown() -> str:
    """Every command with its usage, its arguments and its options, in the order of `COMMANDS`."""
    for module in dict.fromkeys(COMMANDS.values()):
        import_module(f"newswire.cli.{module}")
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)  # noqa: S101  # an app with several commands is a group
    return "\n\n".join(_sections(root, typer.Context(root, info_name="newswire"), "###"))


def _sections(group: TyperGroup, parent: typer.Context, level: str) -> Iterator[str]:
    """A heading for each command of a group, and below it what its help says; blocks of Markdown."""
    for name, command in group.commands.items():
        context = typer.Context(command, info_name=name, parent=parent)
        yield f"{level} `{context.command_path}`"
        yield "\n\n".join(" ".join(paragraph.split()) for paragraph in (command.help or "").split("\n\n"))
        if isinstance(command, TyperGroup):
            yield from _sections(command, context, f"{level}#")
            continue
        yield f"```text\n{_usage(command.get_usage(context))}\n```"
        records = (parameter.get_help_record(context) for parameter in command.get_params(context))
        rows = [_row(*record) for record in records if record is not None and record[0] != "--help"]
        if rows:
            yield "\n".join(("| argument or option | what it is |", "|---|---|", *rows))


def _usage(usage: str) -> str:
    """Click's usage line, without the braces that mark an argument as required: what is optional has brackets."""
    line = " ".join(usage.removeprefix("Usage: ").split())
    return _REQUIRED.sub(r"\1\2", line)


def _row(names: str, described: str) -> str:
    """One row of the table. ``<list[str]>`` becomes ``<str>``; a bar within a cell is escaped."""
    shown = _LIST.sub(r"<\1>", names)
    return "| `{}` | {} |".format(*(" ".join(cell.split()).replace("|", r"\|") for cell in (shown, described)))


if __name__ == "__main__":
    sys.stdout.write(markdown() + "\n")
