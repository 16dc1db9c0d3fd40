"""The time of day in a text from which the day has been taken out."""

import re
from datetime import timedelta
from typing import Final

_HALF: Final = r"(?P<half>午前|午後|上午|下午|오전|오후|凌晨|早上|晚上|\b[AP]M(?=\s?\d))"
_AMPM: Final = r"(?P<ampm>[ap]\.?\s?m\b\.?|[πμ]\.?μ\b\.?|[صم]\b)"
_FRACTION: Final = r"(?:[.,:]\d{1,9})?"

_HOUR: Final = r"(?<![\d+\-])(?P<h>\d{1,2})"
_SECOND: Final = rf"(?:[:.m](?P<s>\d{{1,2}})(?!\d)s?{_FRACTION})"

_FORMS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_HALF}?\s?(?<!\d)(?P<h>\d{{1,2}})\s?[時时點点시](?:\s?(?P<m>\d{{1,2}})\s?[分분])?(?:\s?(?P<s>\d{{1,2}})\s?[秒초])?",
        rf"(?:{_HALF}\s?)?{_HOUR}(?::|\s?h\s?)(?P<m>\d{{1,2}}){_SECOND}?(?!\d)(?:\s?{_AMPM})?",
        rf"(?<![\d+\-.])(?P<h>\d{{1,2}})\.(?P<m>\d\d)(?:\.(?P<s>\d\d))?(?![\d.])(?:\s?{_AMPM})?",
        rf"(?<![^\W_])T(?P<h>\d\d)(?P<m>\d\d)?(?P<s>\d\d)?{_FRACTION}(?!\d)",
        r"(?<![\d+\-])(?P<h>\d\d)(?P<m>\d\d)(?P<s>\d\d)?(?=\s?(?:z|ut|utc|gmt|[a-z]{3,4}t|hrs?|uhr|h|[+-]\d{4})\b)",
        rf"{_HOUR}\s?(?:(?:h|hrs?|uhr)\b|{_AMPM})",
    )
)  # fmt: skip
_AFTERNOON: Final = frozenset(("午後", "下午", "오후", "晚上"))


def read_clock(text: str) -> tuple[timedelta, str, str] | None:
    """The time since midnight, and the texts before and after it; None when no time is given.

    24:00 is the midnight at the day's end (ISO 8601-1:2019 §4.3.8.2), second 60 the leap second. Raises ValueError for
    a time that no clock shows.
    """
    for form in _FORMS:
        if found := form.search(text):
            return _since_midnight(found), text[: found.start()], text[found.end() :]
    return None


def _since_midnight(found: re.Match[str]) -> timedelta:
    parts = found.groupdict()
    hour, minute, second = int(parts["h"]), int(parts.get("m") or 0), int(parts.get("s") or 0)
    half = (parts.get("half") or parts.get("ampm") or "").lower()
    if half:
        afternoon = half in _AFTERNOON or half[0] in "pμم"
        if hour > 12 and not afternoon:
            raise ValueError(f"{found[0]!r} is before noon and after it")
        hour = hour if hour > 12 else hour % 12 + (12 if afternoon else 0)
    at = timedelta(hours=hour, minutes=minute, seconds=second)
    if minute > 59 or second > 60 or hour > 24 or (hour == 24 and at > timedelta(days=1)):
        raise ValueError(f"no clock shows {found[0]!r}")
    return at
