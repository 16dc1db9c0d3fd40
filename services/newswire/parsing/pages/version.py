"""The version of the extraction. It is read without the parsers, for the process that hands pages out to workers."""

from functools import cache
from importlib.resources import files


@cache
def version() -> str:
    """The version of the extraction: another one wherever the same page may give another text."""
    with files("newswire.parsing.pages.blocks").joinpath("weights.txt").open(encoding="ascii") as weights:
        return weights.readline().rstrip("\n")
