"""The signals of a source that are watched, and the figures that people are shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, Literal

from newswire.domain.articles.drift.baseline import Baseline, RatioTable, level_table, share_table
from newswire.domain.articles.drift.observation import FURNITURE_BINS, LENGTH_BINS, density_in, words_in

SignalName = Literal["text", "date", "author", "agreement", "length", "furniture"]


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that is watched. Without a shift it is a thing that pages have or lack."""

    values: int = 2
    shift: int = 0
    """The bins by which a level has to move to count as another one."""
    directions: tuple[int, ...] = ()
    """The directions in which a level is watched: -1 down, 1 up."""

    def table(self, baseline: Baseline) -> RatioTable:
        """What each value says for a drift."""
        return level_table(baseline, self.shift, self.directions) if self.shift else share_table(baseline)


SIGNALS: Final[Mapping[SignalName, Signal]] = {
    "text": Signal(),
    "date": Signal(),
    "author": Signal(),
    "agreement": Signal(),
    "length": Signal(LENGTH_BINS, 2, (-1, 1)),
    "furniture": Signal(FURNITURE_BINS, 4, (1,)),
}


def usual_figure(name: SignalName, baseline: Baseline) -> float:
    """The share of pages that have the thing; of a level the median: words, or the share of the text like furniture."""
    return _figure(name, baseline.total)


def figure_of(name: SignalName, values: Iterable[int]) -> float:
    """The same of single articles, given by their values."""
    counts = [0.0] * SIGNALS[name].values
    for value in values:
        counts[value] += 1
    return _figure(name, tuple(counts))


def _figure(name: SignalName, counts: tuple[float, ...]) -> float:
    articles = sum(counts)
    if not articles:
        return 0.0
    if not SIGNALS[name].shift:
        return round(counts[0] / articles, 3)
    middle = next(value for value, passed in enumerate(accumulate(counts)) if passed >= articles / 2)
    return float(words_in(middle)) if name == "length" else round(density_in(middle), 3)
