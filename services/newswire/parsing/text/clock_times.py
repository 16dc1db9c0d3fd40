"""The time of day in a text from which the day has been taken out."""

import re
from datetime import timedelta
from typing import Final

_HALF: Final = r"(?P<half>午前|午後|午后|上午|中午|正午|下午|오전|오후|정오|凌晨|早上|晚上|\b[AP]M(?=\s?\d))"
_AMPM: Final = r"(?P<ampm>[ap]\.?\s?m\b\.?|[πμ]\.?μ\b\.?|[صم]\b)"
_FRACTION: Final = r"(?:[.,:]\d{1,9})?"

_HOUR: Final = r"(?<![\d+\-])(?P<h>\d{1,2})"
_SECOND: Final = rf"(?:[:.m](?P<s>\d{{1,2}})(?!\d)s?{_FRACTION})"

_FORMS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_HALF}?\s?(?<!\d)(?P<h>\d{{1,2}})\s?[時时點点시](?:\s?(?P<m>\d{{1,2}})\s?[分분]|\s?(?P<thirty>[半반]))?(?:\s?(?P<s>\d{{1,2}})\s?[秒초])?",
        rf"(?:{_HALF}\s?)?{_HOUR}(?::|\s?h\s?)(?P<m>\d{{1,2}}){_SECOND}?(?!\d)(?:\s?{_AMPM})?",
        rf"(?<![\d+\-.])(?P<h>\d{{1,2}})\.(?P<m>\d\d)(?:\.(?P<s>\d\d))?(?![\d.])(?:\s?{_AMPM})?",
        rf"(?<![^\W_])T(?P<h>\d\d)(?P<m>\d\d)?(?P<s>\d\d)?{_FRACTION}(?!\d)",
        r"(?<![\d+\-])(?P<h>\d\d)(?P<m>\d\d)(?P<s>\d\d)?(?=\s?(?:z|ut|utc|gmt|[a-z]{3,4}t|hrs?|uhr|h|[+-]\d{4})\b)",
        rf"{_HOUR}\s?(?:(?:h|hrs?|uhr)\b|{_AMPM})",
    )
)  # fmt: skip
_AFTERNOON: Final = frozenset(("午後", "午后", "下午", "오후", "晚上"))
_NOON: Final = frozenset(("中午", "正午", "정오"))
_BEFORE_NOON: Final = frozenset((10, 11))
_EARLIEST_EVENING: Final = 5
"""晚上 with an earlier hour, or with 12, is the night: before midnight or after it."""
_NEAR: Final = 30
"""Characters around a clock time that may be about it."""
# Without marks, as the texts come: Hindi शाम is शम here.
_BEFORE_CLOCK: Final = re.compile(
    r"(?:[夜晚夕傍晝昼]|저녁|밤|낮|शम|रत|दपहर|\baksam|\bgece|\bogleden sonra|\bos)[^\d|]{0,3}$", re.IGNORECASE
)
_AFTER_CLOCK: Final = re.compile(
    r"\b(?:afternoon|evening|night|tonight|nachmittags?|abends?|nachts|mittags|apres.midi|soir|nuit|tarde|noche|noite"
    r"|pomeriggio|sera|notte|middag|avond|nacht|eftermiddag|kvall|kveld|natt|aften|popoludniu|poludniu|wieczorem|nocy"
    r"|odpoledne|vecer|delutan|este|dupa.amiaza|seara|iltapaivalla|illalla|дня|вечера|ночи|вечора|ночі|siang|sore|petang"
    r"|malam|chieu|toi|dem)\b",
    re.IGNORECASE,
)
"""Parts of the day in words. They are not read: with an hour up to 12 they leave the half of the day in doubt."""


def read_clock(text: str) -> tuple[timedelta, str, str] | None:
    """The time since midnight, and the texts before and after it; None when no time is given.

    24:00 is the midnight at the day's end (ISO 8601-1:2019 §4.3.8.2), second 60 the leap second. Raises ValueError for
    a time that no clock shows.
    """
    for form in _FORMS:
        if found := form.search(text):
            before, after = text[: found.start()], text[found.end() :]
            return _since_midnight(found, in_words=_in_words(before, after)), before, after
    return None


def _in_words(before: str, after: str) -> bool:
    """Whether words around a clock time say which part of the day it is in."""
    return bool(_BEFORE_CLOCK.search(before[-_NEAR:]) or _AFTER_CLOCK.search(after[:_NEAR]))


def _since_midnight(found: re.Match[str], *, in_words: bool) -> timedelta:
    parts = found.groupdict()
    minute = 30 if parts.get("thirty") else int(parts.get("m") or 0)
    hour, second = int(parts["h"]), int(parts.get("s") or 0)
    half = (parts.get("half") or parts.get("ampm") or "").lower()
    if (in_words and not half and 1 <= hour <= 12) or (half == "晚上" and not _EARLIEST_EVENING <= hour != 12):
        raise ValueError(f"{found[0]!r} is in a part of the day that words name")
    if half:
        afternoon = half in _AFTERNOON or half[0] in "pμم" or (half in _NOON and hour not in _BEFORE_NOON)
        if hour > 12 and not afternoon:
            raise ValueError(f"{found[0]!r} is before noon and after it")
        hour = hour if hour > 12 else hour % 12 + (12 if afternoon else 0)
    at = timedelta(hours=hour, minutes=minute, seconds=second)
    if minute > 59 or second > 60 or hour > 24 or (hour == 24 and at > timedelta(days=1)):
        raise ValueError(f"no clock shows {found[0]!r}")
    return at
