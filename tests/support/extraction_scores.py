"""What an extracted page is worth against its gold: body, title, authors, date."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

RUN = 4
_ALONE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Scripts that part no words: each character is a token."""
_TOKEN = re.compile(f"[{_ALONE}]|[^\\W{_ALONE}]+")
_DAY = re.compile(r"\s*(\d{4}-\d{2}-\d{2})")
_BETWEEN_NAMES = re.compile(r"[;,|\n]| and | und | et | y ")


def words_of(text: str | None) -> list[str]:
    """The tokens of a text, as it spells them."""
    return _TOKEN.findall(text or "")


def runs(text: str | None) -> Counter[tuple[str, ...]]:
    """The runs of four tokens of a text with their counts; a shorter text is one run."""
    words = words_of(text)
    if len(words) < RUN:
        return Counter([tuple(words)] if words else [])
    return Counter(zip(*(words[start:] for start in range(RUN)), strict=False))


def body_scores(true: str, found: str | None) -> tuple[float | None, float]:
    """Precision (None where nothing was found) and recall of one page."""
    wanted, got = runs(true), runs(found)
    if not wanted and not got:
        return 1.0, 1.0
    shared = (wanted & got).total()
    return (shared / got.total() if got else None), (shared / wanted.total() if wanted else 0.0)


def harmonic(precision: float | None, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision and recall else 0.0


def folded(text: str | None) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text or "").casefold()))


def names(value: str | Iterable[str] | None) -> set[str]:
    parts = _BETWEEN_NAMES.split(value) if isinstance(value, str) else value or ()
    return {name for part in parts if (name := folded(part))}


def day(value: object) -> str | None:
    match = _DAY.match(str(value or ""))
    return match[1] if match else None


@dataclass
class Scores:
    """Sums over the pages of a set."""

    precisions: list[float] = field(default_factory=list)
    recalls: list[float] = field(default_factory=list)
    page_f1: list[float] = field(default_factory=list)
    titles: list[bool] = field(default_factory=list)
    authors: list[bool] = field(default_factory=list)
    invented: list[bool] = field(default_factory=list)
    invented_people: list[bool] = field(default_factory=list)
    dates: list[bool] = field(default_factory=list)
    wrong_dates: list[bool] = field(default_factory=list)
    empty: int = 0
    right_names: int = 0
    given_names: int = 0

    def add(self, gold: dict[str, Any], found: dict[str, Any]) -> None:
        """Count one page."""
        if gold.get("text"):
            precision, recall = body_scores(gold["text"], found.get("text"))
            self.precisions += [] if precision is None else [precision]
            self.recalls.append(recall)
            self.page_f1.append(harmonic(precision, recall))
            self.empty += not (found.get("text") or "").strip()
        if gold.get("title"):
            self.titles.append(folded(gold["title"]) == folded(found.get("title")))
        if "authors" in gold:
            true, given = names(gold["authors"]), names(found.get("authors"))
            if true:
                self.authors.append(true == given)
                self.right_names += len(true & given)
                self.given_names += len(given)
            else:
                self.invented.append(bool(given))
                self.invented_people.append(bool(found.get("people", given)))
        if true_day := day(gold.get("date")):
            given_day = day(found.get("date"))
            self.dates.append(given_day == true_day)
            self.wrong_dates.append(given_day is not None and given_day != true_day)

    def figures(self) -> tuple[float | None, ...]:
        """F1, page mean, precision, recall, empty; title; authors, their precision, invented; date, wrong date; people.

        The last one is the share of pages without an author that were given a person's name.
        """
        precision, recall = _mean(self.precisions), _mean(self.recalls)
        return (
            harmonic(precision, recall or 0.0),
            _mean(self.page_f1),
            precision,
            recall,
            self.empty / len(self.recalls) if self.recalls else None,
            _mean(self.titles),
            _mean(self.authors),
            self.right_names / self.given_names if self.given_names else None,
            _mean(self.invented),
            _mean(self.dates),
            _mean(self.wrong_dates),
            _mean(self.invented_people),
        )


def _mean(values: Iterable[float]) -> float | None:
    known = list(values)
    return fmean(known) if known else None
