"""The one reader of dates and times as feeds, sitemaps and pages write them.

RFC 822 and RFC 2822 with their usual variants, RFC 3339 and ISO 8601 (basic, extended, week and ordinal dates), seconds
and milliseconds since 1970, asctime, and day, month and year in the languages of `month_names`, Chinese, Japanese,
Korean and Vietnamese. A text that is not surely a date gives None: a wrong date is worse than none.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from newswire.parsing.text.calendar_days import find_day
from newswire.parsing.text.clock_times import read_clock
from newswire.parsing.text.month_names import without_marks
from newswire.parsing.text.time_zones import NO_HINTS, ZoneHints, read_zone
from newswire.parsing.text.usual_dates import read_usual

MAX_CHARS: Final = 100
"""A longer text is no date."""

EARLIEST: Final = 1990
"""The web's first year: an earlier one is a default (1970, 1900, 0001), not a date."""
LATEST: Final = 2100

_EPOCH: Final = re.compile(r"(\d{9,10})(?:\.\d{1,9})?|(\d{12,13})|(\d{15,16})")
_DIGITS: Final = re.compile(r"((?:19|20)\d{6})(\d{4}(?:\d\d)?)(?!\d)")
_DASHES: Final = str.maketrans("−–‐‑﹣－", "------")


@dataclass(frozen=True, slots=True)
class Moment:
    """A calendar day, or a time on it, as a text states it."""

    local: datetime
    """The wall clock time, without a zone; midnight when only a day is stated."""
    timed: bool
    """Whether a time of day is stated."""
    offset: timedelta | None = None
    """East of UTC; None when no zone is stated, or when its name means several."""
    clear: bool = True
    """False when a zone is stated that is unknown or ambiguous."""

    @property
    def value(self) -> datetime:
        """Aware, in UTC, to the second. Without a zone the wall clock counts as UTC."""
        return (self.local - (self.offset or timedelta())).replace(tzinfo=UTC)

    @property
    def precision(self) -> Literal["second", "day"]:
        """``day`` when only a day is stated; `value` is then its midnight, UTC, whatever the zone."""
        return "second" if self.timed else "day"

    def only_day(self) -> "Moment":
        """The day as stated, without its time."""
        return Moment(datetime.combine(self.local.date(), datetime.min.time()), timed=False)


def read_moment(text: str, hints: ZoneHints = NO_HINTS) -> Moment | None:
    """The moment that ``text`` states; None where that is in doubt, or lies outside the years 1990 to 2099.

    The time is linear in the text's length, and bounded: texts of more than `MAX_CHARS` characters are not read.
    """
    text = text.strip()
    if not text or len(text) > MAX_CHARS:
        return None
    try:
        usual = read_usual(text)
        moment = Moment(usual[0], timed=True, offset=usual[1]) if usual else read_any(text, hints)
        usable = moment is not None and EARLIEST <= moment.value.year < LATEST
    except (ValueError, OverflowError):
        return None
    return moment if usable else None


def _plain(text: str) -> str:
    """One kind of digit, dash and space, no accents; cut where compatibility forms make it much longer."""
    text = without_marks(text).translate(_DASHES)[: 2 * MAX_CHARS]
    if not text.isascii():
        text = "".join(str(int(each)) if each.isdecimal() else each for each in text)
    return " ".join(text.split())


def read_any(text: str, hints: ZoneHints = NO_HINTS) -> Moment | None:
    """The same without the short way and the bounds. Raises ValueError and OverflowError for impossible dates."""
    text = _plain(text)
    if found := _EPOCH.fullmatch(text):
        return _since_1970(text, found)
    if found := _DIGITS.match(text):
        text = f"{found[1]}T{found[2]}{text[found.end() :]}"
    found_day = find_day(text, hints)
    if found_day is None:
        return None
    day, rest = found_day
    return _on(day, rest, hints)


def _on(day: date, rest: str, hints: ZoneHints) -> Moment | None:
    """The moment on ``day``; ``rest`` is the text without the day. A number in it that has no meaning is a doubt."""
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # a wall clock time
    clock = read_clock(rest)
    at, before, after = clock or (timedelta(), "", rest)
    local = midnight + at
    outside, comments = _apart(after)
    offset, clear, left = read_zone(outside, local, hints)
    if offset is None and clear and comments:
        offset, clear, _ = read_zone(comments, local, hints)
    if any(character.isdecimal() for character in before + left):
        return None
    return Moment(local, timed=True, offset=offset, clear=clear) if clock else Moment(midnight, timed=False)


def _apart(text: str) -> tuple[str, str]:
    """The text without its comments in brackets (RFC 5322 §3.2.2), and these. An open one goes to the end."""
    outside: list[str] = []
    comments: list[str] = []
    depth = 0
    for character in text:
        depth += character in "(["
        (comments if depth else outside).append(character)
        depth -= character in ")]" and depth > 0
    return "".join(outside), "".join(comments)


def _since_1970(text: str, found: re.Match[str]) -> Moment | None:
    """Seconds, milliseconds or microseconds. Ten digits that are also a day and an hour (2026112010) are a doubt."""
    seconds = int(found[1] or (found[2] or found[3])[: -3 if found[2] else -6])
    local = datetime(1970, 1, 1) + timedelta(seconds=seconds)  # noqa: DTZ001  # UTC, by the offset
    moment = Moment(local, timed=True, offset=timedelta())
    if EARLIEST <= local.year < LATEST:
        return None if _is_day_and_hour(text) else moment
    digits = _DIGITS.fullmatch(text)
    return _on(date.fromisoformat(digits[1]), f"T{digits[2]}", NO_HINTS) if digits else None


def _is_day_and_hour(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y%m%d%H")  # noqa: DTZ007  # only whether it is one
    except ValueError:
        return False
    return True


__all__ = ["EARLIEST", "LATEST", "MAX_CHARS", "NO_HINTS", "Moment", "ZoneHints", "read_moment"]
