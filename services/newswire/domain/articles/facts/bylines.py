"""A byline as it stands on a page, or in a tag, taken apart into names.

A byline is cut at everything that cannot be inside a name, its prefix ("By", "Von", "文／") goes, and what is left is
joined by commas and words for "and". A name that the page marks up by itself goes another way, see `stated_names`.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from newswire.domain.articles.facts.folding import folded
from newswire.domain.articles.facts.name_words import ARTICLES, DEGREES, ORGANISATIONS, SUFFIXES
from newswire.domain.articles.facts.names import LONGEST, Name, name_of
from newswire.domain.text.normalize import normalize_line

MOST_NAMES: Final = 12
_FULL_NAME: Final = 2
"""Words of a name to which nothing of it is left off: the site of Jane Doe may be called Doe."""
LONGEST_LINE: Final = 300
"""Characters. A longer text is no byline."""

_PREFIX: Final = re.compile(
    r"(?:(?:story|text|words|written|reported|posted|published|analysis|interview|opinion|created"
    r"|compiled|authored)\s+(?:and\s+(?:story|photos?|edited|written)\s+)?)?"
    r"(?:by|byline|words by|par|por|escrito por|scritto da|a cura di|geschrieben von|verfasst von"
    r"|(?:eine? )?(?:artikel|beitrag|pressemitteilung|kommentar|bericht|analyse|interview|gastbeitrag|text"
    r"|kolumne|blog ?beitrag|gastkommentar|leitartikel|glosse|reportage|rezension|essay|porträt) von"
    r"|authors?|writers?|autor(?:in|es|a|i|ka)?(?:/autor)?|autore|autrice|auteurs?|auteure|tekst|text|reporter|oleh"
    r"|penulis|yazan|haber|muhabir|skrevet af|skrevet av|av|af|door|napsal[ai]?|írta|szerző|teksti"
    r"|автор(?:ы|и)?|текст|писав|συντάκτης|γράφει|بقلم|كتب|כתב|מאת|द्वारा|लेखक|記者|记者|作者|文|撰文|採訪|采访|編輯|编辑|執筆|著者|글|기자)"
    r"(?:\s*[:：／/|]\s*|\s+|$)",
    re.IGNORECASE,
)
_OF_LANGUAGE: Final = {
    "de": re.compile(r"von(?::\s*|\s+)", re.IGNORECASE),
    "it": re.compile(r"(?:di|da)\s+", re.IGNORECASE),
    "nl": re.compile(r"(?:van)\s+", re.IGNORECASE),
    "ro": re.compile(r"(?:de)\s+", re.IGNORECASE),
    "es": re.compile(r"(?:de)\s+", re.IGNORECASE),
}
"""Prefixes that begin names too; only in the page's own language, and before two words or more."""
_CUT: Final = re.compile(r"[\n|•·;／=]|\s[–—-]\s|\s/\s|(?<=[^\W\d_])/(?=[^\W\d_])|(?<=\s)@")
_ASIDE: Final = re.compile(r"[(\[][^)\]]{0,100}[)\]]|\bhttps?://\S+|[\w.+-]{1,64}@[\w.-]+|@\w+")
_BEHIND: Final = re.compile(
    r"\s(?:in|for|at|aus|bei|with additional|updated|published|posted|on|il|le|am|em|el|op|den|special to)\s.*"
    r"|(?:^|\s)(?:\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b).*",
    re.IGNORECASE | re.DOTALL,
)
_BEHIND_CASED: Final = re.compile(r"\s(?:in|for|at|aus|bei|on|am|em|updated|published|posted)\s.*", re.DOTALL)
_LATE_PREFIX: Final = re.compile(r"\sby\s(?=[A-Z])")
_FOREIGN_VON: Final = re.compile(r"\AVon\s(?=[^\W\d_a-z][\w.-]*\s[^\W\d_a-z])")
"""The German prefix before two capitalised words: in ``Von der Leyen`` it is a part of the name."""
_COMMA: Final = re.compile(r"\s?[,،、，]\s?")
_AND: Final = re.compile(r"\s(?:and|und|et|och|og|en|ja|és|ve|dan|și|oraz|та|και|&|with)\s", re.IGNORECASE)
_SHORT_AND: Final = re.compile(r"\s(?:y|e|i|a|и|і|و)\s")
_CJK_ROLE: Final = re.compile(
    r"^(?:記者|记者|本报记者|本報記者|通讯员|編輯|编辑|作者|责任编辑|責任編輯)[:：\s]*"
    r"|\s?(?:기자|특파원|記者|记者|さん|氏|編集委員|논설위원)$"
)
_FROM_A_PLACE: Final = ("報導", "报道", "報道")
"""The end of a dateline: ``台北報導``, reported from Taipei."""
_SMALL_TOO: Final = ("by ", "von ", "par ", "por ", "di ", "writer", "author", "written by", "words by", "av ", "af ")
_BEHIND_STATED: Final = re.compile(r"\s(?:in|for|at)\s.*", re.DOTALL)
_EDGES: Final = " .:：-–—,،、\"'“”„«»|/*"


def byline_names(text: str, language: str | None = None, sites: frozenset[str] = frozenset()) -> tuple[Name, ...]:
    """The authors that a byline names, each once, in order. The time is linear in the text, which is bounded."""
    if len(text) > LONGEST_LINE or "://" in text.partition(" ")[0] or text.startswith(","):
        return ()
    lines = _CUT.split(_ASIDE.sub(" ", text))
    if len(lines) > 1 and not text.isascii():
        lines = [line for line in lines if _CJK_ROLE.search(line.strip())] or lines
    found: list[Name] = []
    for line in lines:
        found += (name for name in _names_in(line, language, sites) if not name.text.islower() or name.kind != "person")
    people = [name for name in found if name.kind in {"person", "agency"}]
    return _unique(people or found)


def stated_names(
    text: str, sites: frozenset[str] = frozenset(), *, organisation: bool = False, person: bool = False
) -> tuple[Name, ...]:
    """The authors that a marked-up name names. A clean name stays as it is, with its particles.

    ``organisation`` and ``person`` say that the page states the kind. A person's own site may have the person's name.
    """
    words = text.split()
    if person and len(words) in (2, 3) and "".join(words).isalpha() and words[0].casefold() not in ARTICLES:
        sites = frozenset()
    line = _FOREIGN_VON.sub("", normalize_line(_ASIDE.sub(" ", text[:LONGEST_LINE])))
    if "://" in text or line.startswith(","):
        return ()
    if _is_single(line):
        short = _BEHIND_STATED.sub("", line)
        line = short if len(short.split()) >= 2 else line
        name = name_of(_without_site(_CJK_ROLE.sub("", line.strip(_EDGES)), sites), sites, organisation=organisation)
        return (name,) if name else ()
    if organisation:
        name = name_of(line, sites, organisation=True)
        return (name,) if name else ()
    return byline_names(line, None, sites)


def has_prefix(line: str, language: str | None = None) -> bool:
    """Whether a line begins as bylines do."""
    of_language = _OF_LANGUAGE.get(language or "")
    found = _PREFIX.match(f"{line} ") or (of_language.match(line) if of_language else None)
    if found is None or found.end() > len(line):
        return False
    return line[0].isupper() or not line.isascii() or line.lower().startswith(_SMALL_TOO)


def _is_single(line: str) -> bool:
    return not (
        _CUT.search(line)
        or _COMMA.search(line)
        or _AND.search(line)
        or _SHORT_AND.search(line)
        or _LATE_PREFIX.search(line)
        or line.casefold().startswith(("by ", "por ", "par ", "автор", "author", "文", "written "))
    )


def _names_in(line: str, language: str | None, sites: frozenset[str]) -> Iterator[Name]:
    line = " ".join(line.split())
    late = _LATE_PREFIX.split(line)
    line = _without_prefix(late[-1] if len(late) == 2 and any(map(str.isdigit, late[0])) else line, language)
    line = _BEHIND_CASED.sub("", line) if language != "nl" else line
    before = ""
    for part in _parts(_BEHIND.sub("", line) if any(map(str.isdigit, line)) else line):
        bare = _without_site(_without_degrees(_CJK_ROLE.sub("", _without_prefix(part.strip(_EDGES), language))), sites)
        joined = folded(bare).replace(" ", "")
        if bare.endswith(_FROM_A_PLACE):
            continue
        if joined in SUFFIXES and before:
            continue
        if joined and joined not in DEGREES and (name := name_of(bare.strip(_EDGES), sites)):
            before = bare
            yield name


def _parts(line: str) -> Iterator[str]:
    for piece in _COMMA.split(line):
        for part in [piece] if _is_office(piece) else _AND.split(f" {piece} "):
            halves = _SHORT_AND.split(f" {part.strip()} ")
            if len(halves) > 1 and all(len(half.split()) >= 2 for half in halves):
                yield from halves
            else:
                yield part


def _is_office(piece: str) -> bool:
    """Whether an "and" belongs to an office's name: ``Ministry of Trade and Industry``."""
    office, of, _ = folded(_AND.split(piece)[0]).partition(" of ")
    return bool(of) and not ORGANISATIONS.isdisjoint(office.split())


def _without_prefix(text: str, language: str | None) -> str:
    found = _PREFIX.match(text)
    if found:
        rest = text[found.end() :].strip(_EDGES)
        return rest[:-2] if rest.endswith(_FROM_A_PLACE) else rest
    of_language = _OF_LANGUAGE.get(language or "")
    found = of_language.match(text) if of_language else None
    rest = text[found.end() :] if found else ""
    return rest or text


def _without_degrees(text: str) -> str:
    """``Lauren Manaker MS`` without the degree at its end."""
    words = text.split()
    while len(words) > 2 and words[-1].strip(".").replace(".", "").casefold() in DEGREES and words[-1][:1].isupper():
        words.pop()
    return " ".join(words)


def _without_site(name: str, sites: frozenset[str]) -> str:
    """``Jane Doe The Daily`` without the name of its site at the end."""
    words = name.split()
    if folded(name) in sites:
        return name
    for size in range(_FULL_NAME, len(words)):
        if folded(" ".join(words[size:])) in sites:
            return " ".join(words[:size])
    return name


def _unique(names: Iterable[Name]) -> tuple[Name, ...]:
    seen: dict[str, Name] = {}
    for name in names:
        if len(name.text) <= LONGEST:
            seen.setdefault(folded(name.text), name)
    return tuple(seen.values())[:MOST_NAMES]
