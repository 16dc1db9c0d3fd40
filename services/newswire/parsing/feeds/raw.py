"""Reading values that a feed made up: about none is believed what it is, its type included."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from newswire.parsing.text.cdata import without_cdata_markers

Raw = Mapping[str, Any]

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*", re.IGNORECASE)


def string(raw: Raw, key: str) -> str:
    """The string under ``key``, without CDATA markers that became part of it; empty when there is none."""
    return without_cdata_markers(as_given(raw, key))


def as_given(raw: Raw, key: str) -> str:
    """The string under ``key`` to the letter, as an id is compared; empty when there is none or something else."""
    value = dict.get(raw, key) if isinstance(raw, dict) else None
    return value if isinstance(value, str) else ""


def dicts(raw: Raw, key: str) -> Iterator[Raw]:
    """The dicts in the list (or the one dict) under ``key``."""
    value = dict.get(raw, key) if isinstance(raw, dict) else None
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def strings(raw: Raw, key: str) -> Iterator[str]:
    """The strings in the list under ``key``."""
    value = dict.get(raw, key) if isinstance(raw, dict) else None
    return (item for item in value if isinstance(item, str)) if isinstance(value, list) else iter(())


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """The values that say something, each once, in order; at most 100, of at most 300 characters."""
    return tuple(dict.fromkeys(value[:300] for value in values if value))[:100]


def language_tag(text: str) -> str | None:
    """A BCP 47 tag as far as its form goes, or None."""
    tag = text.strip().replace("_", "-")
    return tag if len(tag) <= 35 and _LANGUAGE.fullmatch(tag) else None
