"""Words as 16-bit codes: what a signature is made of.

A code is 14 bits of the folded word's CRC-32, a bit for words with a digit and a bit for words that begin with a
capital letter. Two different words share a code about once in 16,000 pairs; four codes in a row (a shingle) share
theirs by chance about once in 10^16. Codes must never change within a signature's version: they are stored.
"""

import re
import unicodedata
import zlib
from array import array
from itertools import pairwise
from typing import Final

from newswire.domain.text.fingerprint import DROPPED, MARKS, WORDLESS, is_special
from newswire.domain.text.mojibake import repaired

NUMBER: Final = 0x8000
CAPITAL: Final = 0x4000
WORD: Final = 0xBFFF
"""The mask that drops `CAPITAL`: what is left is equal for ``State`` and ``state``."""

MAX_CODES: Final = 4096
MAX_CHARACTERS: Final = 16 * MAX_CODES
"""Text after this is not looked at, however long its words are."""

_MIX: Final = 0x9E3779B1
"""2^32 divided by the golden ratio (Knuth, TAOCP 3, 6.4): spreads the CRC before 14 of its bits are kept."""

_NUMBER: Final = r"\d{1,3}(?:[., ]\d{3})++(?!\d)|\d++"
"""``1,200``, ``1.200`` and ``1 200`` are one number, 1200; ``53,69`` and ``53:69`` are the two numbers 53 and 69."""
_PLAIN: Final = re.compile(rf"[^\W\d_]++|{_NUMBER}")
_MIXED: Final = re.compile(
    rf"{_NUMBER}|(?:(?!\d)[{WORDLESS}][{MARKS}]*+)++|(?:(?![{WORDLESS}])[^\W\d_][{MARKS}]*+)++",
)
_CHARACTER: Final = re.compile(f"[{WORDLESS}][{MARKS}]*+")
_LOST: Final = "\ufffd"
"""A character that was lost when bytes were read in the wrong encoding."""
_STAND_IN: Final = "\u025e"
"""A letter (of phonetic script) that holds the lost one's place, so that the word stays one word."""
UNKNOWN: Final = 0
"""The code of a word with a lost character: no name and no number, whatever it was."""
_MAX_REMEMBERED: Final = 1 << 17


def codes(text: str) -> "array[int]":
    """The codes of a text's words in their order, at most `MAX_CODES`; linear in the text's length.

    Scripts that part no words (`newswire.domain.text.fingerprint`) give a code for each two neighbouring characters.
    """
    whole = repaired(text[:MAX_CHARACTERS]).replace(_LOST, _STAND_IN)
    folded = DROPPED.sub("", unicodedata.normalize("NFKC", whole))
    words = _mixed_words(folded) if is_special(folded) else _PLAIN.findall(folded)
    return array("H", map(_REMEMBERED.__getitem__, words[:MAX_CODES]))


def _mixed_words(text: str) -> list[str]:
    words: list[str] = []
    for word in _MIXED.findall(text):
        characters = _CHARACTER.findall(word) if word[0] > "\u0dff" else ()
        if len(characters) < 2:
            words.append(word)
        else:
            words += map("".join, pairwise(characters))
    return words


class _Codes(dict[str, int]):
    """Remembers the codes of the words seen; starts afresh when there are too many."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _MAX_REMEMBERED:
            self.clear()
        code = self[word] = _code(word)
        return code


_REMEMBERED: Final = _Codes()


def _code(word: str) -> int:
    if _STAND_IN in word:
        return UNKNOWN
    folded = word.casefold()
    flag = 0
    if folded[0].isdecimal():
        flag = NUMBER
        folded = "".join(str(unicodedata.decimal(character)) for character in folded if character.isdecimal())
    elif folded[0] != word[0]:
        flag = CAPITAL
    return (zlib.crc32(folded.encode("utf-8", "surrogatepass")) * _MIX >> 13 & 0x3FFF) | flag
