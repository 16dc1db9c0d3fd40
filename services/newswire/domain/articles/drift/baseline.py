"""What a source's articles usually are: counts by section and value, and what each new value says for a drift.

What a value says is the logarithm of its likelihood ratio, drifted to usual (Wald, "Sequential Tests of Statistical
Hypotheses", 1945). Each direction of drift has its own. Two precautions keep noise out:

- A section has shares of its own, drawn towards those of the whole source (Robbins, "An Empirical Bayes Approach to
  Statistics", 1956): the film pages of a site lack a text, and a day with many of them is no drift.
- The usual share is taken at the upper end of its uncertainty, and no single article says more than `MOST`.

Levels are compared by rank, as normal scores (van der Waerden, "Order tests for the two-sample problem", 1952), so no
shape of the distribution is assumed and one extreme text says no more than a long one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log, sqrt
from statistics import NormalDist
from typing import Final

KEPT: Final = 480.0
"""Articles that a baseline remembers, about: older ones count less and less, so it follows slow changes."""
SECTIONS: Final = 6
"""Sections with counts of their own; all others share one."""
OTHER: Final = ""
_PRIOR: Final = 12.0
"""So many articles' worth is the whole source's share in that of a section."""
_SURE: Final = 2.0
"""Standard errors from a share to the upper end of its uncertainty."""
_LEAST: Final = 0.05
"""The usual share is never taken to be lower: a few pages that lack a thing are no drift on any site."""
_NEARLY_ALL: Final = 0.95
_HALF: Final = 0.5
MOST: Final = 2.4
_SMALLEST_SHIFT: Final = 0.4
_LARGEST_SHIFT: Final = 2.0
_STANDARD: Final = NormalDist()

Ratios = tuple[float, ...]
"""What one value says for each direction of drift: above 0 for it, below 0 against it."""
RatioTable = Mapping[str, tuple[Ratios, ...]]
"""By section, then by value."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Counts by section; each has one count for every value."""

    sections: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def total(self) -> tuple[float, ...]:
        """The counts of the whole source, by value; empty before the first article."""
        return tuple(map(sum, zip(*self.sections.values(), strict=True)))

    def with_values(self, seen: Iterable[tuple[str, int]], values: int) -> "Baseline":
        """This baseline after more articles, each given by section and value; there are so many different values."""
        counts = {section: list(each) for section, each in self.sections.items()}
        for section, value in seen:
            name = section if section in counts or len(counts) < SECTIONS else OTHER
            counts.setdefault(name, [0.0] * values)[value] += 1
        weight = min(1.0, KEPT / max(1.0, sum(map(sum, counts.values()))))
        faded = {name: tuple(round(each * weight, 2) for each in row) for name, row in counts.items()}
        return Baseline({name: row for name, row in faded.items() if sum(row) >= _HALF})


NOTHING_LEARNED: Final = Baseline()


def share_table(baseline: Baseline) -> RatioTable:
    """For a thing that pages lack (1) or have (0): evidence that half of the others lack it now, and nearly all."""
    has, lacks = baseline.total or (0.0, 0.0)
    articles = has + lacks
    whole = (lacks + _HALF) / (articles + 1)
    rows = {OTHER: (0.0, 0.0)} | dict(baseline.sections)
    return {name: _share_evidence(row, whole, articles) for name, row in rows.items()}


def _share_evidence(row: tuple[float, ...], whole: float, articles: float) -> tuple[Ratios, Ratios]:
    known = row[0] + row[1] + min(_PRIOR, articles)
    share = (row[1] + min(_PRIOR, articles) * whole) / max(1.0, known)
    usual = min(0.99, max(_LEAST, share + _SURE * sqrt(share * (1 - share) / max(1.0, known))))
    half, nearly = (usual + part * (1 - usual) for part in (_HALF, _NEARLY_ALL))
    return (
        (log(1 - _HALF), log(1 - _NEARLY_ALL)),
        (min(MOST, log(half / usual)), min(MOST, log(nearly / usual))),
    )


def level_table(baseline: Baseline, shift: int, directions: tuple[int, ...]) -> RatioTable:
    """For a level: evidence that it is ``shift`` bins lower now (direction -1) or higher (1) than it was."""
    total = baseline.total
    articles = sum(total)
    if not articles:
        return {}
    rows = {OTHER: (0.0,) * len(total)} | dict(baseline.sections)
    return {name: _level_evidence(row, total, articles, shift, directions) for name, row in rows.items()}


def _level_evidence(
    row: tuple[float, ...], total: tuple[float, ...], articles: float, shift: int, directions: tuple[int, ...]
) -> tuple[Ratios, ...]:
    known = sum(row) + _PRIOR
    shares = [(own + _PRIOR * whole / articles) / known for own, whole in zip(row, total, strict=True)]
    scores = _scores(shares, known)
    found = []
    for direction in directions:
        moved = [scores[min(len(scores) - 1, max(0, place + direction * shift))] for place in range(len(scores))]
        expected = direction * sum(share * score for share, score in zip(shares, moved, strict=True))
        size = min(_LARGEST_SHIFT, max(_SMALLEST_SHIFT, expected))
        doubt = size * (size / 2 + 1 / sqrt(known))
        found.append([max(-MOST, min(MOST, direction * size * score - doubt)) for score in scores])
    return tuple(zip(*found, strict=True))


def _scores(shares: list[float], known: float) -> list[float]:
    """For each value the normal score of its middle rank."""
    below, scores = 0.0, []
    for share in shares:
        rank = (below + share / 2) * known
        scores.append(_STANDARD.inv_cdf((rank + _HALF) / (known + 1)))
        below += share
    return scores
