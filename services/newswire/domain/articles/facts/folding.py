"""The form in which titles and names are compared."""

from functools import lru_cache
from typing import Final

from newswire.domain.text.fingerprint import tokens

_LONGEST: Final = 1_000


@lru_cache(maxsize=4_096)
def folded(text: str) -> str:
    """The words of a title or a name, of its first 1,000 characters.

    The forms are remembered, since the claims of one page are compared many times.
    """
    return " ".join(tokens(text[:_LONGEST]))
