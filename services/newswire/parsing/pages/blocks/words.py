"""A text's words, as the classifier reads them."""

import re
from typing import Final

_WORD: Final = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """The words of a text, lower case."""
    return _WORD.findall(text.lower())
