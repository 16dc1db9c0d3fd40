"""What tells one text from another: its words, and two hashes over them."""

import hashlib
import re
import sys
import unicodedata
from typing import Final

FULL_TEXT_WORDS: Final = 50
"""A feed's text with fewer words is a teaser."""

WORDLESS: Final = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Tibetan, Myanmar, Khmer
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # kana and Han
    "\uac00-\ud7af"  # Hangul: spaced, but by phrases that carry their particles
)
"""Scripts that are counted by the character: they part no words, or not the same words every time."""

DROPPED: Final = re.compile("[\xad\u200b-\u200f\u2060\ufeff'\u2018\u2019\u201b\u02bc`\xb4\uff07]")
"""Soft hyphen, what has no width, and every apostrophe: ``it’s``, ``it's`` and ``its`` are one word."""


def _marks() -> str:
    """All combining marks, as the inside of a character class: Python's word class has letters and digits only."""
    ranges: list[list[int]] = []
    for code in range(0x300, min(sys.maxunicode, 0x1F000)):
        if unicodedata.category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


MARKS: Final = _marks()
SPECIAL: Final = re.compile(f"[{WORDLESS}{MARKS}]")
_UNUSUAL: Final = re.compile("[^\x00-\u02ff]+")
_PLAIN: Final = re.compile(r"[^\W_]+")
"""What `_TOKEN` comes to for a text without special characters; it takes a tenth of the time."""
_TOKEN: Final = re.compile(f"[{WORDLESS}][{MARKS}]*|(?:(?![{WORDLESS}])[^\\W_][{MARKS}]*)+")


def tokens(text: str) -> list[str]:
    """The words of a text, folded: NFKC, case folded, runs of letters and digits with their marks.

    Punctuation, white space, apostrophes and invisible characters make no difference. In scripts
    without spaces between words every character is a word.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = DROPPED.sub("", unicodedata.normalize("NFKC", folded))
    if not is_special(folded):
        return _PLAIN.findall(folded)
    return [word for word in _TOKEN.findall(folded) if word.isalnum() or not word.isascii()]


def is_special(text: str) -> bool:
    """Whether a text has characters of `SPECIAL`: looked for among the few beyond Latin letters, which is quicker."""
    return not text.isascii() and SPECIAL.search("".join(_UNUSUAL.findall(text))) is not None


def word_count(text: str) -> int:
    """How many `tokens` a text has."""
    return len(tokens(text))


def content_hash(text: str) -> str:
    """The sha256 (hex) of a text's words: equal for reprints that differ in case, punctuation or spacing only."""
    return _sha256(" ".join(tokens(text)))


def count_and_hash(text: str) -> tuple[int, str]:
    """`word_count` and `content_hash` in one go."""
    words = tokens(text)
    return len(words), _sha256(" ".join(words))


def text_hash(title: str | None, text: str) -> str:
    """The sha256 (hex) of title and text as they stand, normalised: another one for every edit.

    A normalised title has no line break, so the two cannot run into each other.
    """
    return _sha256(f"{title or ''}\n{text}")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
