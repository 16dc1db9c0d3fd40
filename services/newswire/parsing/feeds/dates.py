"""Dates as feeds write them, beyond the formats that feedparser knows.

One generic reading for the rest: a month by name (its beginning, in the languages below) or an ISO
day, a clock time, a zone. Without a zone it is UTC. Whatever is not surely a date is None.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Final

EARLIEST: Final = 1990
"""The web's first year: an earlier one is a default (1970, 1900, 0001), not a date."""

LATEST: Final = 2100

# By month: how its name begins, stripped of its accents (й is и then): European languages, Turkish, Indonesian.
_MONTHS: Final = tuple(
    tuple(row.split())
    for row in (
        "jan ene gen janv sty tammi oca ian янв ιαν",
        "feb fev fevr lut helmi sub фев φεβ",
        "mar mrt mae maer marz maaliskuu mart мар μαρ",
        "apr abr avr kwi huhti nis апр απρ",
        "may mai mag maj mei toukokuu мая маи μαι",
        "jun jui giu cze kesa haz iun июн ιουν",
        "jul juil lug lip heina tem iul июл ιουλ",
        "aug ago aou aout sie elokuu agu авг αυγ",
        "sep set wrz syys eyl сен σεπ",
        "oct okt ott out paz loka eki окт οκτ",
        "nov lis marras kas noi noy ноя νοε",
        "dec dez dic gru joulu ara des дек δεκ",
    )
)
_MONTH_OF: Final = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_LONGEST: Final = max(map(len, _MONTH_OF))

_ZONES: Final = {
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "cet": 1, "cest": 2, "eet": 2, "eest": 3, "bst": 1, "wet": 0, "west": 1, "msk": 3,
    "jst": 9, "kst": 9, "hkt": 8, "aest": 10, "aedt": 11, "brt": -3,
}  # fmt: skip
_ISO_DAY: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DAY_MONTH: Final = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.|er)?[\s\-/]*(?:de\s+)?([^\W\d_]{3,})[\s\-/.,]*(?:de\s+)?(\d{4}|\d\d)(?!\d)"
)
_MONTH_DAY: Final = re.compile(r"([^\W\d_]{3,})\.?\s*(\d{1,2})(?:st|nd|rd|th)?\s*,?\s*(\d{4})(?!\d)")
_TIME: Final = re.compile(r"(?<!\d)(\d{1,2})[:h](\d{1,2})(?::(\d{1,2}))?(?:[.,]\d+)?\s*([ap]\.?m\b)?")
_OFFSET: Final = re.compile(r"(?:gmt|utc|z)?\s*([+-])(\d{1,2}):?(\d\d)?(?!\d)")
_ZONE: Final = re.compile(r"[a-z]{3,4}")


def usable(moment: datetime | None) -> datetime | None:
    """The moment in UTC when it can be an article's, else None."""
    if moment is None:
        return None
    try:
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        return None
    return moment if EARLIEST <= moment.year < LATEST else None


def parse_date(text: str) -> datetime | None:
    """Any date with a day, a month and a year; aware, in UTC. None where there is no such date."""
    text = text.strip()[:100]
    try:
        return usable(datetime.fromisoformat(text))
    except ValueError:
        pass
    folded = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    found = _day(folded)
    if found is None:
        return None
    (year, month, day), rest = found
    try:
        return usable(datetime(year, month, day, tzinfo=UTC) + _time(rest))
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> tuple[tuple[int, int, int], str] | None:
    """Year, month, day, and what is left of the text without them."""
    if found := _ISO_DAY.search(text):
        year, month, day = (int(part) for part in found.groups())
        return (year, month, day), text[found.end() :]
    for pattern, names in ((_DAY_MONTH, (3, 2, 1)), (_MONTH_DAY, (3, 1, 2))):
        for found in pattern.finditer(text):
            if (month_number := _month(found[names[1]])) is not None:
                year = int(found[3])
                century = 0 if year >= 100 else 2000 if year < 70 else 1900
                return (year + century, month_number, int(found[names[2]])), text[: found.start()] + " " + text[
                    found.end() :
                ]
    return None


def _month(name: str) -> int | None:
    beginnings = (name[:length] for length in range(min(len(name), _LONGEST), 2, -1))
    return next((_MONTH_OF[beginning] for beginning in beginnings if beginning in _MONTH_OF), None)


def _time(text: str) -> timedelta:
    found = _TIME.search(text)
    if found is None:
        return timedelta()
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        hour = hour % 12 + (12 if found[4].startswith("p") else 0)
    if hour > 24 or minute > 59 or second > 60:
        raise ValueError(text)
    return timedelta(hours=hour, minutes=minute, seconds=second) - _zone(text[found.end() :])


def _zone(text: str) -> timedelta:
    if found := _OFFSET.search(text):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return -offset if found[1] == "-" else offset
    names = (name for name in _ZONE.findall(text) if name in _ZONES)
    return timedelta(hours=_ZONES[next(names, "wet")])
