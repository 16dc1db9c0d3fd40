"""The golden day as it is committed, and the state of a consumer in the form of the day's expected state."""

import json
from typing import Any

from support.documents import ROOT
from support.foreign import Row, follow

_HELD = ("state", "revision", "duplicate_of", "title", "text", "text_hash")
FOLDER = ROOT / "schemas" / "golden-day"


def records() -> list[dict[str, Any]]:
    """What a log delivers, in this order."""
    return [json.loads(line) for line in (FOLDER / "records.jsonl").read_text(encoding="utf-8").splitlines()]


def expected() -> dict[str, Any]:
    """The state that a correct consumer holds in the end."""
    return json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


def rows_expected() -> dict[str, tuple[Any, ...]]:
    """By article id: state, revision, original, title, text and its hash."""
    return {row["article_id"]: tuple(row[name] for name in _HELD) for row in expected()["articles"]}


def rows_of(held: dict[str, Row]) -> dict[str, tuple[Any, ...]]:
    """The same of a consumer's rows."""
    return {
        article_id: (
            row.kind,
            row.revision,
            row.duplicate_of,
            *(row.article.get(name) for name in ("title", "text", "text_hash")),
        )
        for article_id, row in held.items()
    }


def rows_after(events: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """What a consumer holds after these events, given as JSON objects in any order that the contract allows."""
    held: dict[str, Row] = {}
    for event in events:
        if "article_id" in event:
            follow(held, f"newswire.change.{event['kind']}.v1", event)
    return rows_of(held)
