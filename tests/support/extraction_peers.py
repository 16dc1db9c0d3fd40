"""Extractors to compare with: each a function from a page's bytes and address to what was found.

A peer's maker answers None where the peer is not installed.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from importlib.util import find_spec
from typing import Any

import trafilatura

from newswire.domain.articles.facts.page_claims import decide
from newswire.errors import Reject
from newswire.events import Dated
from newswire.parsing.pages.page import parse_page, warm

_PEOPLE = frozenset({"person", "account"})
Extractor = Callable[[bytes, str], dict[str, Any]]
_CHARSET = re.compile(rb"<meta[^>]{0,500}charset=[\"']?([\w-]+)", re.IGNORECASE)


def _day_of(dated: Dated | None) -> str | None:
    """The day by the publisher's own clock: the one that readers see, and that other extractors cut out of the text."""
    return (dated.value + timedelta(minutes=dated.offset_minutes or 0)).isoformat() if dated else None


def _ours() -> Extractor:
    warm()

    def run(body: bytes, url: str) -> dict[str, Any]:
        try:
            page = parse_page(body, url)
        except Reject:
            return {}
        return {
            "text": page.text,
            "title": page.title,
            "authors": page.authors,
            "people": [name.text for name in decide(page.claims).authors.value or () if name.kind in _PEOPLE],
            "date": _day_of(page.published),
        }

    return run


def _trafilatura() -> Extractor:
    def run(body: bytes, url: str) -> dict[str, Any]:
        found: Any = trafilatura.bare_extraction(body, url=url, with_metadata=True, include_comments=False)
        if found is None:
            return {}
        return {"text": found.text, "title": found.title, "authors": found.author, "date": found.date}

    return run


def _readability() -> Extractor | None:
    if not find_spec("readability"):
        return None
    import lxml.html  # noqa: PLC0415  # may be missing
    from readability import Document  # noqa: PLC0415  # may be missing

    def run(body: bytes, url: str) -> dict[str, Any]:
        document = Document(_decoded(body), url=url)
        summary = document.summary(html_partial=True)
        text = " ".join(lxml.html.fromstring(summary).itertext()) if summary.strip() else ""
        return {"text": text, "title": document.short_title()}

    return run


def _newspaper() -> Extractor | None:
    if not find_spec("newspaper"):
        return None
    import newspaper  # noqa: PLC0415  # may be missing

    def run(body: bytes, url: str) -> dict[str, Any]:
        config = newspaper.Config()
        config.fetch_images = False
        article = newspaper.Article(url, config=config)
        article.download(input_html=_decoded(body))
        article.parse()
        return {
            "text": article.text,
            "title": article.title,
            "authors": article.authors,
            "date": article.publish_date and article.publish_date.isoformat(),
        }

    return run


def _resiliparse() -> Extractor | None:
    if not find_spec("resiliparse"):
        return None
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415  # may be missing
    from resiliparse.parse.encoding import detect_encoding  # noqa: PLC0415  # may be missing
    from resiliparse.parse.html import HTMLTree  # noqa: PLC0415  # may be missing

    def run(body: bytes, url: str) -> dict[str, Any]:
        tree = HTMLTree.parse_from_bytes(body, detect_encoding(body))
        return {"text": extract_plain_text(tree, main_content=True, alt_texts=False, links=False), "title": tree.title}

    return run


EXTRACTORS: dict[str, Callable[[], Extractor | None]] = {
    "ours": _ours,
    "trafilatura": _trafilatura,
    "readability": _readability,
    "newspaper4k": _newspaper,
    "resiliparse": _resiliparse,
}


def _decoded(body: bytes) -> str:
    declared = _CHARSET.search(body[:4096])
    for charset in ("utf-8", declared[1].decode("ascii", "ignore") if declared else "utf-8", "cp1252"):
        try:
            return body.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return body.decode("latin-1")
