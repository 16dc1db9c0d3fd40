"""Plain text as newswire keeps it: NFC, one paragraph a line, no control characters, no page furniture."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from newswire.domain.text.characters import NOT_NORMAL
from newswire.domain.text.furniture import without_furniture

_LONE_JOINER: Final = re.compile(r"(?<!\S)[\u200c\u200d]+|(?<![\u200c\u200d])[\u200c\u200d]++(?!\S)")
"""Between letters (Persian, Indic scripts, emoji) a joiner is spelling; at a word's edge it is dirt."""


def normalize_line(text: str) -> str:
    """One line, for titles and names: NFC, no control or zero-width characters, single spaces."""
    return " ".join(_clean(text).split())


def normalize_text(text: str) -> str:
    """A text's paragraphs, each one line, parted by one newline; lines that are page furniture are dropped.

    Never drops a line of prose: see `newswire.domain.text.furniture`. Idempotent.
    """
    return "\n".join(without_furniture([line for line in map(normalize_line, text.splitlines()) if line]))


def without_headline(text: str, *headlines: str | None) -> str:
    """A normalised text without the headline that some pages and feeds repeat above it.

    Only among the first three lines, and only a line that says exactly what one of ``headlines`` says.
    """
    known = {folded for headline in headlines if (folded := _folded(headline or ""))}
    lines = text.split("\n")
    return "\n".join(line for index, line in enumerate(lines) if index > 2 or _folded(line) not in known)


def is_headline(line: str, headlines: Iterable[str | None]) -> bool:
    """Whether a line says exactly what one of ``headlines`` says, whatever its case and punctuation."""
    known = [folded for headline in headlines if (folded := _folded(headline or ""))]
    return bool(known) and _folded(line) in known


def _clean(text: str) -> str:
    if text.isprintable():  # most lines: nothing to take out, for Python prints neither controls nor what has no width
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    return unicodedata.normalize("NFC", _LONE_JOINER.sub("", NOT_NORMAL.sub("", text)))


def _folded(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
