"""The smaller facts of a page: description, image, sections, tags, site, canonical link."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from newswire.domain.text.normalize import normalize_line
from newswire.parsing.pages.head import Head
from newswire.parsing.pages.jsonld import NodeObject, as_list, text_of, types_of, url_of

_MAX_TAGS: Final = 50
_LONGEST_TAG: Final = 100
_COMMAS: Final = re.compile(r"[,;|]")


def description_of(head: Head, article: NodeObject) -> str | None:
    """The publisher's summary: meta tags (plain text) before JSON-LD."""
    return head.first("og:description", "description", "twitter:description") or _line(article.get("description"))


def image_of(head: Head, article: NodeObject) -> str | None:
    """The absolute address of the lead image."""
    tagged = head.first("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
    return head.absolute(tagged) or head.absolute(url_of(head.data.resolve(article.get("image"))))


def sections_of(head: Head, article: NodeObject) -> tuple[str, ...]:
    """The desks or rubrics it ran in, as the publisher names them."""
    stated = [text for value in as_list(article.get("articleSection")) if (text := text_of(value))]
    return _unique(stated or head.every("article:section", "parsely-section"))


def tags_of(head: Head, article: NodeObject) -> tuple[str, ...]:
    """Keywords: JSON-LD, article:tag, and the keywords tags, first spelling first."""
    stated = [text for value in as_list(article.get("keywords")) if (text := text_of(value))]
    tagged = head.every("article:tag", "news_keywords", "keywords", "parsely-tags")
    return _unique(part for text in (*stated, *tagged) for part in _COMMAS.split(text))


def site_name(head: Head, article: NodeObject) -> str | None:
    """What the site calls itself."""
    return (
        head.first("og:site_name")
        or _line(head.data.resolve(article.get("publisher")))
        or next(_websites(head), None)
        or head.first("application-name")
    )


def canonical_link(head: Head) -> str | None:
    """The page's claim of its own address (RFC 6596), else og:url; absolute."""
    return next(iter(head.links.get("canonical", ())), None) or head.absolute(head.first("og:url"))


def _websites(head: Head) -> Iterator[str]:
    for node in head.data.nodes:
        if "website" in types_of(node) and (name := _line(node.get("name"))):
            yield name


def _line(value: object) -> str | None:
    return normalize_line(text_of(value) or "") or None


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for value in values:
        line = normalize_line(value)
        if 0 < len(line) <= _LONGEST_TAG:
            seen.setdefault(line.casefold(), line)
    return tuple(seen.values())[:_MAX_TAGS]
