"""Whether words were only spelled otherwise: a mended typing error, no other word."""

from collections.abc import Sequence
from typing import Final

_SHORTEST: Final = 5
_MOST: Final = 3


def is_respelled(old: Sequence[str], new: Sequence[str], spelled: Sequence[str]) -> bool:
    """Whether each word of ``new`` is that of ``old`` with one typing error mended (``spelled``: as they stand).

    Numbers, names (a capital letter) and short words are never taken for typing errors: "5" for "6", "Smith" for
    "Smyth" and "not" for "now" say something else. Neither is a word that begins otherwise ("moral", "amoral").
    """
    if len(old) != len(new) or len(new) > _MOST or any(word[:1].isupper() for word in spelled):
        return False
    return all(word == other or _one_slip(word, other) for word, other in zip(old, new, strict=True))


def _one_slip(word: str, other: str) -> bool:
    """Damerau-Levenshtein distance 1, the first letters being equal."""
    if min(len(word), len(other)) < _SHORTEST or not (word + other).isalpha() or word[0] != other[0]:
        return False
    if len(word) == len(other):
        wrong = [at for at in range(len(word)) if word[at] != other[at]]
        swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1 and word[wrong[0]] == other[wrong[1]]
        return len(wrong) == 1 or (swapped and word[wrong[1]] == other[wrong[0]])
    shorter, longer = sorted((word, other), key=len)
    if len(longer) - len(shorter) != 1:
        return False
    at = next((place for place in range(len(shorter)) if shorter[place] != longer[place]), len(shorter))
    return shorter[at:] == longer[at + 1 :]
