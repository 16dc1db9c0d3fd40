"""A moment in words, as the tables of dates expect it."""

from datetime import timedelta

from newswire.parsing.text.moments import Moment, read_moment
from newswire.parsing.text.time_zones import NO_HINTS, ZoneHints


def told(text: str, hints: ZoneHints = NO_HINTS) -> str:
    """``2026-11-20`` for a day, ``2026-11-20T15:07:41+01:00`` for a time, ``none`` where nothing is read.

    A time without a zone ends with its seconds; one whose zone is unclear ends with a question mark.
    """
    moment = read_moment(text, hints)
    return "none" if moment is None else _in_words(moment)


def _in_words(moment: Moment) -> str:
    if moment.precision == "day":
        assert (moment.offset, moment.value.hour, moment.value.minute) == (None, 0, 0)
        return moment.value.date().isoformat()
    assert moment.value == (moment.local - (moment.offset or timedelta())).replace(tzinfo=moment.value.tzinfo)
    return moment.local.isoformat() + ("" if moment.clear else "?") + _offset(moment.offset)


def _offset(offset: timedelta | None) -> str:
    if offset is None:
        return ""
    minutes = int(offset.total_seconds()) // 60
    return "Z" if not minutes else f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
