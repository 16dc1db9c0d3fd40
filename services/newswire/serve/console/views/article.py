"""One article: its text, where each fact about it comes from, its copies, its rights."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from newswire.serve.console.views.words import StateMark

_DATES_FROM: Final = {
    "feed": "the feed",
    "json-ld": "the page's JSON-LD",
    "meta": "the page's meta tags",
    "url": "the page's address",
    "text": "the page's visible text",
    "import": "the import",
}
_STATEMENTS: Final = (
    ("robots_allowed", "robots.txt", "allows this fetch", "forbids this fetch"),
    ("tdm_reserved", "Text and data mining", "reserved by the publisher", "not reserved"),
    ("archiving_allowed", "Archiving", "allowed", "refused by the page"),
    ("indexing_allowed", "Indexing", "allowed", "refused by the page"),
    ("free_access", "Access", "free", "not free"),
)
"""For each statement on rights: the field, its name for people, its meaning when true and when false."""
_READ_FROM: Final = {"json-ld": "JSON-LD", "meta": "meta tags", "og": "Open Graph tags", "h1": "heading"}
_EVIDENCE: Final = {
    "content-hash": "The words are equal",
    "editor": "An editor linked it",
    "former-original": "It was linked to an article that is a reprint of this one now",
}
_BODY_FROM: Final = {"page": "the page", "feed": "the feed", "import": "the import"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact, and where it comes from."""

    name: str
    value: str | datetime
    source: str = ""
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class CopyRow:
    """One copy, with the grounds on which it counts as one."""

    article_id: str
    title: str
    source: str
    language: str | None
    first_seen: datetime
    grounds: tuple[str, ...]


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text: its lines, without the empty ones."""
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def state_of(kind: str, revision: int) -> StateMark:
    """What an article is now."""
    if kind == "withdrawn":
        return StateMark("withdrawn", "bad", "The publisher took it away. Its texts stay here.")
    if kind == "duplicate":
        return StateMark("reprint", "plain", "It repeats another article.")
    if revision > 1:
        return StateMark("revised", "warn", f"Revision {revision}: the publisher changed it.")
    return StateMark("published", "good", "As it was first seen.")


def published_of(document: Mapping[str, Any]) -> datetime | None:
    """When an article was published, where that is known."""
    dated = document.get("published")
    return datetime.fromisoformat(dated["value"]) if dated else None


def facts_of(document: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Every fact that is known, from the JSON object of an article. Unknown ones are left out."""
    return tuple(_facts(document))


def _facts(document: Mapping[str, Any]) -> Iterator[Fact]:
    extraction = document["extraction"]
    body = _BODY_FROM.get(extraction["body_from"], extraction["body_from"])
    method = f"{extraction['method']} {extraction['version']}"
    if document.get("title"):
        yield Fact("Title", document["title"], _basis(document, "title", body))
    yield from _dates(document)
    if document.get("authors"):
        yield Fact("Authors", ", ".join(_authors(document)), _basis(document, "authors", body))
    if document.get("language"):
        sure = document.get("language_confidence")
        yield Fact("Language", document["language"], "the page" if sure is None else f"its words, {sure:.0%} sure")
    yield Fact("Text", f"{document['word_count']} words", f"{body}, by {method}")
    if extraction.get("flags"):
        yield Fact("Doubts", ", ".join(extraction["flags"]), method)
    for name, key in (("Sections", "sections"), ("Tags", "tags")):
        if document.get(key):
            yield Fact(name, ", ".join(document[key]), body)
    yield from _addresses(document)
    yield from _times(document)


def _dates(document: Mapping[str, Any]) -> Iterator[Fact]:
    for name, key in (("Published", "published"), ("Modified", "modified")):
        if (dated := document.get(key)) is not None:
            yield Fact(name, datetime.fromisoformat(dated["value"]), _basis(document, key, _date_source(dated)))
    if not document.get("published"):
        for claimed in (document.get("facts") or {}).get("published_candidates", ()):
            source = f"{_date_source(claimed)}; not sure enough"
            yield Fact("Published, perhaps", datetime.fromisoformat(claimed["value"]), source)


def _date_source(dated: Mapping[str, Any]) -> str:
    source = _DATES_FROM.get(dated["source"], dated["source"])
    return source if dated["precision"] == "second" else f"{source}, to the day"


def _basis(document: Mapping[str, Any], key: str, otherwise: str) -> str:
    """The source of a fact with its confidence, where the event names the grounds of the fact."""
    basis = (document.get("facts") or {}).get(key)
    if basis is None:
        return otherwise
    read = (
        otherwise
        if key in {"published", "modified"}
        else f"the page's {_READ_FROM.get(basis['source'], basis['source'])}"
    )
    return f"{'the feed' if basis['source'] == 'feed' else read}, confidence {basis['confidence']:.2f}"


def _authors(document: Mapping[str, Any]) -> Iterator[str]:
    kinds = document.get("author_kinds") or [None] * len(document["authors"])
    for name, kind in zip(document["authors"], kinds, strict=False):
        yield name if kind in {None, "person"} else f"{name} ({kind})"


def _addresses(document: Mapping[str, Any]) -> Iterator[Fact]:
    yield Fact("Address", document["url"], "the feed's link, followed", is_link=True)
    if document["canonical_url"] != document["url"]:
        yield Fact("Canonical address", document["canonical_url"], "our normal form", is_link=True)
    if document.get("canonical_link"):
        yield Fact("Canonical link", document["canonical_link"], "the page's claim", is_link=True)
    if document.get("image"):
        yield Fact("Image", document["image"], "the page's claim; not loaded here", is_link=True)
    if (http := document.get("http")) is not None:
        kind = http.get("content_type")
        yield Fact("Answer", f"{http['status']}{f', {kind}' if kind else ''}", "the publisher's server")


def _times(document: Mapping[str, Any]) -> Iterator[Fact]:
    times = (("Found", "found_at", "the poll"), ("Fetched", "fetched_at", "the fetch"))
    for name, key, source in (*times, ("Extracted", "extracted_at", "the stage extract")):
        if document.get(key):
            yield Fact(name, datetime.fromisoformat(document[key]), source)


def rights_of(rights: Mapping[str, Any]) -> tuple[Fact, ...]:
    """The publisher's statements on the use of the article, each in words; none where it makes none."""
    found = []
    for key, name, yes, no in _STATEMENTS:
        if rights.get(key) is not None:
            found.append(Fact(name, yes if rights[key] else no))
    if rights.get("tdm_policy"):
        found.append(Fact("Policy on mining", rights["tdm_policy"], is_link=True))
    if rights.get("licence"):
        found.append(Fact("Licence", rights["licence"], is_link=True))
    return tuple(found)


def copy_rows(rows: Sequence[Mapping[str, Any]]) -> tuple[CopyRow, ...]:
    """The copies of an article, from the rows of `list_copies`."""
    return tuple(
        CopyRow(
            article_id=str(row["article"]["article_id"]),
            title=row["article"].get("title") or row["article"]["url"],
            source=row["article"].get("site_name") or row["article"]["source"],
            language=row["article"].get("language"),
            first_seen=row["article"]["first_seen"],
            grounds=grounds_of(row["duplicate_of"]),
        )
        for row in rows
    )


def grounds_of(link: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Why an article counts as a copy, in short sentences; none for a copy whose link has no recorded grounds."""
    if link is None:
        return ()
    found = [_EVIDENCE.get(link["evidence"], f"{link['score']:.0%} of the shorter text is in the other")]
    if (compared := link.get("compared")) is not None:
        found.append(
            f"{compared['shared_words']} of {compared['words']} words shared with {compared['original_words']}, "
            f"{compared['new_words']} words in new passages"
        )
    if link.get("relation"):
        found.append(f"{link['relation']}{f': {reason}' if (reason := link.get('reason')) else ''}")
    found.append(f"evidence {link['evidence']}, decided by {link['algorithm']}")
    return tuple(found)
