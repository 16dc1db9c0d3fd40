"""The wire: articles by the day that they changed on, each with its reprints below it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from newswire.domain.wire.filters import ChangeKind, ListedKind
from newswire.serve.console.queries import WireAsked
from newswire.serve.console.views.words import StateMark

FIELDS: Final = frozenset(
    [
        "kind",
        "revision",
        "duplicate_of",
        "changed_at",
        "url",
        "source",
        "site_name",
        "title",
        "description",
        "language",
        "word_count",
        "published",
    ]
)
"""The fields of an article that the wire shows."""
LEAD: Final = 240
"""Characters of a description."""
_KINDS: Final[Mapping[ListedKind | None, tuple[ChangeKind, ...]]] = {
    None: ("published", "revised", "withdrawn"),
    "published": ("published", "revised"),
    "duplicate": ("duplicate",),
    "withdrawn": ("withdrawn",),
}


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One line of the wire."""

    article_id: str
    title: str
    source: str
    site: str
    language: str | None
    words: int
    changed: datetime
    published: datetime | None
    lead: str
    marks: tuple[StateMark, ...]
    copies: tuple["StoryLine", ...] = ()


@dataclass(frozen=True, slots=True)
class WireDay:
    """The articles that changed last on one day."""

    day: date
    stories: tuple[StoryLine, ...]


def wire_days(documents: Sequence[Mapping[str, Any]]) -> tuple[WireDay, ...]:
    """The days of a page, from documents in the order of the list, which is kept."""
    stories = map(story_of, documents)
    return tuple(WireDay(day, tuple(of_day)) for day, of_day in groupby(stories, lambda story: story.changed.date()))


def story_of(document: Mapping[str, Any]) -> StoryLine:
    """One line, from the JSON object of an article."""
    published = document.get("published")
    lead = " ".join((document.get("description") or "")[: 2 * LEAD].split())
    return StoryLine(
        article_id=str(document["article_id"]),
        title=document.get("title") or document["url"],
        source=document["source"],
        site=document.get("site_name") or document["source"],
        language=document.get("language"),
        words=document["word_count"],
        changed=document["changed_at"],
        published=datetime.fromisoformat(published["value"]) if published else None,
        lead=lead if len(lead) <= LEAD else lead[: LEAD - 1].rstrip() + "…",
        marks=tuple(_marks(document)),
        copies=tuple(map(story_of, document.get("duplicates", ()))),
    )


def _marks(document: Mapping[str, Any]) -> Iterator[StateMark]:
    kind, revision = document["kind"], document["revision"]
    if kind == "withdrawn":
        yield StateMark("withdrawn", "bad", "The publisher took the article away")
    elif kind == "duplicate":
        yield StateMark("reprint", title="It repeats another article")
    elif revision > 1:
        yield StateMark("revised", "warn", f"The publisher changed it: this is revision {revision}")


def live_address(asked: WireAsked, cursor: str) -> str | None:
    """Where the page asks for changes that it does not show yet; None where none can come into its list."""
    if asked.after is not None or asked.until is not None:
        return None
    kinds = _KINDS[asked.kind]
    if asked.kind is None and asked.duplicates == "all":
        kinds = (*kinds, "duplicate")
    conditions = {"source": asked.source, "language": asked.language, "feed": asked.feed}
    given = {name: str(value) for name, value in conditions.items() if value is not None}
    query = {"kind": ",".join(kinds), **given, "fields": "article_id", "limit": "200", "after": cursor}
    return f"/v1/changes?{urlencode(query, safe=',')}"


def other_page(asked: WireAsked, **changed: object) -> str:
    """The address of the list with some conditions changed; from its first page, unless ``after`` is one of them."""
    shown = asked.model_dump(mode="json", exclude_defaults=True, exclude={"after"}) | changed
    kept = {name: value for name, value in shown.items() if value is not None}
    return f"/?{urlencode(kept)}" if kept else "/"
