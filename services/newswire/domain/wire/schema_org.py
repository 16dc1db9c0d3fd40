"""An article as a NewsArticle of schema.org in JSON-LD (https://schema.org/NewsArticle)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

_TYPES: Final = {"person": "Person", "agency": "NewsMediaOrganization", "organisation": "Organization"}


def news_article(article: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON-LD object of an article, given as its `ArticleDocument` in JSON. What is not known is left out."""
    return {name: value for name, value in _fields(article) if value not in (None, [], "")}


def _fields(article: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    published, modified, rights = article["published"], article["modified"], article["rights"]
    yield "@context", "https://schema.org"
    yield "@type", "NewsArticle"
    yield "@id", f"urn:uuid:{article['article_id']}"
    yield "url", article["canonical_url"]
    yield "mainEntityOfPage", article["canonical_url"]
    yield "headline", article["title"]
    yield "description", article["description"]
    yield "datePublished", published and published["value"]
    yield "dateModified", modified and modified["value"]
    yield "inLanguage", article["language"]
    yield "author", list(_authors(article))
    yield "publisher", {"@type": "Organization", "name": article["site_name"] or article["source"]}
    yield "image", article["image"]
    yield "articleSection", article["sections"]
    yield "keywords", article["tags"]
    yield "articleBody", article.get("text")
    yield "wordCount", article["word_count"]
    yield "isAccessibleForFree", rights["free_access"]
    yield "license", rights["licence"]
    yield "creativeWorkStatus", "Withdrawn" if article["kind"] == "withdrawn" else None
    original = article["duplicate_of"]
    yield "isBasedOn", f"urn:uuid:{original}" if original else None


def _authors(article: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    kinds = article["author_kinds"] or [""] * len(article["authors"])
    for name, kind in zip(article["authors"], kinds, strict=False):
        yield {"@type": _TYPES.get(kind, "Person"), "name": name}
