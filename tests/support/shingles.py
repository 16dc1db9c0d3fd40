"""How well an extracted text covers the true one: bags of four-token runs."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from newswire.domain.text.fingerprint import tokens

LENGTH = 4


@dataclass(frozen=True, slots=True)
class Score:
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = tokens(text)
    if len(words) < LENGTH:
        return Counter([tuple(words)] if words else [])
    return Counter(zip(*(words[start:] for start in range(LENGTH)), strict=False))


def score(pages: Iterable[tuple[str, str]]) -> Score:
    """Mean precision and recall over (true, found) pairs; a page with nothing found has no precision to count."""
    precisions, recalls = [], []
    for true, found in pages:
        wanted, got = shingles(true), shingles(found)
        shared = (wanted & got).total()
        if got:
            precisions.append(shared / got.total())
        recalls.append(shared / wanted.total())
    return Score(fmean(precisions), fmean(recalls))
