"""Publishers as lists of times: when the entries of a feed come out."""

from collections.abc import Callable, Sequence
from random import Random

DAY_S = 86_400.0

Publisher = Callable[[Random, float, float], Sequence[float]]
"""Entries from one moment until another, in seconds from midnight of a Monday, in order."""


def steady(gap_s: float) -> Publisher:
    """A Poisson process."""
    return lambda chance, start, end: _poisson(chance, gap_s, start, end)


def by_day(gap_s: float) -> Publisher:
    """From 6 to 22 h alone, every day."""
    return lambda chance, start, end: [at for at in _poisson(chance, gap_s, start, end) if 6 <= at % DAY_S / 3600 < 22]


def working_week(gap_s: float) -> Publisher:
    """From 8 to 20 h, Monday to Friday."""
    return lambda chance, start, end: [
        at for at in _poisson(chance, gap_s, start, end) if at // DAY_S % 7 < 5 and 8 <= at % DAY_S / 3600 < 20
    ]


def batches(every_s: float, size: int) -> Publisher:
    """Many at once, a second apart, at a random moment of each period."""

    def times(chance: Random, start: float, end: float) -> Sequence[float]:
        moments = [start + every_s * (n + chance.random()) for n in range(int((end - start) / every_s))]
        return sorted(moment + n for moment in moments for n in range(size))

    return times


def dead(publisher: Publisher) -> Publisher:
    """Ended 60 days after the first moment."""
    return lambda chance, start, end: publisher(chance, start, min(end, start + 60 * DAY_S))


def with_live_blog(gap_s: float, burst_gap_s: float) -> Publisher:
    """A slow feed that on its fifth day has much to say from 12 to 18 h."""
    return lambda chance, start, end: sorted(
        [*_poisson(chance, gap_s, start, end), *_poisson(chance, burst_gap_s, 4.5 * DAY_S, 4.75 * DAY_S)]
    )


def _poisson(chance: Random, gap_s: float, start: float, end: float) -> list[float]:
    at, times = start, []
    while (at := at + chance.expovariate(1 / gap_s)) < end:
        times.append(at)
    return times
