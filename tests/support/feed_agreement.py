"""Whether what was read of a feed is what another project expects, and if not, by which rule that is no loss."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed
from newswire.parsing.text.plain_text import one_line, plain_lines, plain_text
from support.feed_gold import Case, Expected

EQUAL: Final = "equal"
OTHER: Final = "other"
"""A difference that no rule here explains: looked at one by one."""


def judge(case: Case, expected: Expected, found: ParsedEntry | ParsedFeed | None) -> str:
    """`EQUAL`, `OTHER`, or the name of the rule that explains the difference. Texts are compared as plain text."""
    if found is None:
        return OTHER
    if isinstance(found, ParsedEntry) and expected.name in _RULES:
        return _RULES[expected.name](case, expected.value, found)
    if expected.name == "link":
        return _link(case, expected.value, found.url if isinstance(found, ParsedEntry) else found.link)
    if expected.name == "title":
        return _or_other((found.title or "") in (one_line(expected.value), one_line(plain_text(expected.value))))
    return _language(case, expected.value, found.language)


def _or_other(equal: bool) -> str:  # noqa: FBT001  # its only argument
    return EQUAL if equal else OTHER


def _link(case: Case, value: str, link: str | None) -> str:
    value = value.strip()
    if link == value:
        return EQUAL
    if link is None:
        return OTHER
    if not urlsplit(value).scheme and link.endswith(value.rpartition("../")[2]):
        return "made absolute"
    if link.rstrip("/") == value.rstrip("/"):
        return "slash as given"
    if _said(case, link) and _said(case, value):
        return "the first of several"
    return OTHER


def _language(case: Case, value: str, language: str | None) -> str:
    if (language or "").lower() == value.lower():
        return EQUAL
    return "another element's" if all(_said(case, f'xml:lang="{tag}"') for tag in (value, language)) else OTHER


def _id(case: Case, value: str, entry: ParsedEntry) -> str:
    value = value.strip()
    if entry.id == value:
        return EQUAL
    if entry.id is None and value == entry.url:
        return "their copy of the link"
    if entry.id and value.endswith(entry.id):
        return "kept as given"
    return OTHER if _said(case, value) else "their own hash"


def _names(case: Case, value: list[str], names: tuple[str, ...]) -> str:
    wanted = list(dict.fromkeys(one_line(plain_text(name)) for name in value))
    if list(names) == wanted:
        return EQUAL
    if set(wanted) < set(names):
        return "more of them"
    if wanted == ["author"] and names:
        return "their placeholder"
    if names and len(names) == len(wanted):
        if all(name in given and "@" in given for name, given in zip(names, wanted, strict=True)):
            return "names without addresses"
        if all(_said(case, text) for text in (*names, *wanted)):
            return "the label, not the term"
    return OTHER


def _text(_case: Case, value: str, entry: ParsedEntry) -> str:
    # Which of two texts is the article's is decided by more than the element's name.
    given = {text for text in (entry.summary, entry.content) if text} or {""}
    return _or_other(bool(given & {plain_text(value), plain_lines(value)}))


def _published(_case: Case, value: datetime, entry: ParsedEntry) -> str:
    if entry.published is None and entry.updated == value:
        return "their copy of updated"
    return _or_other(entry.published == value)


def _updated(_case: Case, value: datetime, entry: ParsedEntry) -> str:
    if entry.updated is None and entry.published == value:
        return "their copy of published"
    return _or_other(entry.updated == value)


_RULES: Final[dict[str, Callable[[Case, Any, ParsedEntry], str]]] = {
    "id": _id,
    "summary": _text,
    "content": _text,
    "authors": lambda case, value, entry: _names(case, value, entry.authors),
    "tags": lambda case, value, entry: _names(case, value, entry.tags),
    "image": lambda _, value, entry: _or_other(entry.image in value),
    "published": _published,
    "updated": _updated,
}


def _said(case: Case, text: Any) -> bool:
    """Whether the document has the text as it is."""
    return str(text).encode() in case.body
