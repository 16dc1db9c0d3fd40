"""What a feed says of when to ask for it."""

from typing import Final

from newswire.parsing.feeds.raw import Raw, string, strings

_PERIODS: Final = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_LONGEST_TTL_S: Final = 31_536_000
_DAYS: Final = {
    name: day for day, name in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
}


def ttl_s(feed: Raw) -> int | None:
    """RSS 2.0 ttl (minutes), else the syndication module's period / frequency (whose defaults are daily and 1)."""
    if (minutes := _number(string(feed, "ttl"))) is not None:
        seconds = minutes * 60
    elif period := _PERIODS.get(string(feed, "sy_updateperiod").strip().lower()):
        seconds = period // (_number(string(feed, "sy_updatefrequency")) or 1)
    else:
        return None
    return seconds if 0 < seconds <= _LONGEST_TTL_S else None


def skip_hours(feed: Raw) -> tuple[int, ...]:
    """RSS skipHours: 0-23 as given, each once. Netscape's 0.91 counted 1-24, so 24 is 0."""
    hours = (_number(text) for text in strings(feed, "skiphours"))
    return tuple(dict.fromkeys(hour % 24 for hour in hours if hour is not None and hour <= 24))


def skip_days(feed: Raw) -> tuple[int, ...]:
    """RSS skipDays: 0 = Monday … 6 = Sunday as given, each once."""
    days = (_DAYS.get(text.strip().lower()) for text in strings(feed, "skipdays"))
    return tuple(dict.fromkeys(day for day in days if day is not None))


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
