"""The dates of feeds and sitemaps: what `text.moments` reads, without moments whose zone is in doubt."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from newswire.events import Precision
from newswire.parsing.text.moments import MAX_CHARS, NO_HINTS, Moment, ZoneHints, read_moment
from newswire.parsing.text.plain_text import one_line


@dataclass(frozen=True, slots=True)
class FeedDate:
    """A date as a feed gives it."""

    value: datetime | None = None
    """Aware, UTC; None without a date, and where the date is in doubt."""
    precision: Precision = "second"
    """``day`` when only a date is given; ``value`` is then its midnight, UTC."""
    raw: str | None = None
    """The date as written, where it is in doubt; at most `MAX_CHARS` characters."""


NO_DATE: Final = FeedDate()


def feed_moment(text: str, hints: ZoneHints = NO_HINTS) -> Moment | None:
    """The moment that a feed's date states; None where it, or its zone, is in doubt.

    A time without a zone counts as UTC: most feeds that leave it out mean that.
    """
    moment = read_moment(text, hints)
    return moment if moment is not None and moment.clear else None


def feed_date(texts: Iterable[str], hints: ZoneHints = NO_HINTS) -> FeedDate:
    """The first date of ``texts`` that can be read, else the first that says anything, in doubt."""
    given = [text for text in texts if text and not text.isspace()]
    moments = (feed_moment(text, hints) for text in given)
    found = next((moment for moment in moments if moment is not None), None)
    if found is not None:
        return FeedDate(found.value, found.precision)
    raw = one_line(given[0][: 2 * MAX_CHARS])[:MAX_CHARS].rstrip() if given else ""
    return FeedDate(raw=raw or None)
