"""How often the pages of a host are edited, by the age of the article: learned from the looks at them.

A look covers the time since the look before; it finds an edit in it or none. The rate of an age band is the number of
edits by the hours that were looked at (a Gamma-Poisson estimate), with `PRIOR` as what is known before the first look.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

BANDS: Final = (1.0, 3.0, 9.0, 27.0, 81.0, 168.0)
"""Where the age bands end, in hours."""
PRIOR: Final = (0.25, 0.08, 0.03, 0.008, 0.002, 0.0006)
"""Edits per hour and article that are expected of a host that nothing is known about."""
PRIOR_AFTER: Final = 0.2
"""Edits per hour that are expected soon after an edit."""
PRIOR_EDITS: Final = 2.0
"""The prior counts as much as looks that have found so many edits."""
MEMORY_EDITS: Final = 60.0
"""When a band has this many edits, or as many times the prior's hours, the older half is forgotten."""


@dataclass(frozen=True, slots=True)
class EditRate:
    """By age band: the hours that looks have covered, and the edits that they found."""

    hours: tuple[float, ...] = (0.0,) * len(BANDS)
    edits: tuple[float, ...] = (0.0,) * len(BANDS)
    after_hours: float = 0.0
    """The same for the time soon after an edit."""
    after_edits: float = 0.0


NO_RATE: Final = EditRate()


def band_of(age_h: float) -> int:
    """The band of an age in hours."""
    return next((number for number, end in enumerate(BANDS) if age_h < end), len(BANDS) - 1)


def looked(rate: EditRate, since: timedelta, until: timedelta, *, edited: bool, soon_after: bool) -> EditRate:
    """The rate after a look at an article of the age ``until`` that was seen last at the age ``since``.

    An edit is counted for the band of the middle of that time. ``soon_after``: the article had been edited shortly
    before ``since``; such a look counts for the time after an edit alone.
    """
    start, end = (max(0.0, age / timedelta(hours=1)) for age in (since, until))
    if end <= start:
        return rate
    if soon_after:
        full = rate.after_edits > MEMORY_EDITS or rate.after_hours > MEMORY_EDITS / PRIOR_AFTER
        kept = 0.5 if full else 1.0
        after_hours, after_edits = (rate.after_hours + end - start) * kept, (rate.after_edits + edited) * kept
        return replace(rate, after_hours=after_hours, after_edits=after_edits)
    hours, edits = list(rate.hours), list(rate.edits)
    edges = (0.0, *BANDS)
    for number in range(len(BANDS)):
        hours[number] += max(0.0, min(end, edges[number + 1]) - max(start, edges[number]))
    edits[band_of((start + end) / 2)] += edited
    for number in range(len(BANDS)):
        full = edits[number] > MEMORY_EDITS or hours[number] > MEMORY_EDITS * PRIOR_EDITS / PRIOR[number]
        if full:
            hours[number] /= 2
            edits[number] /= 2
    return replace(rate, hours=tuple(hours), edits=tuple(edits))


def per_hour(rate: EditRate, band: int) -> float:
    """Edits per hour and article that are expected in a band."""
    known = PRIOR_EDITS / PRIOR[band]
    return (rate.edits[band] + PRIOR_EDITS) / (rate.hours[band] + known)


def per_hour_after(rate: EditRate) -> float:
    """Edits per hour that are expected of an article soon after an edit."""
    return (rate.after_edits + PRIOR_EDITS) / (rate.after_hours + PRIOR_EDITS / PRIOR_AFTER)
