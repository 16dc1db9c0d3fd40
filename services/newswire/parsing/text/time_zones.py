"""Time zones as dates give them: numeric offsets, and names. One name can mean different zones in different countries.

RFC 822 §5.1 gives EST, EDT, CST, CDT, MST, MDT, PST and PDT their North American meaning. It holds unless the feed
comes from a country where the name means another zone. For other shared names (IST, AST, …) the country or language
decides, and without one the zone is unclear: an error of hours is worse than no time. BST without a country is
British Summer Time, but only in summer.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

# Hours east of UTC.
_FIXED: Final = {
    "z": 0, "ut": 0, "utc": 0, "uct": 0, "gmt": 0, "wet": 0, "west": 1,
    "cet": 1, "cest": 2, "met": 1, "mest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3,
    "msd": 4, "samt": 4, "trt": 3, "yekt": 5, "omst": 6, "novt": 7, "krat": 7, "irkt": 8, "yakt": 9, "vlat": 10,
    "cat": 2, "eat": 3, "wat": 1, "sast": 2, "idt": 3, "gst": 4, "irst": 3.5, "aft": 4.5, "pkt": 5, "npt": 5.75,
    "mmt": 6.5, "ict": 7, "wib": 7, "wita": 8, "wit": 9, "myt": 8, "sgt": 8, "hkt": 8, "pht": 8, "jst": 9, "kst": 9,
    "awst": 8, "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "fjt": 12, "chst": 10,
    "hst": -10, "akst": -9, "akdt": -8, "nst": -3.5, "ndt": -2.5, "adt": -3,
    "brt": -3, "brst": -2, "art": -3, "uyt": -3, "clt": -4, "clst": -3, "bot": -4, "vet": -4, "cot": -5, "pet": -5,
}  # fmt: skip
_BY_COUNTRY: Final[dict[str, dict[str, float]]] = {
    "est": {"": -5, "au": 10},
    "edt": {"": -4, "au": 11},
    "cst": {"": -6, "cn": 8, "tw": 8, "mo": 8, "cu": -5, "au": 9.5},
    "cdt": {"": -5, "cu": -4, "au": 10.5},
    "mst": {"": -7, "my": 8, "mm": 6.5},
    "mdt": {"": -6},
    "pst": {"": -8, "ph": 8},
    "pdt": {"": -7},
    "ist": {"in": 5.5, "lk": 5.5, "ie": 1, "il": 2},
    "bst": {"bd": 6},
    "ast": {
        **dict.fromkeys(("sa", "kw", "iq", "qa", "bh", "ye"), 3),
        **dict.fromkeys(("ca", "bm", "pr", "do", "tt", "bb", "ag", "lc", "dm", "gd", "vc", "vi", "vg"), -4),
    },
    "bdt": {"bd": 6, "bn": 8},
    "sst": {"sg": 8, "as": -11},
    "wst": {"au": 8, "ws": 13},
    "amt": {"br": -4, "am": 4},
    "ect": {"ec": -5},
}
_COUNTRY_OF: Final = {
    "he": "il", "ga": "ie", "hi": "in", "ta": "in", "te": "in", "mr": "in", "gu": "in", "kn": "in", "ml": "in",
    "ar": "sa", "zh": "cn", "fil": "ph", "tl": "ph", "my": "mm", "hy": "am", "si": "lk", "bn": "",
}  # fmt: skip
"""The country whose zones a language's feeds mean, where one meaning is by far the likeliest."""

_LOWER_CASE: Final = frozenset("z ut utc gmt cet cest mez mesz msk est edt cst cdt mst mdt pst pdt bst jst kst".split())  # noqa: SIM905  # reads better as words
"""Names that count in any case. The rest have to be upper case: "met", "cat" and "art" are words too."""

_WESTERNMOST: Final = timedelta(hours=-12)
_EASTERNMOST: Final = timedelta(hours=14)
# Moscow kept summer time all year from 2011 to 2014 (UTC+4), and called it MSK.
_MSK_WAS_FOUR: Final = (datetime(2011, 3, 27, 2), datetime(2014, 10, 26, 2))  # noqa: DTZ001  # wall clock times

_OFFSET: Final = re.compile(
    r"(?<![\w.])(?:[a-z]{1,4})?\s?([+-])(?:(\d{1,2}):(\d{1,2})(?::00)?|(\d{1,2}?)(\d\d)?)(?!\d)", re.IGNORECASE
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:/[^\W\d_]+)*")
_NO_ZONE: Final = frozenset("H HR HRS UHR MON TUE WED THU FRI SAT SUN AM PM T".split())  # noqa: SIM905  # as above
_LONGEST_NAME: Final = 5
_TIME_WORDS: Final = frozenset("time zeit heure hora ora tid".split())  # noqa: SIM905  # as above


@dataclass(frozen=True, slots=True)
class ZoneHints:
    """Where a text comes from, as far as that is known; the likeliest first."""

    countries: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2, lower case."""
    languages: tuple[str, ...] = ()
    """ISO 639-1, lower case."""


NO_HINTS: Final = ZoneHints()


def hints_of(url: str = "", *tags: str | None) -> ZoneHints:
    """The hints that an address and language tags (BCP 47) give.

    The country of the host's name comes before the region of a tag: blog software writes ``en-US`` by default.
    """
    countries, languages = [], []
    try:
        ending = (urlsplit(url).hostname or "").rpartition(".")[2]
    except ValueError:
        ending = ""
    if len(ending) == 2 and ending.isalpha():
        countries.append({"uk": "gb"}.get(ending, ending))
    for tag in filter(None, tags):
        language, *rest = tag.lower().replace("_", "-").split("-", 4)[:4]
        languages.append(language)
        countries += [part for part in rest if len(part) == 2 and part.isalpha()][:1]
    spoken_in = (_COUNTRY_OF.get(language) for language in languages)
    return ZoneHints(tuple(dict.fromkeys(filter(None, (*countries, *spoken_in)))), tuple(dict.fromkeys(languages)))


def named_offset(name: str, local: datetime, hints: ZoneHints) -> timedelta | None:
    """The offset from UTC of a zone by its name, at a wall clock time; None for unknown and ambiguous names."""
    if not (name.isupper() or name.lower() in _LOWER_CASE):
        return None
    name = name.lower()
    if name == "msk":
        return timedelta(hours=4 if _MSK_WAS_FOUR[0] <= local < _MSK_WAS_FOUR[1] else 3)
    if name in _FIXED:
        return timedelta(hours=_FIXED[name])
    meanings = _BY_COUNTRY.get(name, {})
    hours = next((meanings[country] for country in hints.countries if country in meanings), meanings.get(""))
    if name == "bst" and hours is None and _is_european_summer(local):
        hours = 1
    return None if hours is None else timedelta(hours=hours)


def read_zone(text: str, local: datetime, hints: ZoneHints) -> tuple[timedelta | None, bool, str]:
    """The offset that ``text``, which follows a clock time, gives; whether it is clear; the text without it.

    No zone at all is an offset of None, and clear. Raises ValueError for an offset that no place on Earth has.
    """
    if found := _OFFSET.search(text):
        offset = _offset(found[1], found[2] or found[4], found[3] or found[5] or "0")
        return offset, True, text[: found.start()] + " " + text[found.end() :]
    words = [word[0] for word in _WORD.finditer(text)]
    for word in words:
        if (offset_of_name := named_offset(word, local, hints)) is not None:
            return offset_of_name, True, text
    return None, not any(map(_looks_like_a_zone, words)), text


def _offset(sign: str, hours: str, minutes: str) -> timedelta:
    size = timedelta(hours=int(hours), minutes=int(minutes))
    offset = -size if sign == "-" else size
    if int(minutes) > 59 or not _WESTERNMOST <= offset <= _EASTERNMOST:
        raise ValueError(f"no place on Earth is {sign}{hours}:{minutes} from UTC")
    return offset


def _looks_like_a_zone(word: str) -> bool:
    if "/" in word or word.lower() in _TIME_WORDS:
        return True
    return word.isascii() and word.isupper() and len(word) <= _LONGEST_NAME and word not in _NO_ZONE


def _is_european_summer(local: datetime) -> bool:
    """From the last Sunday of March to the last Sunday of October (Directive 2000/84/EC), by the day."""
    return _last_sunday(local.year, 3) <= local.toordinal() < _last_sunday(local.year, 10)


def _last_sunday(year: int, month: int) -> int:
    last = datetime(year, month, 31)  # noqa: DTZ001  # a day
    return last.toordinal() - (last.weekday() + 1) % 7
