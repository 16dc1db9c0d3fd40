"""A program that a test asks for a verdict: where it is, or a skip that says how to install it."""

import os
import shutil
from pathlib import Path

from support.required import missing


def tool(name: str, install: str) -> str:
    """The path of a program: that of NEWSWIRE_TEST_<NAME>, else on the path, else where ``go install`` puts it."""
    variable = f"NEWSWIRE_TEST_{name.upper().replace('-', '_')}"
    named = os.environ.get(variable)
    found = named or shutil.which(name) or shutil.which(name, path=str(Path.home() / "go" / "bin"))
    return found or missing(name, f"{install}, or name it by {variable}")
