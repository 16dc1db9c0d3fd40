"""The calendar day that a text names, in numbers or with the month's name."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from newswire.parsing.text.month_names import folded, month_of
from newswire.parsing.text.time_zones import ZoneHints

_YEAR: Final = r"(?P<y>(?:19|20)\d\d)"
_WORD: Final = r"(?<![^\W\d_])(?P<word>[^\W\d_]{2,14})"
_D: Final = r"(?<!\d)(?P<d>\d{1,2})"
_ORDINAL: Final = r"(?:st|nd|rd|th|er|re|eme|\.?[oaºª]|[.°]|-?го|-?е)?"
_OF: Final = r"(?:(?:of|de|del|di|d['’]|de l['’])\s?)?"
_GAP: Final = r"[\s\-/.,׳]*"

_NUMBERS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^{_YEAR}(?P<m>\d\d)(?P<d>\d\d)(?!\d)",
        rf"(?<!\d){_YEAR}\s?[-/.]\s?(?P<m>\d{{1,2}})\s?[-/.]\s?(?P<d>\d{{1,2}})(?!\d)",
        rf"(?<!\d){_YEAR}\s?[年년]\s?(?P<m>\d{{1,2}})\s?[月월]\s?(?P<d>\d{{1,2}})\s?[日号號일]?",
        rf"{_D}\s+thang\s+(?P<m>\d{{1,2}})(?:\s?,|\s+nam)?\s+{_YEAR}(?!\d)",
        rf"{_D}\.\s?(?P<m>0?[1-9]|1[0-2])\.\s?{_YEAR}(?!\d)",
    )
)
_WEEK: Final = re.compile(rf"(?<!\d){_YEAR}-?W(?P<w>\d\d)-?(?P<wd>[1-7])(?!\d)", re.IGNORECASE)
_ORDINAL_DAY: Final = re.compile(rf"(?<!\d){_YEAR}-(?P<n>\d{{3}})(?!\d)|^(?P<yy>(?:19|20)\d\d)(?P<nn>\d{{3}})(?!\d)")
_ERA: Final = re.compile(r"(?P<era>令和|平成)\s?(?P<n>\d{1,2}|元)\s?年\s?(?P<m>\d{1,2})\s?月\s?(?P<d>\d{1,2})\s?日")
_BEFORE_ERA: Final = {"令和": 2018, "平成": 1988}
_DAY_OR_MONTH_FIRST: Final = re.compile(rf"(?<!\d)(?P<a>\d{{1,2}})([-/.])(?P<b>\d{{1,2}})\2{_YEAR}(?!\d)")
_NAMED: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_D}{_ORDINAL}{_GAP}{_OF}{_WORD}{_GAP}{_OF}(?P<y>\d{{4}}|['’]?\d\d)(?![\d:]|\.\d)",
        rf"{_WORD}[\s\-/.]*(?P<d>\d{{1,2}}){_ORDINAL}[\s\-/.,]*{_OF}(?P<y>\d{{4}})(?![\d:])",
        rf"(?<!\d){_YEAR}[\s\-/.,]*+(?:(?:m\.|г\.|ko|gada)[\s\-/.,]*+)?{_WORD}[\s\-/.,]*(?P<d>\d{{1,2}})(?![\d:])[.a]?(?:\s?d\.)?",
        rf"(?<!\d){_YEAR}\.?\s?gada\s?(?P<d>\d{{1,2}})\.\s?{_WORD}",
    )
)
# The year behind the clock time, as C's asctime writes it.
_YEAR_LAST: Final = re.compile(
    rf"(?:{_WORD}\.?\s(?P<d>\d{{1,2}})|(?<!\d)(?P<dd>\d{{1,2}})\s(?P<word2>[^\W\d_]{{3,}})\.?),?(?P<rest>\s\d{{1,2}}:[^()]{{0,60}})\s{_YEAR}(?=\s?\(|$)",
    re.IGNORECASE,
)

_LANGUAGE_OF: Final = {"cz": "cs", "ua": "uk", "si": "sl", "rs": "sr", "ba": "bs", "dk": "da", "gr": "el", "se": "sv"}
"""By country, where the language's code is another one."""

Day = tuple[date, str]


def find_day(text: str, hints: ZoneHints) -> Day | None:
    """The day in ``text`` (marks dropped, white space single) and the text without it; None when there is none.

    Raises ValueError for a day that no calendar has.
    """
    readers: tuple[Callable[[str, ZoneHints], Day | None], ...] = (_in_numbers, _with_a_name, _day_or_month_first)
    return next((found for reader in readers if (found := reader(text, hints))), None)


def _in_numbers(text: str, _hints: ZoneHints) -> Day | None:
    if found := _WEEK.search(text):
        return date.fromisocalendar(int(found["y"]), int(found["w"]), int(found["wd"])), _without(text, found)
    if found := _ORDINAL_DAY.search(text):
        year = int(found["y"] or found["yy"])
        day = date(year, 1, 1) + timedelta(days=int(found["n"] or found["nn"]) - 1)
        if day.year != year:
            raise ValueError(f"no year has a day {found[0]!r}")
        return day, _without(text, found)
    for form in _NUMBERS:
        if found := form.search(text):
            return date(int(found["y"]), int(found["m"]), int(found["d"])), _without(text, found)
    if found := _ERA.search(text):
        year = _BEFORE_ERA[found["era"]] + (1 if found["n"] == "元" else int(found["n"]))
        return date(year, int(found["m"]), int(found["d"])), _without(text, found)
    return None


def _with_a_name(text: str, hints: ZoneHints) -> Day | None:
    languages = (*hints.languages, *(_LANGUAGE_OF.get(country, country) for country in hints.countries))
    for form in _NAMED:
        for named, month in _named(form, text, languages):
            year = int(named["y"].lstrip("'’"))
            return date(_whole_year(year), month, int(named["d"])), _without(text, named)
    found = _YEAR_LAST.search(text)
    last = month_of(folded(found["word"] or found["word2"]), languages) if found else None
    if found is None or last is None:
        return None
    rest = text[: found.start()] + found["rest"] + text[found.end() :]
    return date(int(found["y"]), last, int(found["d"] or found["dd"])), rest


def _named(form: re.Pattern[str], text: str, languages: Sequence[str]) -> Iterator[tuple[re.Match[str], int]]:
    found = form.search(text)
    while found:
        if (month := month_of(folded(found["word"]), languages)) is not None:
            yield found, month
        found = form.search(text, found.start() + 1)  # not behind it: the hour of "3 PM 20 Nov 2026" is no day


def _whole_year(year: int) -> int:
    """RFC 822 writes the year with two digits: up to 69 they are of this century, from 90 on of the last."""
    if year >= 100 or 70 <= year < 90:
        return year
    return year + (2000 if year < 70 else 1900)


def _day_or_month_first(text: str, hints: ZoneHints) -> Day | None:
    """``20/11/2026``, ``11.20.2026``: the number over 12 is the day.

    Where both numbers may be the day, the country or the language decides.
    """
    found = _DAY_OR_MONTH_FIRST.search(text)
    if found is None:
        return None
    first, second = int(found["a"]), int(found["b"])
    month_first = _month_first(hints) if first <= 12 and second <= 12 and first != second else first <= 12
    if month_first is None:
        return None
    month, day = (first, second) if month_first else (second, first)
    return date(int(found["y"]), month, day), _without(text, found)


def _month_first(hints: ZoneHints) -> bool | None:
    """Americans and Filipinos write the month first; Canadians do both; elsewhere the day comes first."""
    for country in hints.countries:
        return None if country == "ca" else country in {"us", "ph"}
    other = [language for language in hints.languages if language not in {"en", "zh", "ja", "ko", "hu", "lt"}]
    return False if other else None


def _without(text: str, found: re.Match[str]) -> str:
    return text[: found.start()] + " | " + text[found.end() :]
