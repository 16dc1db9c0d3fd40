"""JSON-LD blocks of a page (https://www.w3.org/TR/json-ld11/), read as publishers write them.

Only what schema.org articles need: plain nodes, ``@graph``, and references by ``@id``. No remote
context is ever loaded.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from newswire.parsing.text.plain_text import decode_references

NodeObject = Mapping[str, Any]

MAX_NODES: Final = 5_000
"""So many nodes of one page are read; the rest is ignored."""

ARTICLE_TYPES: Final = frozenset(
    "article newsarticle analysisnewsarticle askpublicnewsarticle backgroundnewsarticle opinionnewsarticle "  # noqa: SIM905  # reads better as words
    "reportagenewsarticle reviewnewsarticle satiricalarticle advertisercontentarticle scholarlyarticle "
    "techarticle report blogposting liveblogposting socialmediaposting review recipe medicalscholarlyarticle "
    "discussionforumposting videoobject podcastepisode howto claimreview medicalwebpage".split()
)
PAGE_TYPES: Final = frozenset({"webpage", "itempage", "collectionpage"})

_INSIDE: Final = ("@graph", "mainEntity", "mainEntityOfPage")
"""Where a page's own article may be nested. Lists of other articles (itemListElement, hasPart) are left out."""

_TRAILING_COMMA: Final = re.compile(r",\s*([}\]])")
_MOST_MENDS: Final = 3
"""So often are the trailing commas of a block taken out: each time one of several in a row."""
_BETWEEN_VALUES: Final = re.compile(r"[ \t\r\n,;]*")
_WRAPPING: Final = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*.*?\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$")
_NOT_COMPARED: Final = re.compile(r"^https?://(www\.)?|[?#].*")
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>")


@dataclass(frozen=True, slots=True)
class LinkedData:
    """All nodes of a page that may speak of it."""

    nodes: tuple[NodeObject, ...] = ()
    by_id: Mapping[str, NodeObject] = field(default_factory=dict)

    def article(self, urls: Iterable[str]) -> NodeObject:
        """The node of the page's own article, empty when there is none.

        Of several, the one whose address is among ``urls``; else the first that has a headline.
        """
        articles = [node for node in self.nodes if types_of(node) & ARTICLE_TYPES]
        own = {_bare(url) for url in urls}
        for node in articles:
            if own & {_bare(url) for url in _addresses(node)}:
                return node
        return next((node for node in articles if node.get("headline")), articles[0] if articles else {})

    def page(self) -> NodeObject:
        """The node of the web page itself, empty when there is none."""
        return next((node for node in self.nodes if types_of(node) & PAGE_TYPES), {})

    def resolve(self, value: object) -> object:
        """What a reference ``{"@id": …}`` stands for; anything else as it is."""
        if isinstance(value, Mapping) and set(value) <= {"@id", "@type", "name"} and not value.get("name"):
            return self.by_id.get(str(value.get("@id")), value)
        return value


def read(blocks: Iterable[str]) -> LinkedData:
    """The nodes of all blocks. A block that cannot be read is passed over."""
    nodes: list[NodeObject] = []
    for block in blocks:
        for value in _values(block):
            for node in _walk(value):
                if len(nodes) == MAX_NODES:
                    break
                nodes.append(node)
    by_id: dict[str, NodeObject] = {}
    for node in nodes:
        name = node.get("@id")
        if isinstance(name, str) and len(node) > len(by_id.get(name, {})):
            by_id[name] = node
    return LinkedData(tuple(nodes), by_id)


def types_of(node: NodeObject) -> frozenset[str]:
    """The node's types, lower case, without a namespace."""
    return frozenset(str(each).rsplit("/", 1)[-1].casefold() for each in as_list(node.get("@type")))


def as_list(value: object) -> list[Any]:
    """One value or many, as many."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text_of(value: object) -> str | None:
    """The text of a literal, or of a node its name; None for anything else. Markup and entities are resolved."""
    for each in as_list(value):
        literal = each.get("name") or each.get("@value") if isinstance(each, Mapping) else each
        if isinstance(literal, str) and literal.strip():
            return _TAG.sub(" ", _unescaped(literal)).strip() or None
    return None


def _unescaped(text: str) -> str:
    """The text with its entities read; twice, since some programs escape what is escaped already."""
    return decode_references(decode_references(text))


def url_of(value: object) -> str | None:
    """The address that a literal or a node gives."""
    for each in as_list(value):
        literal = each.get("url") or each.get("contentUrl") or each.get("@id") if isinstance(each, Mapping) else each
        if isinstance(literal, list):
            literal = literal[0] if literal else None
        if isinstance(literal, str) and literal.strip():
            return decode_references(literal).strip()
    return None


def _values(block: str) -> Iterator[object]:
    text = _WRAPPING.sub("", block).strip()
    decoder = json.JSONDecoder(strict=False)  # raw line breaks inside strings are common
    at = mends = 0
    while at < len(text):
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            mended = _TRAILING_COMMA.sub(r"\1", text[at:])
            if len(mended) == len(text) - at or mends == _MOST_MENDS:
                return
            text, at, mends = mended, 0, mends + 1
            continue
        yield value
        between = _BETWEEN_VALUES.match(text, end)
        at = between.end() if between else end


def _walk(value: object) -> Iterator[NodeObject]:
    """The nodes in document order. The next one is the last of ``waiting``: to take it costs the same however many."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting.extend(reversed(each))
        elif isinstance(each, dict):
            yield each
            waiting.extend(each[key] for key in reversed(_INSIDE) if isinstance(each.get(key), dict | list))


def _addresses(node: NodeObject) -> Iterator[str]:
    for key in ("url", "mainEntityOfPage", "@id"):
        if url := url_of(node.get(key)):
            yield url


def _bare(url: str) -> str:
    """For comparing two writings of an address: no scheme, www, query, fragment or trailing slash."""
    return _NOT_COMPARED.sub("", url).rstrip("/").casefold()
