"""Whether a date that a publisher states can be true."""

from datetime import datetime, timedelta
from typing import Final

_SKEW: Final = timedelta(days=1)
"""Clocks and time zones of publishers are wrong by less than this."""


def lies_in_the_future(moment: datetime, now: datetime) -> bool:
    """Whether a stated moment is more than a day after ``now``; both with a zone."""
    return moment > now + _SKEW
