"""Problems: one dead letter in words, and the story of one address."""

import base64
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from newswire.serve.console.views.words import Tone

MOST_SHOWN: Final = 20_000
"""Characters of a record that a page shows."""
_TONES: Final[Mapping[str, Tone]] = {"dead letter": "bad", "gap": "warn", "withdrawn": "bad", "published": "good"}
_OWN: Final = frozenset({"what", "at", "url", "title", "article_id"})


@dataclass(frozen=True, slots=True)
class StoryRow:
    """One thing that happened to an address."""

    what: str
    tone: Tone
    at: datetime | None
    title: str | None
    article_id: str | None
    details: tuple[tuple[str, str], ...]


def story_rows(story: Sequence[Mapping[str, Any]]) -> tuple[StoryRow, ...]:
    """The rows of `explain_address`, in their order."""
    return tuple(_row(each) for each in story)


def record_text(value_base64: str) -> tuple[str, bool]:
    """A record as text, JSON indented; and whether it was cut."""
    value = base64.b64decode(value_base64)
    text = value[: 4 * MOST_SHOWN].decode("utf-8", "replace")
    if len(value) <= 4 * MOST_SHOWN:
        with suppress(ValueError, RecursionError):
            text = json.dumps(json.loads(value), indent=2, ensure_ascii=False)
    return text[:MOST_SHOWN], len(text) > MOST_SHOWN or len(value) > 4 * MOST_SHOWN


def _row(row: Mapping[str, Any]) -> StoryRow:
    what = str(row["what"])
    outcome = row.get("outcome")
    details = tuple(
        (name.replace("_", " "), _text(value)) for name, value in row.items() if name not in _OWN and value is not None
    )
    return StoryRow(
        what=what,
        tone="bad" if outcome == "rejected" else _TONES.get(what, "plain"),
        at=datetime.fromisoformat(row["at"]) if row.get("at") else None,
        title=row.get("title"),
        article_id=row.get("article_id"),
        details=details,
    )


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_text(each)}" for name, each in value.items() if each is not None)
    return str(value)
