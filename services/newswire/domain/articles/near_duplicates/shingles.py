"""Shingles: every four codes in a row, packed into one integer of 64 bits; and the keys made of them.

The keys are the smallest hashes of a text's shingles (bottom-k sampling, Cohen and Kaplan 2007). A text that holds a
fraction ``c`` of another's shingles shares about ``KEYS * c`` of its keys, however much longer it is.
"""

import sys
from array import array
from functools import lru_cache
from typing import Final

from newswire.domain.text.word_codes import CAPITAL, NUMBER

LENGTH: Final = 4
KEYS: Final = 16

_CODE_BYTES: Final = 2
_REMEMBERED: Final = 512
"""A text is compared with several others, one soon after the other."""
_REMEMBERED_KEYS: Final = 1024
"""Keys are asked for again when a batch's texts are written, and when their stories are decided again."""
_HIGH: Final = 1 if sys.byteorder == "little" else 0
"""Where the byte with the flags stands in a code's two bytes."""
_LOW: Final = 1 - _HIGH
"""Where the lower half stands in a number of 128 bits, as two numbers of 64."""
_NO_CAPITAL: Final = bytes(byte & ~(CAPITAL >> 8) for byte in range(256))
_FLAGGED: Final = {flag: bytes(bool(byte & flag >> 8) for byte in range(256)) for flag in (CAPITAL, NUMBER)}
_MULTIPLIER: Final = 0x9E37_79B9_7F4A_7C15
"""2^64 divided by the golden ratio: multiply-shift hashing (Dietzfelbinger et al. 1997)."""
_HASHES: Final = 1 << 64
_LIKELY: Final = 4 * KEYS
"""So many hashes are sorted, as a rule, to find the smallest `KEYS` of a text."""


def plain(values: "array[int]") -> "array[int]":
    """The word codes without their capitals."""
    data = bytearray(values.tobytes())
    data[_HIGH::_CODE_BYTES] = data[_HIGH::_CODE_BYTES].translate(_NO_CAPITAL)
    return array("H", bytes(data))


def flagged(values: "array[int]", flag: int) -> bytes:
    """One byte a word code: 1 where the code has a flag (`CAPITAL` or `NUMBER`), 0 where it has not."""
    return values.tobytes()[_HIGH::_CODE_BYTES].translate(_FLAGGED[flag])


def shingles(values: "array[int]") -> "array[int]":
    """The shingles of word codes, in their order; capitals make no difference. Fewer than four codes have none."""
    return _shingles(values.tobytes())


@lru_cache(maxsize=_REMEMBERED)
def _shingles(codes: bytes) -> "array[int]":
    data = plain(array("H", codes)).tobytes()
    length = len(data) // _CODE_BYTES
    count = length - LENGTH + 1
    if count < 1:
        return array("Q")
    found = array("Q", bytes(8 * count))
    for start in range(LENGTH):
        whole = (length - start) // LENGTH
        found[start::LENGTH] = array("Q", data[_CODE_BYTES * start : _CODE_BYTES * (start + whole * LENGTH)])
    return found


def keys(values: "array[int]") -> tuple[int, ...]:
    """At most `KEYS` keys, each from 0 to 2^63 - 1, ascending."""
    return _keys(values.tobytes())


@lru_cache(maxsize=_REMEMBERED_KEYS)
def _keys(codes: bytes) -> tuple[int, ...]:
    hashed = _hashes(_shingles(codes))
    bound = _HASHES * _LIKELY // max(1, len(hashed))
    smallest = set(filter(bound.__ge__, hashed))
    if len(smallest) < KEYS:
        smallest = set(hashed)
    return tuple(key >> 1 for key in sorted(smallest)[:KEYS])


def _hashes(known: "array[int]") -> "array[int]":
    """Each shingle times the multiplier, modulo 2^64.

    One product of two long integers does it: each shingle has 128 bits of room in the first, so none runs over.
    """
    lanes = array("Q", bytes(16 * len(known)))
    lanes[_LOW::2] = known
    product = int.from_bytes(lanes.tobytes(), sys.byteorder) * _MULTIPLIER
    return array("Q", product.to_bytes(16 * len(known), sys.byteorder))[_LOW::2]
