"""Edits that were written after the last change of a rule: nobody moved a threshold for them. See `article_edits`."""

import random
import re
from typing import Final

from support.article_edits import Edit

_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")
_FOOTER: Final = (
    "What happens next?\nThe people concerned have two weeks to answer. Our reporters follow the story and will update "
    "this page when there is news.\nMore on this topic\nFive questions and answers\nHow it began"
)


def house_style(text: str, _: random.Random) -> str:
    said = text.replace('"', "\N{LEFT DOUBLE QUOTATION MARK}").replace(" percent", " per cent")
    return said.replace(" said", " told reporters").replace(" will ", " is set to ")


def pull_quote(text: str, chance: random.Random) -> str:
    paragraphs = [line for line in text.split("\n") if line]
    quote = chance.choice(paragraphs).split(". ")[0]
    return "\n".join([*paragraphs[:2], quote, *paragraphs[2:]])


def initials(text: str, _: random.Random) -> str:
    return re.sub(r"(?<=[a-z,] )([A-Z])[a-z]{3,} (?=[A-Z][a-z]+)", r"\1. ", text)


def one_paragraph(text: str, _: random.Random) -> str:
    return "BERLIN/LONDON, Nov 5 (Wire) - " + " ".join(text.split("\n"))


def neighbours_swapped(text: str, _: random.Random) -> str:
    sentences = _SENTENCE.split(text)
    for at in range(0, len(sentences) - 1, 3):
        sentences[at], sentences[at + 1] = sentences[at + 1], sentences[at]
    return " ".join(sentences)


def middle_out(text: str, _: random.Random) -> str:
    sentences = _SENTENCE.split(text)
    fifth = len(sentences) // 5
    return " ".join(sentences[: 2 * fifth] + sentences[3 * fifth :])


def footer(text: str, _: random.Random) -> str:
    return f"{text}\n{_FOOTER}"


def _plain(word: str) -> bool:
    return word.islower() and word.isalpha()


def words_dropped(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    return " ".join(word for word in words if not (_plain(word) and len(word) > 3 and chance.random() < 0.08))


def hedged(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    return " ".join(f"{word} reportedly" if _plain(word) and chance.random() < 0.05 else word for word in words)


LAST: Final[dict[str, Edit]] = {
    "house_style": house_style,
    "pull_quote": pull_quote,
    "initials": initials,
    "one_paragraph": one_paragraph,
    "neighbours_swapped": neighbours_swapped,
    "middle_out": middle_out,
    "footer": footer,
    "words_dropped": words_dropped,
    "hedged": hedged,
}
