"""The Link header (RFC 8288 §3): which addresses stand in which relation to the document that it came with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from newswire.domain.urls.join import join
from newswire.domain.urls.syntax import parse

MAX_LINKS: Final = 100
"""So many links are read of one header; no publisher has more."""

_BETWEEN: Final = re.compile(r"[\s,]*")
_BLANK: Final = re.compile(r"\s*")
_TARGET: Final = re.compile(r"<([^<>]*)>")
_PARAMETER: Final = re.compile(
    r""";\s*(?:(?P<name>[\w!#$%&'*+.^`|~-]+)\s*(?:=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<token>[^\s;,"]*)))?)?"""
)
_ESCAPED: Final = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the document."""

    url: str
    """Absolute http(s), as it is written."""
    relations: frozenset[str]
    """In lower case."""


def links(header: str, base: str) -> tuple[Link, ...]:
    """The links that ``header`` (repeated ones joined by commas) gives of the document at ``base``, in their order.

    One that is about another document (``anchor``, §3.2) is left out, as is one that does not lead to an http(s)
    address. Of a parameter that is repeated the first counts (§3.3). Reading stops at what is no link.
    """
    found: list[Link] = []
    for target, parameters in _split(header):
        if "anchor" in parameters and _resolved(parameters["anchor"], base) != _resolved(base, base):
            continue
        url = _resolved(target, base)
        if url is not None:
            found.append(Link(url, frozenset(parameters.get("rel", "").lower().split())))
    return tuple(found)


def _split(header: str) -> Iterator[tuple[str, dict[str, str]]]:
    position = 0
    for _ in range(MAX_LINKS):
        target = _TARGET.match(header, _past(_BETWEEN, header, position))
        if target is None:
            return
        position = target.end()
        parameters: dict[str, str] = {}
        while (found := _PARAMETER.match(header, _past(_BLANK, header, position))) is not None:
            position = found.end()
            if found["name"]:
                value = found["token"] or "" if found["quoted"] is None else _ESCAPED.sub(r"\1", found["quoted"])
                parameters.setdefault(found["name"].lower(), value)
        yield target[1].strip(), parameters


def _past(separators: re.Pattern[str], header: str, position: int) -> int:
    """The position after the separators at ``position``."""
    found = separators.match(header, position)
    return found.end() if found else position


def _resolved(target: str, base: str) -> str | None:
    try:
        url = join(base, target)
        parse(url)
    except ValueError:
        return None
    return url
