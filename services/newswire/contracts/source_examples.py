"""Examples of the events about sources: see `newswire.contracts.examples`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from newswire.contracts.registry import Event
from newswire.events import SourceDrift, SourceRecovered, article_id_of, source_id_of, stable_id

_SOURCE: Final = "harbour.example"
_NOTICED: Final = datetime(2026, 3, 2, 8, 15, 0, 250_000, tzinfo=UTC)
_DRIFT: Final = SourceDrift(
    id=stable_id("source-event", _SOURCE, "drift", "author", article_id_of("https://harbour.example/news/ferry")),
    source=_SOURCE,
    source_id=source_id_of(_SOURCE),
    at=_NOTICED,
    signal="author",
    usual=0.93,
    position=43,
    measured=0.0,
    direction="lower",
    articles=7,
)

SOURCE_EXAMPLES: Final[Mapping[str, Mapping[str, Event]]] = {
    "newswire.source.drift.v1": {"001-authors-gone": _DRIFT},
    "newswire.source.recovered.v1": {
        "001-return": SourceRecovered(
            id=stable_id("source-event", _SOURCE, "recovered", "author", article_id_of("https://harbour.example/b")),
            source=_SOURCE,
            source_id=_DRIFT.source_id,
            at=datetime(2026, 3, 4, 9, 30, tzinfo=UTC),
            signal="author",
            usual=0.93,
            position=57,
            since=_NOTICED,
            articles=31,
            by="return",
        )
    },
}
"""By CloudEvents type, then by name."""
