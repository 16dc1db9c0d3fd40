"""Page furniture: the lines of a page that are not its article. "Advertisement", "Tags", "Share this".

A line is furniture only when it is so *as a whole*. Two rules keep prose safe, whatever the word
lists say: a line that ends a sentence of six words or more is prose, and so is any line of
`LONG` words or more (`LONG_LABELLED` behind an explicit label such as ``Read more:``).
The vocabulary is in `newswire.domain.text.furniture_words`.
"""

import re
from collections.abc import Container, Sequence
from functools import lru_cache
from typing import Final

from newswire.domain.text.furniture_words import CREDITS, LABELS, LIST_LABELS, OPENINGS, REFERENCES, RESERVED, STAMPS

LONG: Final = 12
LONG_LABELLED: Final = 24
_SENTENCE: Final = 6
_MOST_KNOWN: Final = 4_000

_END: Final = frozenset(".!?…。！？।؟")
_CLOSING: Final = "\"'”’»)]"
"""What may stand behind the end of a sentence."""


def _any(phrases: Sequence[str]) -> str:
    """An alternation, longest first, in which a space stands for any run of spaces or hyphens."""
    escaped = (re.escape(phrase).replace(r"\ ", r"[\s-]+") for phrase in sorted(phrases, key=len, reverse=True))
    return "(?:" + "|".join(escaped) + ")"


def _spaced(line: str) -> str:
    """The words of a line, parted by single spaces where it has spaces or hyphens."""
    return " ".join(line.replace("-", " ").split())


_LIST_LABEL: Final = frozenset(map(_spaced, LIST_LABELS))
_LABEL: Final = _LIST_LABEL.union(map(_spaced, LABELS))
_GLUED_LABELS: Final = [label for label in LABELS + LIST_LABELS if " " not in label and len(label) > 3]
_GLUED: Final = re.compile(f"(?:{_any(_GLUED_LABELS)})+")
_GLUED_BEGIN: Final = frozenset(label[:3] for label in _GLUED_LABELS)
_REFERENCE: Final = re.compile(rf"{_any(REFERENCES)}\s*[:：|»›>]\s*\S.*")
_OPENING: Final = re.compile(rf"{_any(OPENINGS)}\b.*")
_CREDIT: Final = re.compile(
    rf"(?:[©ⓒ(（【\[]\s*)?{_any(CREDITS)}\s*+(?:(?:by|credit|courtesy)\s*+)?[:：/©].*"
    r"|©\s*\S.*|(?:\S+\s+){0,6}(?:via\s+)?getty images"
)
_STAMP: Final = re.compile(
    rf"{_any(STAMPS)}\s*+(?::\s*+)?(?:on\s+|am\s+|le\s+|il\s+|el\s+)?"
    r"(?:\d{1,2}\b.*|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d.*|\d{4}-\d{2}-\d{2}.*)"
    r"|\d{4}-\d{2}-\d{2}t\d{2}:\d{2}\S*|\d{1,2} (?:second|minute|min|hour|hr|day|week)s? ago"
)
_RESERVED: Final = re.compile(_any(RESERVED))


def is_furniture(line: str) -> bool:
    """Whether a line, as a whole, is furniture. White space in it must be normal."""
    words = _words(line)
    return words < LONG_LABELLED and _is_furniture(line, words)


@lru_cache(_MOST_KNOWN)  # a site's pages have the same labels again and again; these lines are short
def _is_furniture(line: str, words: int) -> bool:
    ends_sentence = _ends_sentence(line)
    if ends_sentence and words >= _SENTENCE:
        return False
    raw = line.casefold()
    folded = _without_edges(raw)
    if _REFERENCE.fullmatch(folded) and not ends_sentence:
        return True
    if words >= LONG:
        return False
    return bool(
        _spaced(folded) in _LABEL
        or _is_glued(folded)
        or _OPENING.fullmatch(folded)
        or _STAMP.fullmatch(folded)
        or _RESERVED.search(folded)
        or (not ends_sentence and _CREDIT.fullmatch(raw))
    )


def _is_glued(folded: str) -> bool:
    """Whether a line is labels alone, whatever stands between them: "ShareTweetPrint"."""
    begin = folded[:3]
    if begin.isalpha() and begin not in _GLUED_BEGIN:
        return False
    return _GLUED.fullmatch("".join(filter(str.isalpha, folded))) is not None


def is_label(line: str) -> bool:
    """Whether a line has the form of furniture, whatever it says: it is short, and it ends no sentence."""
    return _words(line) < LONG and not _ends_sentence(line)


def is_list_label(line: str) -> bool:
    """Whether a line is the label of a list of other texts: "You may like", "Tags"."""
    return _spaced(_without_edges(line.casefold())) in _LIST_LABEL


def _ends_sentence(line: str) -> bool:
    return line.rstrip(_CLOSING)[-1:] in _END


def _words(line: str) -> int:
    """Its words; where a script parts none, ten characters count for one."""
    return max(len(line.split()), len(line) // 10)


def _without_edges(line: str) -> str:
    """The line from its first letter or digit to its last."""
    start, end = 0, len(line)
    while start < end and not line[start].isalnum():
        start += 1
    while end > start and not line[end - 1].isalnum():
        end -= 1
    return line[start:end]


def without_furniture(lines: Sequence[str]) -> list[str]:
    """The lines that are not furniture, in order.

    Short lines below a closing label such as ``Tags`` or ``Related articles``, down to the end of the
    text, are its list and go with it.
    """
    return [lines[number] for number in kept_lines(lines)]


def kept_lines(lines: Sequence[str], shielded: Container[int] = ()) -> list[int]:
    """The numbers of the lines that are not furniture, as `without_furniture` keeps them.

    Lines whose numbers are ``shielded`` always stay: a heading with text below it is none, though it says "Search".
    """
    end = _end_of_article(lines, shielded)
    return [number for number in range(end) if number in shielded or not is_furniture(lines[number])]


def _end_of_article(lines: Sequence[str], shielded: Container[int]) -> int:
    end = len(lines)
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        if index in shielded:
            break
        if is_list_label(line):
            end = index
        elif not is_furniture(line) and (_words(line) >= LONG or _ends_sentence(line)):
            break
    return end
