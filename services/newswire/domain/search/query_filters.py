"""The fields of a query that choose articles by facts: source: lang: kind: feed: before: after:."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any, Final, Literal
from uuid import UUID

from newswire.domain.wire.filters import DOMAIN, LANGUAGE, WireFilter
from newswire.domain.wire.refusals import Impossible

SearchedKind = Literal["published", "duplicate"]
_MOST_VALUES: Final = 100


def filter_of(fields: Iterable[tuple[str, str]]) -> WireFilter:
    """The filter of the fields of a query, each with its value. Raises `Impossible` for a value that is none.

    Several values of one field are those of which one must hold; of several moments the narrower one counts.
    """
    lists: dict[str, set[Any]] = {"kinds": set(), "sources": set(), "feeds": set(), "languages": set()}
    after: list[datetime] = []
    before: list[datetime] = []
    for field, value in fields:
        if field in {"after", "before"}:
            (after if field == "after" else before).append(_moment(field, value))
        else:
            name, read = _LISTS[field]
            lists[name] |= {read(part.strip().lower()) for part in value.split(",")[:_MOST_VALUES]}
    return WireFilter(
        kinds=frozenset(lists["kinds"]),
        sources=frozenset(lists["sources"]),
        feeds=frozenset(lists["feeds"]),
        languages=frozenset(lists["languages"]),
        published_after=max(after, default=None),
        published_before=min(before, default=None),
    )


def _kind(value: str) -> str:
    if value == "withdrawn":
        raise Impossible("q", "withdrawn articles are not searched; /v1/articles?kind=withdrawn lists them")
    if value not in {"published", "duplicate"}:
        raise Impossible("q", f"kind:{value}: a kind is published or duplicate")
    return value


def _source(value: str) -> str:
    if not DOMAIN.fullmatch(value):
        raise Impossible("q", "source: takes a domain, such as source:example.org")
    return value


def _language(value: str) -> str:
    if not LANGUAGE.fullmatch(value):
        raise Impossible("q", "lang: takes a code of two or three letters, such as lang:en")
    return value


def _feed(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Impossible("q", "feed: takes the id of a feed, as newswire feeds list and /v1/feeds show it") from None


def _moment(field: str, value: str) -> datetime:
    """A day, which begins at midnight in UTC, or a time with its zone."""
    try:
        if len(value) == len("2026-03-01"):
            return datetime.combine(date.fromisoformat(value), time(), UTC)
        found = datetime.fromisoformat(value)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Impossible(
        "q", f"{field}: takes a day or a time with its zone: {field}:2026-03-01, {field}:2026-03-01T12:00:00Z"
    )


_LISTS: Final = {
    "source": ("sources", _source),
    "lang": ("languages", _language),
    "language": ("languages", _language),
    "kind": ("kinds", _kind),
    "feed": ("feeds", _feed),
}
FILTER_FIELDS: Final = (*_LISTS, "before", "after")
