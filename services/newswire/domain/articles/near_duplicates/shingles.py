"""Shingles: every four codes in a row, packed into one integer of 64 bits; and the keys made of them.

The keys are the smallest hashes of a text's shingles (bottom-k sampling, Cohen and Kaplan 2007). A text that holds a
fraction ``c`` of another's shingles shares about ``KEYS * c`` of its keys, however much longer it is.
"""

from array import array
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from newswire.domain.text.word_codes import CAPITAL

LENGTH: Final = 4
KEYS: Final = 16

_CODE_BYTES: Final = 2
_REMEMBERED: Final = 512
"""A text is compared with several others, one soon after the other."""
_PATTERN: Final = CAPITAL | CAPITAL << 16 | CAPITAL << 32 | CAPITAL << 48
_NO_CAPITALS: Final = _PATTERN ^ 0xFFFF_FFFF_FFFF_FFFF
_MULTIPLIER: Final = 0x9E37_79B9_7F4A_7C15
"""2^64 divided by the golden ratio: multiply-shift hashing (Dietzfelbinger et al. 1997)."""
_HASH: Final = 0xFFFF_FFFF_FFFF_FFFF


def shingles(values: "array[int]") -> Sequence[int]:
    """The shingles of word codes, in their order; capitals make no difference. Fewer than four codes have none."""
    return _shingles(values.tobytes())


@lru_cache(maxsize=_REMEMBERED)
def _shingles(data: bytes) -> tuple[int, ...]:
    length = len(data) // _CODE_BYTES
    count = length - LENGTH + 1
    if count < 1:
        return ()
    found = [0] * count
    for start in range(LENGTH):
        whole = (length - start) // LENGTH
        window = data[_CODE_BYTES * start : _CODE_BYTES * (start + whole * LENGTH)]
        found[start::LENGTH] = [shingle & _NO_CAPITALS for shingle in memoryview(window).cast("Q")]
    return tuple(found)


def keys(values: "array[int]") -> tuple[int, ...]:
    """At most `KEYS` keys, each from 0 to 2^63 - 1, ascending."""
    hashed = {shingle * _MULTIPLIER & _HASH for shingle in shingles(values)}
    return tuple(key >> 1 for key in sorted(hashed)[:KEYS])
