"""The difference that a redo makes: counts, and the first articles with their words."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from newswire.domain.articles.dropped import is_dropped
from newswire.domain.articles.revisions.difference import difference
from newswire.operations.redo.read_again import Redone


@dataclass(slots=True)
class RedoReport:
    """What a redo found, in the order of the pages."""

    samples: int
    """How many differences are kept to be shown."""
    outcomes: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    shown: list[dict[str, Any]] = field(default_factory=list)

    def add(self, found: Redone) -> None:
        """Count a page, and keep its difference while there is room."""
        self.outcomes[found.outcome] += 1
        self.fields.update(found.fields)
        if found.outcome == "changed" and len(self.shown) < self.samples:
            self.shown.append(_sample(found))

    def counts(self) -> dict[str, Any]:
        """The counts as a JSON object, its keys in order."""
        return {
            "pages": self.outcomes.total(),
            "outcomes": dict(sorted(self.outcomes.items())),
            "fields": dict(sorted(self.fields.items())),
        }


def _sample(found: Redone) -> dict[str, Any]:
    if found.event is None or found.stored is None or found.stored.article is None:
        raise ValueError("only a changed article has a difference")
    before, after = found.stored.article, found.event.article
    words = None if is_dropped(before) else difference(before, after)
    row: dict[str, Any] = {"article_id": str(after.article_id), "url": after.url, "fields": list(found.fields)}
    if words is not None:
        row["words"] = words.model_dump(mode="json", include={"added_words", "removed_words", "passages"})
    told = {name: _values(before, after, name) for name in found.fields if name not in {"text", "text_kinds"}}
    return row | ({"values": told} if told else {})


def _values(before: Any, after: Any, name: str) -> dict[str, Any]:
    old, new = (each.model_dump(mode="json", include={name})[name] for each in (before, after))
    return {"before": old, "now": new}
