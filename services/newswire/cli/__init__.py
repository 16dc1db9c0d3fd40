"""The command line: one file per group of commands, all of them thin."""

from newswire.cli.app import main

__all__ = ["main"]
