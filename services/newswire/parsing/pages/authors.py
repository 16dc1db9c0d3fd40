"""Who wrote a page's article: names of people, nothing else."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from newswire.domain.text.fingerprint import tokens
from newswire.domain.text.normalize import normalize_line
from newswire.parsing.pages.head import MAX_VALUE, Head, text_within
from newswire.parsing.pages.jsonld import NodeObject, as_list, text_of, types_of

_TAGS: Final = (
    "author", "article:author", "og:author", "og:article:author", "parsely-author", "sailthru.author", "byl",
    "dc.creator", "dcterms.creator", "citation_author", "cxenseparse:author", "article_author",
)  # fmt: skip
_MARKED: Final = ".//*[not(self::link)][@rel='author' or @itemprop='author' or @itemprop='creator']"
_BYLINES: Final = (
    ".//*[contains(@class, 'byline') or contains(@class, 'author') or contains(@class, 'Byline')"
    " or contains(@class, 'Author') or contains(@id, 'author') or contains(@data-testid, 'byline')]"
)
MAX_AUTHORS: Final = 12
_MOST_MARKED: Final = 4
_LONGEST: Final = 60
_MOST_WORDS: Final = 5
_MOST_STATED: Final = 100
"""Values that are read of one list in JSON-LD. References may lead from each of many values to one long list."""
_LONGEST_PART: Final = 500
"""Characters. A longer part of a byline is not a name followed by the name of a site."""
_LONGEST_ASIDE: Final = 100
"""Characters. The search for a closing bracket ends here, so that many opening ones cost little."""

_PARTING: Final = re.compile(r"[;,\n|/•·]\s*|\s(?:and|und|et|och|og|en|&)\s+", re.IGNORECASE)
_PREFIX: Final = re.compile(
    r"^(?:(?:story|text|words|written|reported|posted|published|analysis|review|interview)\s+)?"
    r"(?:by|von|par|por|di|de|door|av|af|autor(?:in|es)?|author|text|tekst|автор|текст)\s*[:：]?\s+",
    re.IGNORECASE,
)
_ASIDE: Final = re.compile(
    rf"[(\[][^)\]]{{0,{_LONGEST_ASIDE}}}[)\]]|@\w+|\s(?:[–—-]|in|for|at)\s.*|\bx?https?://\S+", re.DOTALL
)
_PERSON: Final = re.compile(r"(?:[A-ZÀ-ÞĀ-Ž][\w.'’-]*+\s++){1,3}[A-ZÀ-ÞĀ-Ž][\w.'’-]+")
_NO_NAME: Final = re.compile(r"https?:|www\.|\.(?:com|net|org|de|co)\b|[@/\\<>{}=_#%]|\d")
_ROLES: Final = frozenset(
    "staff editor editors editorial newsroom desk team reporter reporters correspondent correspondents contributor "  # noqa: SIM905  # reads better as words
    "contributors admin administrator webmaster developer officer chief director president professor head minister "
    "redaktion redaktionen redaktionsteam onlineredaktion redakcja redakce redactie redazione redacción redaccion "
    "redação redacao rédaction redactia toimitus szerkesztőség редакция редакції agenturen guest author writer "
    "anonymous unknown sponsored newswire images posts".split()
)
"""Words that make a byline the name of an office or a post."""
_AGENCIES: Final = frozenset(
    "ap afp dpa apa sda ats efe ansa ani pti upi tass belga anp pap lusa kna epd sid reuters xinhua kyodo".split()  # noqa: SIM905  # the same
)
_AGENCY: Final = re.compile(
    r"\b(?:agency|agentur|agence|agenzia|agencia|agência|press|presse|prensa|reuters)\b", re.IGNORECASE
)
"""An organisation is named as an author when it is a news agency: whose article it is, then, is a fact."""


def authors_of(head: Head, article: NodeObject, tree: Any) -> tuple[str, ...]:
    """The authors' names: by JSON-LD, else by meta tags, else by the byline in the page; the first that names any."""
    sites = {_folded(site) for site in _sites(head, article)}
    for source in (_linked(head, article), head.every(*_TAGS), _marked(tree), _bylines(tree)):
        names = tuple(dict.fromkeys(_names(source, sites)))
        if names:
            return names[:MAX_AUTHORS]
    return ()


def _sites(head: Head, article: NodeObject) -> Iterator[str]:
    yield from head.every("og:site_name", "application-name", "publisher")
    if publisher := text_of(head.data.resolve(article.get("publisher"))):
        yield publisher


def _linked(head: Head, article: NodeObject) -> Iterator[str]:
    for value in (as_list(article.get("author")) or as_list(article.get("creator")))[:_MOST_STATED]:
        node = head.data.resolve(value)
        if isinstance(node, dict):
            office = any("organization" in kind for kind in types_of(node))
            for name in as_list(node.get("name"))[:_MOST_STATED]:
                if (text := text_of(name)) and (not office or _is_agency(text)):
                    yield text
        elif text := text_of(node):
            yield text


def _marked(tree: Any) -> Iterator[str]:
    """What is marked up as author; nothing when so many are that they are those of comments or of other articles."""
    texts = dict.fromkeys(text for element in tree.xpath(_MARKED) if (text := _short(element)))
    yield from texts if len(texts) <= _MOST_MARKED else ()


def _bylines(tree: Any) -> Iterator[str]:
    """The first short text that is marked as a byline by its class and reads like a person's name."""
    for element in tree.xpath(_BYLINES):
        text = _short(element)
        names = [name for name in _names([text], set()) if _PERSON.fullmatch(name)] if text else []
        if names:
            yield from names
            return


def _short(element: Any) -> str | None:
    content = (element.get("content") or "")[:MAX_VALUE]
    text = normalize_line(content) if content else text_within(element, 2 * _LONGEST)
    return text if len(text) <= 2 * _LONGEST else None


def _names(texts: Iterable[str], sites: set[str]) -> Iterator[str]:
    for text in texts:
        line = normalize_line(text)
        if "://" in line or line.startswith(","):  # ", The Daily": a template whose name is missing
            continue
        for part in _PARTING.split(_PREFIX.sub("", " ".join(_ASIDE.sub(" ", line).split()))):
            if len(part) > _LONGEST_PART:
                continue
            name = _without_site(_PREFIX.sub("", part.strip(" .:-–—,\"'")), sites)
            if _is_name(name, sites):
                yield name


def _without_site(name: str, sites: set[str]) -> str:
    """``Jane Doe The Daily`` without its site's name at the end."""
    words = name.split()
    for size in range(1, len(words)):
        if _folded(" ".join(words[size:])) in sites:
            return " ".join(words[:size])
    return name


def _is_name(name: str, sites: set[str]) -> bool:
    words = tokens(name)
    folded = " ".join(words)
    if not words or len(name) > _LONGEST or (len(words) > _MOST_WORDS and name.isascii()):
        return False
    if _NO_NAME.search(name) or _ROLES.intersection(words) or folded in sites:
        return False
    if folded in _AGENCIES:
        return True
    initials = len(words) == 1 and name.isupper() and name.isascii() and len(name) <= 4  # degrees: MS, PhD
    return not name.islower() and not initials


def _is_agency(name: str) -> bool:
    return _folded(name) in _AGENCIES or _AGENCY.search(name) is not None


def _folded(text: str) -> str:
    return " ".join(tokens(text))
