"""The vote of another extractor, where the classifier is unsure: blocks that stand in its text gain, others lose."""

from collections.abc import Sequence
from typing import Final

from newswire.parsing.pages.blocks.model import shifted
from newswire.parsing.pages.blocks.place import Block
from newswire.parsing.pages.blocks.words import triples, words_of

_VOTE: Final = 1.5
"""What the vote adds to, or takes from, the log-odds of a block. The figure is from folds by site."""
_RUN: Final = 3


def with_vote(blocks: Sequence[Block], likely: Sequence[float], text: str) -> list[float]:
    """For each block the probability that it belongs to the article, after the vote of the extractor's ``text``."""
    shares = _shares_in(blocks, text)
    return [shifted(each, _VOTE * (2 * share - 1)) for each, share in zip(likely, shares, strict=True)]


def _shares_in(blocks: Sequence[Block], text: str) -> list[float]:
    """For each block the share of its runs of three words that ``text`` has.

    A block of fewer words, such as a cell, has no run of its own: ``text`` has it as a line, or half of the runs across
    its borders.
    """
    known = set(triples(words_of(text)))
    lines = {" ".join(words_of(line)) for line in text.split("\n")}
    has = [run in known for run in triples([word for block in blocks for word in block.words])]
    found = []
    at = 0
    for block in blocks:
        size = len(block.words)
        if size < _RUN:
            across = has[max(0, at - _RUN + 1) : at + size]
            whole = " ".join(block.words) in lines
            found.append(float(whole or sum(across) >= max(1, len(across) // 2)))
        else:
            own = has[at : at + size - _RUN + 1]
            found.append(sum(own) / len(own))
        at += size
    return found
