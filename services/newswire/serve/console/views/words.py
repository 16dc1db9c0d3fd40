"""Words and small pieces that several pages share."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Tone = Literal["plain", "good", "warn", "bad"]
_UNITS = ((86_400, "d"), (3600, "h"), (60, "min"))


@dataclass(frozen=True, slots=True)
class StateMark:
    """A word of state. Its tone is a colour and says nothing that the word does not say."""

    word: str
    tone: Tone = "plain"
    title: str = ""
    """The same in a sentence."""


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago, roughly: ``3 min ago``; ``never`` for None. A moment ahead of ``now`` is ``now``."""
    if moment is None:
        return "never"
    seconds = (now - moment).total_seconds()
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return "now"


def span(seconds: float | None) -> str:
    """A length of time, roughly: ``3 h``; a dash for None."""
    if seconds is None:
        return "–"
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} s"


def plural(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"
