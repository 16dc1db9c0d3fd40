"""Records and pages that no stage can use, and what has to become of each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from newswire.events import ARTICLES, DEAD, ENTRIES

MARK = "x-poison"
"""The header that a poison record is known by, wherever it turns up."""

PageKind = Literal["missing", "failing", "flood", "foreign", "tangle"]
PAGES: Mapping[PageKind, str] = {
    "missing": "http-404",
    "failing": "http-500",
    "flood": "too-large",
    "foreign": "not-html",
    "tangle": "no-text",
}
"""How a page is bad, with the reason that its entry is rejected for."""
FLOOD_BYTES = 600_000
TANGLE_ATTRIBUTES = 60_000
"""Costs a parser that does not bound a tag's attributes most of a minute."""
TANGLES = 2
"""At most: an unbounded parser would hold its worker for the whole deadline with each."""

_TOPICS = (ENTRIES, ARTICLES, DEAD)
_STAGES = {ENTRIES: "extract", ARTICLES: "store", DEAD: "store"}
_OWN_TYPE = {
    ENTRIES: "newswire.entry.found.v1",
    ARTICLES: "newswire.article.extracted.v1",
    DEAD: "newswire.dead.letter.v1",
}


@dataclass(frozen=True)
class PoisonRecord:
    """One record as an unfriendly producer writes it."""

    number: int
    kind: str
    topic: str
    key: bytes | None
    value: bytes | None
    ce_type: str | None

    @property
    def headers(self) -> list[tuple[str, bytes]]:
        """With its mark."""
        types = [] if self.ce_type is None else [("ce_specversion", b"1.0"), ("ce_type", self.ce_type.encode())]
        return [*types, (MARK, str(self.number).encode())]

    @property
    def stage(self) -> str:
        """Who has to turn it away, as an invalid record."""
        return _STAGES[self.topic]


def poison_record(number: int) -> PoisonRecord:
    """Every kind on every topic, in turn."""
    topic = _TOPICS[number % len(_TOPICS)]
    kind = ("bad-json", "wrong-schema", "unknown-type", "no-type", "bytes", "tombstone")[number // len(_TOPICS) % 6]
    plain = json.dumps({"poison": number}).encode()
    value, ce_type = {
        "bad-json": (b'{"poison": ', _OWN_TYPE[topic]),
        "wrong-schema": (plain, _OWN_TYPE[topic]),
        "unknown-type": (plain, "elsewhere.thing.happened.v7"),
        "no-type": (b"[1, 2, 3]", None),
        "bytes": (b"\xff\xfe\x00\x80", _OWN_TYPE[topic]),
        "tombstone": (None, None),
    }[kind]
    key = None if number % 2 else f"poison-{number}".encode()
    return PoisonRecord(number, kind, topic, key, value, ce_type)


def poison_pages(articles: int, count: int) -> dict[int, PageKind]:
    """``count`` of the article numbers, spread evenly, with what is wrong with each page."""
    kinds: list[PageKind] = ["missing", "failing", "flood", "foreign"]
    found: dict[int, PageKind] = {
        articles * n // count + articles // (2 * count): kinds[n % len(kinds)] for n in range(count)
    }
    for number in list(found)[:: max(1, count // TANGLES)][:TANGLES]:
        found[number] = "tangle"
    return found
