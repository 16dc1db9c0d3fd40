"""Text as tokens. Both engines index these tokens as they are, and so both find the same articles.

A text is brought into one form. Compatibility forms are folded (NFKC, Unicode Standard Annex 15), upper and lower case
are folded (The Unicode Standard, 3.13), and accents are taken off (the combining marks U+0300 to U+036F). A token is a
run of letters, digits and marks. Scripts that write no spaces between words, and Hangul, give a token for each pair of
neighbouring characters, and one for the last character: so every word in them is found as a run of pairs, without a
dictionary.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import Final

VERSION: Final = ".".join(["02", *(part.zfill(2) for part in unicodedata.unidata_version.split("."))])
"""The rules (for words, facts and days) and the version of Unicode.

A greater text is a later version: an index of an earlier one is built anew.
"""

MAX_TOKEN: Final = 64
"""Characters of a token; the rest of a longer one is not looked at, in texts and in queries."""
_ASCII: Final = re.compile(rf"([a-z0-9]{{1,{MAX_TOKEN}}}+)[a-z0-9]*+")
_TYPOGRAPHY: Final = "\u2019\u201c\u201d\u2018\u2013\u2014\u2026\u00a0"
"""Quotation marks, dashes, the ellipsis and the hard space: all that is not ASCII in most English texts."""
_ACCENTS: Final = range(0x300, 0x370)
_SPACELESS: Final = (
    range(0x0E00, 0x0F00),  # Thai, Lao
    range(0x1000, 0x10A0),  # Myanmar
    range(0x1100, 0x1200),  # Hangul, in parts
    range(0x1780, 0x1800),  # Khmer
    range(0x3005, 0x3008),  # the Han iteration mark, closing mark and zero
    range(0x3040, 0x3130),  # Hiragana, Katakana, Bopomofo
    range(0x31A0, 0x3200),
    range(0x3400, 0x4DC0),  # Han
    range(0x4E00, 0xA000),
    range(0xAC00, 0xD7B0),  # Hangul
    range(0xF900, 0xFB00),
    range(0x20000, 0x40000),
)
_FIRST_SPACELESS: Final = chr(min(script.start for script in _SPACELESS))


class _Table(dict[int, int | None]):
    """For ``str.translate``: what becomes of each character, found out when it is first met."""

    def __missing__(self, point: int) -> int | None:
        category = unicodedata.category(chr(point))
        if point in _ACCENTS or category == "Cf":  # soft hyphens and joiners stand within words
            kept: int | None = None
        else:
            kept = point if category[0] in "LNM" else 0x20
        self[point] = kept
        return kept


_TABLE: Final = _Table()


def _runs_of_piece(piece: str) -> Iterator[str]:
    """The runs of letters, digits and marks in their one form, parted where a script without spaces begins."""
    plain = unicodedata.normalize("NFKD", piece).casefold().translate(_TABLE)
    for word in unicodedata.normalize("NFKC", plain).split():
        if max(word) < _FIRST_SPACELESS:
            yield word
        else:
            yield from ("".join(characters) for _, characters in groupby(word, is_spaceless))


def is_spaceless(character: str) -> bool:
    """Whether the character is of a script whose words are found by pairs of characters."""
    return character >= _FIRST_SPACELESS and any(ord(character) in script for script in _SPACELESS)


def tokens(text: str) -> list[str]:
    """The tokens of a text, in order."""
    if text.isascii():
        return _ASCII.findall(text.lower())
    for mark in _TYPOGRAPHY:
        text = text.replace(mark, " ")
    found: list[str] = []
    # White space stands between any two tokens, and no normalisation joins what is on its two sides. So what is ASCII
    # is looked at by whole lines, in which nearly all of an English text is.
    for line in text.split("\n"):
        if line.isascii():
            found += _ASCII.findall(line.lower())
            continue
        for piece in line.split():
            if piece.isascii():
                found += _ASCII.findall(piece.lower())
            else:
                for run in _runs_of_piece(piece):
                    found += _tokens_of_run(run)
    return found


def _tokens_of_run(run: str) -> list[str]:
    if run[0] >= _FIRST_SPACELESS and is_spaceless(run[0]):
        return [run[place : place + 2] for place in range(len(run))]
    return [run[:MAX_TOKEN]]


def query_tokens(text: str) -> tuple[tuple[str, ...], bool]:
    """The tokens of a word or phrase of a query, and whether the last one stands for all that begin with it.

    A run in a script without spaces may end within a longer run of a text. So the token for its last character is left
    out; where there is one character alone, it stands for every pair that begins with it.
    """
    found = tokens(text)
    if not found or not is_spaceless(found[-1][0]):
        return tuple(found), False
    if len(found) > 1 and len(found[-2]) == 2 and found[-2][1] == found[-1] and is_spaceless(found[-2][0]):
        return tuple(found[:-1]), False
    return tuple(found), True
