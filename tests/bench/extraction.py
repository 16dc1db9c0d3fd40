"""Extraction scored and timed beside its peers, for each set of the corpus.

    python tests/bench/extraction.py [--sets extract-fundus …] [--only ours trafilatura …] [--every 1]

Every page goes through each extractor in turn, in one process on one core: the rates are paired,
and count seconds of the CPU, so that others on the machine change little. Peers that are not installed are left out.
Plain trafilatura has metadata and no reader comments.

Body: bags of runs of four tokens (`support.extraction_scores`). Precision is the mean over the pages with a prediction,
recall the mean over all, F1 their harmonic mean; the page mean is the mean of each page's own F1 and punishes empty
answers. Title, authors and date count as right only where they are exact; "wrong date" is the share of pages with a
true date that were given another one, "invent" the share of pages without a true author that were given one, "people"
the share that were given a person: we tell people from organisations, the peers do not.
"""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from newswire.runtime.garbage import settle
from support.corpus import pages
from support.extraction_peers import EXTRACTORS, Extractor
from support.extraction_scores import Scores

SETS = ("extract-scrapinghub", "extract-news424", "extract-fundus", "extract-wcxb")
COLUMNS = (
    "F1", "page", "prec", "recall", "empty", "title", "author", "a.prec", "invent", "date", "wrong", "people",
)  # fmt: skip
HEAD = (
    f"{'set':12} {'extractor':12} {' '.join(f'{name:>6}' for name in COLUMNS)}"
    f" {'p/s':>7} {'ratio':>6} {'p95 ms':>7} {'max ms':>7} {'raised':>6}"
)


def timed(extract: Extractor, body: bytes, url: str) -> tuple[dict[str, Any], float, bool]:
    began = time.process_time()
    raised = False
    try:
        found = extract(body, url)
    except Exception:  # noqa: BLE001  # a peer that raises has found nothing
        found, raised = {}, True
    return found, time.process_time() - began, raised


def every(name: str, step: int) -> Iterator[tuple[dict[str, Any], bytes]]:
    return (page for number, page in enumerate(pages(name)) if number % step == 0)


def measure(name: str, step: int, extractors: dict[str, Extractor]) -> dict[str, tuple[Scores, list[float], int]]:
    scores: dict[str, Scores] = {each: Scores() for each in extractors}
    seconds: dict[str, list[float]] = defaultdict(list)
    raised: dict[str, int] = defaultdict(int)
    for number, (gold, body) in enumerate(every(name, step)):
        names = list(extractors)
        for each in names[number % len(names) :] + names[: number % len(names)]:  # none is always the first on a page
            found, took, failed = timed(extractors[each], body, gold.get("url") or "https://example.org/")
            scores[each].add(gold, found)
            seconds[each].append(took)
            raised[each] += failed
    return {each: (scores[each], seconds[each], raised[each]) for each in extractors}


def show(name: str, extractor: str, scores: Scores, seconds: list[float], base: float, raised: int) -> None:
    ordered = sorted(seconds)
    figures = "".join(f" {'' if value is None else f'{value:.3f}':>6}" for value in scores.figures())
    print(
        f"{name.removeprefix('extract-'):12} {extractor:12}{figures} {len(seconds) / sum(seconds):7.1f}"
        f" {base / sum(seconds):6.2f} {ordered[int(0.95 * len(ordered))] * 1000:7.0f} {ordered[-1] * 1000:7.0f}"
        f" {raised:6}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--only", nargs="+", default=None, help="extractors; the ratio is to plain trafilatura")
    parser.add_argument("--every", type=int, default=1, help="every n-th page")
    options = parser.parse_args()
    extractors: dict[str, Callable[[bytes, str], dict[str, Any]]] = {
        name: extract
        for name, make in EXTRACTORS.items()
        if (options.only is None or name in options.only) and (extract := make())
    }
    for extract in extractors.values():  # what is loaded at first use is not counted
        timed(extract, b"<html><body><article><h1>Warm</h1><p>Some text.</p></article></body></html>", "https://e.org/")
    settle()  # as in a worker process: the collector leaves the word lists alone
    print(HEAD)
    totals: dict[str, list[float]] = defaultdict(list)
    for name in options.sets:
        measured = measure(name, options.every, extractors)
        base = sum(measured["trafilatura"][1]) if "trafilatura" in measured else 0.0
        for each, (scores, seconds, raised) in measured.items():
            show(name, each, scores, seconds, base, raised)
            totals[each] += seconds
    for each, seconds in totals.items():
        ratio = sum(totals["trafilatura"]) / sum(seconds) if "trafilatura" in totals else 0.0
        print(
            f"{'all':12} {each:12} {len(seconds) / sum(seconds):7.1f} pages/s, {ratio:.2f} of plain trafilatura's rate"
        )


if __name__ == "__main__":
    main()
