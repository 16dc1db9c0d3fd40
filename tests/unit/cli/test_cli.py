"""The command line's frame: which module is loaded for what."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from newswire import cli
from newswire.cli import app as frame
from newswire.cli.commands import COMMANDS

HEAVY = ("sqlalchemy", "aiohttp", "trafilatura", "newswire.assembly.backends")
"""Of what does the work."""
FETCHING = ("aiohttp", "trafilatura", "pebble")
"""What only those need that ask the web."""


def test_every_command_is_found_in_the_module_that_the_table_names():
    frame._load([])
    defined = {
        (info.name or info.callback.__name__.rstrip("_")): info.callback.__module__
        for info in frame.app.registered_commands
    } | {
        group.name: group.typer_instance.registered_commands[0].callback.__module__
        for group in frame.app.registered_groups
    }
    assert defined == {name: f"newswire.cli.{module}" for name, module in COMMANDS.items()}


def test_every_module_with_commands_is_in_the_table():
    for path in Path(cli.__file__).parent.glob("*.py"):
        if path.stem != "app" and any(
            ast.unparse(node).startswith(("app.command(", "app.add_typer("))
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call)
        ):
            assert path.stem in COMMANDS.values()


def test_the_version_is_told_without_loading_what_does_the_work():
    told = "import sys; sys.argv[1:] = ['--version']\ntry: main()\nexcept SystemExit: pass\nprint(*sys.modules)"
    code = f"from newswire.cli import main; {told}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert not {name for name in HEAVY if name in done.stdout.split()}


@pytest.mark.parametrize("command", ["articles", "dead", "doctor", "topics"])
def test_a_command_that_needs_the_store_alone_loads_nothing_that_fetches_and_keeps_its_modules_from_the_collector(
    command,
):
    code = f"import gc, sys; from newswire.cli import app; app._load(['{command}']); print(gc.get_freeze_count())"
    code += "; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    kept, modules = done.stdout.splitlines()
    assert int(kept) > 50_000
    assert not {name for name in FETCHING if name in modules.split()}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_says_in_its_help_what_each_argument_and_option_is(command):
    frame._load([])
    for group in [typer.main.get_command(frame.app).commands[command]]:
        for one in [group, *getattr(group, "commands", {}).values()]:
            assert one.help
            assert [parameter.name for parameter in one.params if not parameter.help] == []
