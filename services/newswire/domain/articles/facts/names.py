"""What kind of author a name names: a person, a news agency, another organisation, or an account."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from newswire.domain.articles.facts.name_words import (
    AGENCIES,
    AGENCY_NAMES,
    ARTICLES,
    CONTROLS,
    DEGREES,
    DESKS,
    NAMELESS,
    ORGANISATIONS,
    PARTICLES,
    ROLES,
    SOFT_ROLES,
)
from newswire.domain.text.fingerprint import tokens

NameKind = Literal["person", "agency", "organisation", "account"]

LONGEST: Final = 60
"""Characters of a name."""
_MOST_WORDS: Final = 5
_SHORTEST_HANDLE: Final = 4
_INITIALS: Final = 4
_ADDRESS: Final = re.compile(r"https?:|www\.|[@/\\<>{}=#%]")
_DOMAIN: Final = re.compile(
    r"[\w-]+(?:\.[\w-]+){0,3}\.(?:com|net|org|de|at|ch|co|tr|fr|it|es|tv|io|uk|eu)\b", re.IGNORECASE
)
_HANDLE: Final = re.compile(r"[a-z][a-z0-9]*+(?:[._-][a-z0-9]++)*+|[A-Za-z]+[0-9_][A-Za-z0-9_]*+")
_DAYS: Final = frozenset(
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "minutes", "hours", "ago")
)
_MONTHS: Final = frozenset(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november")
) | {"december"}
_CUT_OFF: Final = PARTICLES | ARTICLES
"""A name does not end in these: it is the beginning of a longer line."""
_PLACEHOLDERS: Final = frozenset((
    "admin", "administrator", "webmaster", "root", "editor", "user", "author", "none", "null", "publisher", "noauthor",
    "unbekannt", "sekretariat", "website",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A name, and the kind of author that it names."""

    text: str
    kind: NameKind


def name_of(text: str, sites: frozenset[str] = frozenset(), *, organisation: bool = False) -> Name | None:
    """The author that ``text``, a single name, names; None where it names none.

    ``sites`` are the folded names of the site and its publisher. ``organisation`` says that the page states the kind.
    The time is linear in the length of the text, and longer texts than `LONGEST` are no names.
    """
    words = tokens(text) if 0 < len(text) <= LONGEST else []
    folded = " ".join(words)
    if not words or _ADDRESS.search(text) or folded in _PLACEHOLDERS or words[0] == "no":
        return None
    if is_agency(text):
        return Name(text, "agency")
    of_site = folded in sites or (words[0] in sites and text.split(maxsplit=1)[0].isupper() and len(words) > 1)
    if organisation or of_site or words[0] == "the" or folded.endswith(" e v") or _DOMAIN.fullmatch(text):
        return Name(text, "organisation")
    if is_desk(text):
        return Name(text, "organisation")
    if not ROLES.isdisjoint(words) or not CONTROLS.isdisjoint(words) or SOFT_ROLES.issuperset(words):
        return None
    return (
        Name(text, "organisation") if len(words) > 1 and ORGANISATIONS.intersection(words) else _somebody(text, words)
    )


def is_agency(text: str) -> bool:
    """Whether a name is that of a news agency."""
    folded = " ".join(tokens(text.removeprefix("The ")))
    if not text.isascii():
        return text in AGENCY_NAMES or folded in AGENCY_NAMES
    return (folded in AGENCIES and not text.islower()) or any(folded.endswith(agency) for agency in AGENCY_NAMES)


def is_desk(text: str) -> bool:
    """Whether a name is that of a desk or a team (``TOI Lifestyle Desk``), more than a role (``Staff Writer``)."""
    words = tokens(text) if len(text) <= LONGEST else []
    if DESKS.isdisjoint(words) or not CONTROLS.isdisjoint(words) or len(words) > _MOST_WORDS or text[:1].islower():
        return False
    known = ROLES | SOFT_ROLES | ARTICLES | DEGREES
    return not known.issuperset(words) or (len(words) == 1 and words[0] not in NAMELESS)


def _somebody(text: str, words: list[str]) -> Name | None:
    if _HANDLE.fullmatch(text) and not text.isalpha():
        return Name(text, "account") if _is_handle(text) else None
    return None if any(character.isdecimal() for character in text) else _person(text, words)


def _person(text: str, words: list[str]) -> Name | None:
    spaced = text.split()
    if len(spaced) > _MOST_WORDS or not _DAYS.isdisjoint(words) or _MONTHS.issuperset(words):
        return None
    if len(words) == 1 and text.isascii():
        if text.islower():
            return Name(text, "account") if _is_handle(text) else None
        if (text.isupper() and len(text) <= _INITIALS) or words[0] in DEGREES:
            return None
    if spaced[-1].islower() and spaced[-1] in _CUT_OFF:
        return None
    cased = [word for word in spaced if word[:1].lower() != word[:1].upper()]
    small = [word for word in cased if word[:1].islower() and word.rstrip(".").lower() not in PARTICLES]
    if small and not text.islower() and not all("-" in word or "'" in word or "’" in word for word in small):
        return None
    return Name(text, "person")


def _is_handle(text: str) -> bool:
    parts = text.lower().replace("_", ".").replace("-", ".").split(".")
    return len(text) >= _SHORTEST_HANDLE and _PLACEHOLDERS.isdisjoint(parts)
