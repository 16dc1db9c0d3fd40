"""The classifier: boosted decision trees, read from a text file beside this module.

``weights.txt`` is written by ``tests/training/train_blocks.py``. It begins with the names of the columns, so that
weights that were trained on other features are refused. A line is a node: a split (``column threshold left right``,
where a value up to the threshold goes left) or a leaf (``= value``, in ten thousandths of a log-odds). Nodes are
numbered from 0 over the whole file; ``tree`` begins a tree.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from newswire.parsing.pages.blocks.features import NAMES, Matrix

SCALE: Final = 10_000.0
"""Leaves are whole numbers of this fraction: sums of them do not depend on their order."""


@dataclass(frozen=True, slots=True)
class Trees:
    """All trees as arrays over their nodes. A leaf leads to itself."""

    roots: NDArray[np.intp]
    columns: NDArray[np.intp]
    thresholds: Matrix
    below: NDArray[np.intp]
    """The two nodes that each node leads to: the left one at twice its number, the right one behind it."""
    values: NDArray[np.int32]
    depth: int


@cache
def trees() -> Trees:
    """The trees of the file beside this module, read once a process."""
    return read(files("newswire.parsing.pages.blocks").joinpath("weights.txt").read_text("ascii"))


def read(text: str) -> Trees:
    """The trees of a file; raises ValueError for other columns than `NAMES` or for a line that is no node."""
    _, columns, *lines = text.splitlines()
    if columns.split() != list(NAMES):
        raise ValueError("the weights were trained on other features: train them anew")
    roots: list[int] = []
    nodes: list[tuple[int, float, int, int, int]] = []
    for line in lines:
        number = len(nodes)
        match line.split():
            case ["tree"]:
                roots.append(number)
            case ["=", value]:
                nodes.append((0, 0.0, number, number, int(value)))
            case [column, threshold, left, right]:
                nodes.append((int(column), float(threshold), int(left), int(right), 0))
            case _:
                raise ValueError(f"no node: {line!r}")
    split, threshold_of, left_of, right_of, value_of = zip(*nodes, strict=True)
    return Trees(
        roots=np.array(roots, dtype=np.intp),
        columns=np.array(split, dtype=np.intp),
        thresholds=np.array(threshold_of, dtype=np.float32),
        below=np.stack([left_of, right_of], axis=1).astype(np.intp).ravel(),
        values=np.array(value_of, dtype=np.int32),
        depth=_depth(roots, nodes),
    )


def _depth(roots: list[int], nodes: list[tuple[int, float, int, int, int]]) -> int:
    level, depth = set(roots), 0
    while following := {child for node in level for child in nodes[node][2:4] if child != node}:
        level, depth = following, depth + 1
    return depth


def probabilities(rows: Matrix, known: Trees | None = None) -> Any:
    """For each row of `features` the probability that its block belongs to the article: an array of floats.

    ``known`` are the trees that judge; without them those of the file beside this module do.
    """
    known = known or trees()
    at = np.tile(known.roots, (len(rows), 1))
    values = np.ascontiguousarray(rows).ravel()
    begin = np.arange(len(rows))[:, None] * len(NAMES)
    for _ in range(known.depth):
        high = values.take(begin + known.columns.take(at)) > known.thresholds.take(at)
        at = known.below.take(2 * at + high)
    odds = known.values.take(at).sum(axis=1) / SCALE
    return 1.0 / (1.0 + np.exp(-odds))


def shifted(probability: float, odds: float) -> float:
    """A probability after so much was added to its log-odds."""
    ratio = probability / max(1e-9, 1 - probability) * exp(odds)
    return ratio / (1 + ratio)
