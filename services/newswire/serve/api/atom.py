"""Articles as an Atom feed (RFC 4287), its pages linked (RFC 5005), withdrawn articles as tombstones (RFC 6721)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

_ATOM: Final = "http://www.w3.org/2005/Atom"
_TOMBSTONES: Final = "http://purl.org/atompub/tombstones/1.0"
_DECLARATION: Final = b"<?xml version='1.0' encoding='utf-8'?>\n"
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 (§2.2) does not allow, not even as references."""
register_namespace("", _ATOM)
register_namespace("at", _TOMBSTONES)


@dataclass(frozen=True, slots=True)
class AtomFeed:
    """What stands above the entries."""

    id: UUID
    """The same for every page and as long as the filter is the same."""
    title: str
    address: str
    next_address: str | None


def write_atom(feed: AtomFeed, articles: Iterable[dict[str, Any]]) -> bytes:
    """The document. The articles are objects as `ArticleDocument` describes them, with text or without."""
    articles = list(articles)
    root = Element(f"{{{_ATOM}}}feed")
    _add(root, "id", f"urn:uuid:{feed.id}")
    _add(root, "title", feed.title)
    newest = max((article["changed_at"] for article in articles), default=datetime(1970, 1, 1, tzinfo=UTC))
    _add(root, "updated", _moment(newest))
    _add(_add(root, "author"), "name", "newswire")
    _add(root, "link", rel="self", href=feed.address, type="application/atom+xml")
    if feed.next_address is not None:
        _add(root, "link", rel="next", href=feed.next_address)
    for article in articles:
        if article["kind"] == "withdrawn":
            deleted = {"ref": _urn(article), "when": _moment(article["changed_at"])}
            SubElement(root, f"{{{_TOMBSTONES}}}deleted-entry", deleted)
        else:
            _entry(root, article)
    return b"".join((_DECLARATION, tostring(root, encoding="utf-8")))


def _entry(root: Element, article: dict[str, Any]) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", _urn(article))
    _add(entry, "title", article["title"] or article["url"])
    _add(entry, "updated", _moment(article["changed_at"]))
    if article["published"]:
        _add(entry, "published", _moment(article["published"]["value"]))
    if article["url"].startswith(("http://", "https://")):
        _add(entry, "link", rel="alternate", href=article["url"])
    for name in article["authors"] or [article["site_name"] or article["source"]]:
        _add(_add(entry, "author"), "name", name)
    for tag in dict.fromkeys((*article["sections"], *article["tags"])):
        _add(entry, "category", term=tag)
    if article["description"]:
        _add(entry, "summary", article["description"])
    if article.get("text"):
        _add(entry, "content", article["text"], type="text")


def _add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    clean = {key: _NOT_XML.sub("", value) for key, value in attributes.items()}
    element = SubElement(parent, f"{{{_ATOM}}}{name}", clean)
    element.text = None if text is None else _NOT_XML.sub("", text)
    return element


def _urn(article: dict[str, Any]) -> str:
    return f"urn:uuid:{article['article_id']}"


def _moment(value: datetime | str) -> str:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
