"""An article in the format of news agencies: ninjs 3.1 (IPTC, https://iptc.org/standards/ninjs/)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

STANDARD: Final = {"name": "ninjs", "version": "3.1"}


def ninjs(article: Mapping[str, Any]) -> dict[str, Any]:
    """The ninjs object of an article, given as its `ArticleDocument` in JSON.

    A field whose value is not known is left out. Without a text, ``representationType`` is ``partial``.
    """
    return {name: value for name, value in _fields(article) if value not in (None, [], "")}


def _fields(article: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    text, published, image = article.get("text"), article["published"], article["image"]
    yield "uri", f"urn:uuid:{article['article_id']}"
    yield "standard", STANDARD
    yield "type", "text"
    yield "representationType", "full" if text else "partial"
    yield "version", str(article["revision"])
    yield "firstCreated", article["first_seen"]
    yield "versionCreated", article["changed_at"]
    yield "contentCreated", published and published["value"]
    yield "pubStatus", "canceled" if article["kind"] == "withdrawn" else "usable"
    yield "language", article["language"]
    yield "headlines", _texts("main", article["title"])
    yield "descriptions", _texts("summary", article["description"])
    yield "bodies", [{**body, "wordCount": article["word_count"]} for body in _texts("main", text)]
    yield "by", ", ".join(article["authors"])
    yield "people", [{"name": name, "rel": "author"} for name in _people(article)]
    yield "subjects", _subjects(article)
    yield "infoSources", [{"name": article["site_name"] or article["source"]}]
    yield (
        "altIds",
        [
            {"role": "canonical-url", "value": article["canonical_url"]},
            {"role": "sha256", "value": article["content_hash"]},
        ],
    )
    yield "renditions", [{"name": "main", "href": image}] if image else []
    yield "usageTerms", article["rights"]["licence"]
    original = article["duplicate_of"]
    yield "associations", [{"name": "original", "uri": f"urn:uuid:{original}"}] if original else []


def _texts(role: str, value: str | None) -> list[dict[str, Any]]:
    return [{"role": role, "contentType": "text/plain", "value": value}] if value else []


def _people(article: Mapping[str, Any]) -> Iterator[str]:
    """The authors that are not known to be something else than people."""
    kinds = article["author_kinds"] or ["person"] * len(article["authors"])
    yield from (name for name, kind in zip(article["authors"], kinds, strict=False) if kind == "person")


def _subjects(article: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"name": name, "rel": rel} for rel, key in (("section", "sections"), ("tag", "tags")) for name in article[key]
    ]
