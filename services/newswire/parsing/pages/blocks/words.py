"""A text's words, as the classifier reads them."""

import re
from typing import Final

_WORD: Final = re.compile(r"\w+")


def triples(words: list[str]) -> list[tuple[str, ...]]:
    """The runs of three words, in order, by which texts are compared."""
    return list(zip(words, words[1:], words[2:], strict=False))


def words_of(text: str) -> list[str]:
    """The words of a text, lower case."""
    return _WORD.findall(text.lower())
