"""Feeds that nobody here wrote: all are read in bounded time, and as their projects expect.

Every expectation that speaks of the number of entries, or of an entry's title, link or id, is
counted. The floors are what was measured; a lower figure is a regression.
"""

import ast
import gzip
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from pebble import ProcessPool

from newswire.domain.documents import ParsedFeed
from newswire.errors import Reject
from newswire.parsing.feed import parse_feed
from newswire.parsing.plain_text import one_line, plain_lines, plain_text

CORPUS = Path(os.environ.get("NEWSWIRE_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
URL = "http://127.0.0.1:8097/feed.xml"
DEADLINE_S = 20

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus: NEWSWIRE_CORPUS names no folder")

FEED = -1
Field = tuple[int, str, str]  # an entry's number (or FEED), which field, its value


@dataclass
class Case:
    """One file with what its project expects of it."""

    path: Path
    body: bytes
    content_type: str | None = None
    count: int | None = None
    fields: list[Field] = field(default_factory=list)


def read(path: Path) -> bytes:
    body = path.read_bytes()
    return gzip.decompress(body) if path.suffix == ".gz" else body


def plain(folder: str) -> Iterator[Case]:
    yield from (Case(path, read(path)) for path in files(folder))


def files(folder: str) -> list[Path]:
    return [path for path in sorted((CORPUS / folder).rglob("*")) if path.is_file()]


def gofeed() -> Iterator[Case]:
    for path in files("feeds-gofeed"):
        expected = path.with_suffix(".json")
        if path.suffix == ".json" and "json" in path.parts and not path.stem.endswith("_expected"):
            yield Case(path, read(path))
        if path.suffix != ".xml":
            continue
        case = Case(path, read(path))
        if expected.exists():
            feed = json.loads(expected.read_bytes())
            items = feed.get("items") or feed.get("entries") or []
            case.count = len(items)
            for number, item in enumerate(items):
                link = item.get("link")
                case.fields += [
                    (number, name, value)
                    for name, value in (("title", item.get("title")), ("link", link), ("id", item.get("guid")))
                    if isinstance(value, str) and value
                ]
        yield case


def feedrs() -> Iterator[Case]:
    for path in files("feeds-feedrs"):
        if path.name.endswith(".serde.json"):
            continue
        case = Case(path, read(path))
        expected = path.with_name(path.stem + ".serde.json")
        if expected.exists():
            entries = json.loads(expected.read_bytes())["entries"]
            case.count = len(entries)
            for number, entry in enumerate(entries):
                if entry["title"]:
                    case.fields.append((number, "title", entry["title"]["content"]))
                links = [link["href"] for link in entry["links"] if link["rel"] in (None, "alternate")]
                if links:
                    case.fields.append((number, "link", links[0]))
        yield case


def fastfeedparser() -> Iterator[Case]:
    for path in files("feeds-fastfeedparser-expected"):
        stem = path.name.removesuffix(".gz").rpartition(".")[0]
        expected = path.with_name(stem + (".json.gz" if ".xml" in path.name else ".expected.json.gz"))
        if expected == path or not expected.exists():
            continue
        case = Case(path, read(path))
        entries = json.loads(read(expected))["entries"]
        case.count = len(entries)
        for number, entry in enumerate(entries):
            case.fields += [
                (number, name, entry[name]) for name in ("title", "link", "id") if isinstance(entry.get(name), str)
            ]
        yield case


EXPECTED_FIELD = re.compile(
    r"""(?:entries\[(\d)\]|feed)(?:\.|\[['"])(title|link|id|description|summary)(?:['"]\])?\s*==\s*u?"""
    r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
)
EXPECTED_COUNT = re.compile(r"len\(entries\)\s*==\s*(\d+)")
HEADER = re.compile(r"Content-type:\s*([^\n]+)", re.IGNORECASE)


def feedparser() -> Iterator[Case]:
    for path in files("feeds-feedparser-cases"):
        case = Case(path, read(path))
        comment = case.body.replace(b"\0", b"").decode("utf-8", "replace")[:2_000]
        if header := HEADER.search(comment):
            case.content_type = header[1].strip()
        if count := EXPECTED_COUNT.search(comment):
            case.count = int(count[1])
        for number, name, literal in EXPECTED_FIELD.findall(comment):
            if number or name in ("title", "link"):
                case.fields.append((int(number or FEED), name, ast.literal_eval(literal)))
        yield case


def outcomes(cases: list[Case]) -> Iterator[tuple[Case, ParsedFeed | Reject]]:
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


def tally(cases: list[Case]) -> Counter[str]:
    tally: Counter[str] = Counter()
    for case, outcome in outcomes(cases):
        entries = outcome.entries if isinstance(outcome, ParsedFeed) else ()
        tally["files"] += 1
        tally["feeds"] += isinstance(outcome, ParsedFeed)
        tally["entries"] += len(entries)
        if case.count is not None:
            tally["counts expected"] += 1
            tally["counts met"] += len(entries) == case.count
        for number, name, expected in case.fields:
            found = outcome if number == FEED else entries[number] if number < len(entries) else None
            tally[f"{name} expected"] += 1
            met = agrees(name, expected, found)
            tally[f"{name} met"] += met
            if not met:
                # Shown when a floor is missed.
                print(f"{case.path.relative_to(CORPUS)}: {name} {expected[:90]!r} is not in {str(found)[:300]}")
    return tally


def agrees(name: str, expected: str, found: Any) -> bool:
    """Whether a feed or entry says what is expected, texts compared as plain text."""
    match name:
        case "title":
            return (getattr(found, "title", None) or "") in (one_line(expected), one_line(plain_text(expected)))
        case "description" | "summary":
            texts = [getattr(found, field, None) or "" for field in ("summary", "content")]
            return plain_text(expected) in texts or plain_lines(expected) in texts
        case "link":
            return getattr(found, "url", getattr(found, "link", None)) == expected.strip()
        case _:
            return getattr(found, "id", None) == expected.strip()


def check(record_property, cases: Iterator[Case], floors: dict[str, int]) -> None:
    measured = tally(list(cases))
    record_property("measured", dict(measured))
    print(dict(measured))  # shown with -s
    below = {name: (measured[name], floor) for name, floor in floors.items() if measured[name] < floor}
    assert not below


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
    check(record_property, plain(folder), floors)


@pytest.mark.parametrize(
    ("cases", "floors"),
    [
        (gofeed, {"feeds": 283, "counts met": 280, "title met": 25, "link met": 4, "id met": 2}),
        (feedrs, {"feeds": 30, "counts met": 28, "title met": 31, "link met": 28}),
        (fastfeedparser, {"feeds": 6, "counts met": 6, "title met": 61, "link met": 61, "id met": 60}),
        (
            feedparser,
            {
                "feeds": 1050,
                "entries": 586,
                "counts met": 1,
                "title met": 209,
                "description met": 236,
                "summary met": 23,
                "link met": 15,
                "id met": 7,
            },
        ),
    ],
)
def test_feeds_are_read_as_their_projects_expect(record_property, cases, floors) -> None:
    check(record_property, cases(), floors)
