"""Feeds that nobody here wrote: all are read in bounded time, and as their projects expect.

Every expectation that speaks of the number of entries, or of a field that newswire has, is counted.
A difference has its rule (`support.feed_agreement`) or is counted as another; the floors are what was
measured, and a lower figure is a regression.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from multiprocessing import get_context

import pytest
from pebble import ProcessPool

from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed
from newswire.errors import Reject
from newswire.parsing.feeds.document import parse_feed
from support.corpus import CORPUS, needs_corpus
from support.feed_agreement import EQUAL, OTHER, judge
from support.feed_gold import FEED, Case, fastfeedparser, feedparser, feedrs, gofeed, plain

URL = "http://127.0.0.1:8097/feed.xml"
DEADLINE_S = 20

Result = tuple[Case, ParsedFeed | Reject]


def outcomes(cases: list[Case]) -> Iterator[Result]:
    """Each case through `parse_feed` in killable processes. Anything but a feed or a Reject fails the test."""
    with ProcessPool(max_workers=2, context=get_context("spawn")) as pool:
        futures = [
            pool.schedule(parse_feed, args=[case.body, URL, case.content_type], timeout=DEADLINE_S) for case in cases
        ]
        for case, future in zip(cases, futures, strict=True):
            try:
                yield case, future.result()
            except Reject as error:
                yield case, error
            except Exception as error:  # noqa: BLE001  # whatever it is, the file's name belongs to it
                pytest.fail(f"{case.path}: {error!r}")


def check(record_property, measured: dict[str, int], floors: dict[str, int]) -> None:
    record_property("measured", measured)
    print(measured)  # shown with -s
    below = {name: (measured.get(name, 0), floor) for name, floor in floors.items() if measured.get(name, 0) < floor}
    assert not below


@needs_corpus
@pytest.mark.parametrize(
    ("folder", "floors"),
    [
        ("feeds-real", {"feeds": 142, "entries": 5791}),
        ("feeds-yarr", {"feeds": 14, "entries": 18}),
        ("feeds-encoding", {"feeds": 5, "entries": 5}),
        ("feeds-reader", {"feeds": 3, "entries": 2}),
    ],
)
def test_feeds_are_read_in_bounded_time(record_property, folder, floors) -> None:
    check(record_property, counted(list(outcomes(plain(folder)))), floors)


def counted(results: list[Result]) -> dict[str, int]:
    feeds = [outcome for _, outcome in results if isinstance(outcome, ParsedFeed)]
    counts = [(case.count, outcome) for case, outcome in results if case.count is not None]
    return {
        "files": len(results),
        "feeds": len(feeds),
        "entries": sum(len(feed.entries) for feed in feeds),
        "counts met": sum(count == (len(one.entries) if isinstance(one, ParsedFeed) else 0) for count, one in counts),
    }


@needs_corpus
@pytest.mark.parametrize(
    ("cases", "floors", "equal", "others"),
    [
        (
            gofeed,
            {"feeds": 285, "counts met": 280},
            {
                "title": 56,
                "link": 15,
                "id": 3,
                "authors": 11,
                "tags": 8,
                "content": 13,
                "summary": 21,
                "published": 3,
                "updated": 3,
                "image": 2,
                "language": 6,
            },
            5,
        ),
        (
            feedrs,
            {"feeds": 30, "counts met": 28},
            {
                "title": 59,
                "link": 48,
                "id": 24,
                "authors": 16,
                "tags": 8,
                "content": 14,
                "summary": 27,
                "published": 26,
                "updated": 7,
                "image": 6,
                "language": 17,
            },
            0,
        ),
        (
            fastfeedparser,
            {"feeds": 6, "counts met": 6},
            {
                "title": 67,
                "link": 67,
                "id": 60,
                "authors": 39,
                "tags": 59,
                "content": 60,
                "summary": 61,
                "published": 61,
                "updated": 1,
                "image": 1,
                "language": 1,
            },
            0,
        ),
        (
            feedparser,
            {"feeds": 1050, "entries": 586, "counts met": 1},
            {
                "title": 258,
                "link": 15,
                "id": 7,
                "authors": 7,
                "tags": 1,
                "content": 33,
                "summary": 258,
                "published": 5,
                "updated": 4,
                "image": 1,
                "language": 11,
            },
            9,
        ),
    ],
)
def test_feeds_are_read_as_their_projects_expect(record_property, cases, floors, equal, others) -> None:
    results = list(outcomes(list(cases())))
    check(record_property, counted(results), floors)
    table: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for case, outcome in results:
        for expected in case.expected:
            verdict = judge(case, expected, part(outcome, expected.entry))
            table[expected.name][verdict] += 1
            if verdict == OTHER:
                print(f"{case.path.relative_to(CORPUS)}: {expected.name} {str(expected.value)[:90]!r} was not read so")
    for name, verdicts in sorted(table.items()):
        rules = ", ".join(f"{count} {rule}" for rule, count in verdicts.items() if rule not in (EQUAL, OTHER))
        print(f"{cases.__name__:15} {name:10} {verdicts.total():4} compared {verdicts[EQUAL]:4} equal  ", end="")
        print(f"{verdicts[OTHER]:2} other  {rules}")
    record_property("agreement", {name: dict(verdicts) for name, verdicts in table.items()})
    check(record_property, {name: verdicts[EQUAL] for name, verdicts in table.items()}, equal)
    assert sum(verdicts[OTHER] for verdicts in table.values()) <= others


def part(outcome: ParsedFeed | Reject, entry: int) -> ParsedFeed | ParsedEntry | None:
    if not isinstance(outcome, ParsedFeed):
        return None
    return outcome if entry == FEED else outcome.entries[entry] if entry < len(outcome.entries) else None
