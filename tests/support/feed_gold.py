"""What other projects expect of the feeds in the corpus, in one form: a field of an entry, and its value."""

import ast
import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from support.corpus import CORPUS

FEED = -1


class Expected(NamedTuple):
    """One value that a project's own test expects."""

    entry: int
    """Its number, or FEED."""
    name: str
    value: Any
    """A text; for dates aware, in UTC; for authors, tags and images a list of texts."""


@dataclass
class Case:
    """One file with what its project expects of it."""

    path: Path
    body: bytes
    content_type: str | None = None
    count: int | None = None
    expected: list[Expected] = field(default_factory=list)

    def expect(self, entry: int, **values: Any) -> None:
        """Empty values say nothing."""
        self.expected += [Expected(entry, name, value) for name, value in values.items() if value]


def read(path: Path) -> bytes:
    body = path.read_bytes()
    return gzip.decompress(body) if path.suffix == ".gz" else body


def files(folder: str) -> list[Path]:
    return [path for path in sorted((CORPUS / folder).rglob("*")) if path.is_file()]


def plain(folder: str) -> list[Case]:
    return [Case(path, read(path)) for path in files(folder)]


def time(text: str | None) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def first(links: list[dict[str, Any]]) -> str | None:
    return next(
        (link["href"] for link in links if link.get("rel") in (None, "", "alternate") and link.get("href")), None
    )


def text_of(value: Any, key: str) -> str | None:
    """Of a text that is given alone or with its type."""
    return value.get(key) if isinstance(value, dict) else value


def names(people: list[Any]) -> list[str]:
    return [name for person in people if (name := text_of(person, "name"))]


def gofeed() -> Iterator[Case]:
    for path in files("feeds-gofeed"):
        if path.suffix == ".json" and "json" in path.parts and not path.stem.endswith("_expected"):
            yield Case(path, read(path))
        if path.suffix != ".xml":
            continue
        case = Case(path, read(path))
        if path.with_suffix(".json").exists():
            feed = json.loads(path.with_suffix(".json").read_bytes())
            items = feed.get("items") or feed.get("entries") or []
            case.count = len(items)
            link = feed.get("link") or first(feed.get("links", [])) if "entries" in feed else feed.get("link")
            case.expect(FEED, title=feed.get("title"), link=link, language=feed.get("language"))
            for number, item in enumerate(items):
                case.expect(number, **_gofeed_item(item))
        yield case


def _gofeed_item(item: dict[str, Any]) -> dict[str, Any]:
    links = item.get("links") or []
    categories = [
        text_of(one, "label") or text_of(one, "term") or text_of(one, "value") for one in item.get("categories") or []
    ]
    guid = text_of(item.get("guid"), "value")
    author = item.get("author")
    return {
        "title": item.get("title"),
        "link": item.get("link") or (first(links) if links and isinstance(links[0], dict) else None),
        "id": item.get("id") or guid,
        "published": time(item.get("publishedParsed") or item.get("pubDateParsed")),
        "updated": time(item.get("updatedParsed")),
        "authors": names(item.get("authors") or ([author] if author else [])),
        "tags": [category for category in categories if category],
        "summary": item.get("summary") or item.get("description"),
        "content": text_of(item.get("content"), "value"),
        "image": [url for url in [(item.get("image") or {}).get("url")] if url],
        "language": item.get("language"),
    }


def feedrs() -> Iterator[Case]:
    for path in files("feeds-feedrs"):
        if path.name.endswith(".serde.json"):
            continue
        case = Case(path, read(path))
        expected = path.with_name(path.stem + ".serde.json")
        if expected.exists():
            feed = json.loads(expected.read_bytes())
            case.count = len(feed["entries"])
            case.expect(
                FEED, title=text_of(feed["title"], "content"), link=first(feed["links"]), language=feed["language"]
            )
            for number, entry in enumerate(feed["entries"]):
                case.expect(number, **_feedrs_entry(entry))
        yield case


def _feedrs_entry(entry: dict[str, Any]) -> dict[str, Any]:
    media = entry["media"]
    contents = [one for group in media for one in group["content"] if str(one.get("content_type")).startswith("image")]
    thumbnails = [one["image"]["uri"] for group in media for one in group["thumbnails"]]
    return {
        "title": text_of(entry["title"], "content"),
        "link": first(entry["links"]),
        "id": entry["id"],
        "published": time(entry["published"]),
        "updated": time(entry["updated"]),
        "authors": names(entry["authors"]),
        "tags": [one["label"] or one["term"] for one in entry["categories"]],
        "summary": text_of(entry["summary"], "content"),
        "content": text_of(entry["content"], "body"),
        "image": [one["url"] for one in contents if one.get("url")] + thumbnails,
        "language": entry["language"],
    }


def fastfeedparser() -> Iterator[Case]:
    for path in files("feeds-fastfeedparser-expected"):
        stem = path.name.removesuffix(".gz").rpartition(".")[0]
        expected = path.with_name(stem + (".json.gz" if ".xml" in path.name else ".expected.json.gz"))
        if expected == path or not expected.exists():
            continue
        case = Case(path, read(path))
        feed = json.loads(read(expected))
        entries = feed["entries"]
        case.count = len(entries)
        case.expect(FEED, **{name: feed.get("feed", {}).get(name) for name in ("title", "link", "language")})
        for number, entry in enumerate(entries):
            case.expect(
                number,
                **{name: entry.get(name) for name in ("title", "link", "id")},
                published=time(entry.get("published")),
                updated=time(entry.get("updated")),
                authors=names(entry.get("authors") or []),
                tags=[tag["term"] for tag in entry.get("tags") or [] if tag.get("term")],
                summary=entry.get("description"),
                content=next((one["value"] for one in entry.get("content") or [] if one.get("value")), None),
                image=[image for image in [entry.get("image")] if isinstance(image, str)],
            )
        yield case


_EXPECTED: re.Pattern[str] = re.compile(
    r"""(?:entries\[(?P<number>\d)\]|feed)(?P<path>(?:\.\w+|\[['"]\w+['"]\]|\[\d\])+)\s*==\s*
        (?P<value>u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*"|\([\d, ]+\))(?!["'])""",
    re.VERBOSE,
)
_PATHS = {
    "title": "title",
    "title_detail value": "title",
    "link": "link",
    "id": "id",
    "description": "summary",
    "summary": "summary",
    "summary_detail value": "summary",
    "content 0 value": "content",
    "author": "authors",
    "author_detail name": "authors",
    "tags 0 term": "tags",
    "media_thumbnail 0 url": "image",
    "published_parsed": "published",
    "updated_parsed": "updated",
    "language": "language",
    "title_detail language": "language",
    "summary_detail language": "language",
    "content 0 language": "language",
}
"""Where feedparser puts what, and as which field that is compared; whatever else it expects is its own affair."""
_OF_A_FEED = frozenset(("title", "title_detail value", "link", "language"))
_COUNT = re.compile(r"len\(entries\)\s*==\s*(\d+)")
_HEADER = re.compile(r"Content-type:\s*([^\n]+)", re.IGNORECASE)


def feedparser() -> Iterator[Case]:
    for path in files("feeds-feedparser-cases"):
        case = Case(path, read(path))
        comment = case.body.replace(b"\0", b"").decode("utf-8", "replace")[:2_000]
        if header := _HEADER.search(comment):
            case.content_type = header[1].strip()
        if count := _COUNT.search(comment):
            case.count = int(count[1])
        for found in _EXPECTED.finditer(comment):
            where = " ".join(re.findall(r"\w+", found["path"]))
            name = _PATHS.get(where)
            if name is None or (found["number"] is None and where not in _OF_A_FEED):
                continue
            value = ast.literal_eval(found["value"])
            if isinstance(value, tuple):
                value = datetime(*value[:6], tzinfo=UTC)
            number = int(found["number"] or FEED)
            case.expected.append(Expected(number, name, [value] if name in _LISTS else value))  # "" is expected too
        yield case


_LISTS = frozenset(("authors", "tags", "image"))
