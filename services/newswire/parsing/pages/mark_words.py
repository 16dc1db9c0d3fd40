"""What the words of classes, ids and links say about the place that they mark: byline, date, other articles."""

import re
from typing import Final

BYLINE, NO_BYLINE, DATE, NO_DATE, FOREIGN, ABOUT = (1 << number for number in range(6))
"""The bits of `meaning`."""

_MOST_WORDS: Final = 20
"""Words of one class that are looked at."""
_MOST_KNOWN: Final = 50_000
_LONGEST: Final = 80

_PATTERNS: Final = (
    re.compile(
        r"by-?_?line|author|written-?_?by|[-_]by(?![a-z])|writer|autor|auteur|verfasser|redakt[oø]r|journalist|reporter"
        r"|firma(?![a-z])|signature|contributor|posted-?_?by|vcard|penulis|muhabir|yazar|skribent|creator|credit-?line"
        r"|story-?meta|meta__info|page-header__meta"
    ),
    re.compile(
        r"bio\b|biograph|authorbox|author-?_?box|about-?_?author|author-?_?about|avatar|image|photo|img|icon|social"
        r"|follow|mail|description|comment|list\b|role|title\b|position|job|twitter|date\b|authors-page|count"
    ),
    re.compile(
        r"date|time|fecha|datum|publish|posted|data(?![a-z-])|tanggal|tarih|meta(?![a-z])|byline|author"
        r"|info(?![a-z])"
    ),
    re.compile(r"event|expire|countdown|birth|copyright|deadline|schedule"),
    re.compile(
        r"comment|related|recommend|sidebar|side-bar|footer|nav(?:bar|igation|list|[-_]|$)|menu|widget|teaser|[-_]cards?(?![a-z])|promo"
        r"|most-?_?read|popular|trending|newsletter|read-?_?more|more-?_?(?:from|news|stories)|latest|carousel|slider|event|further"
        r"|up-?next|next-?_?post|disqus|calendar|agenda|also-?like|post-?list|listing|advert|cookie|consent|archive"
        r"|live-?blog"
    ),
    re.compile(
        r"bio\b|biograph|authorbox|author-?_?box|about-?_?the-?_?author|about-?_?author|post-?_?author|author-?_?info"
        r"|author-?_?card|author-?_?section"
    ),
)
"""In the order of the bits. FOREIGN: containers of other articles, of comments, of events; ABOUT: of the author."""
FOREIGN_TAGS: Final = frozenset({"footer", "nav", "figcaption", "figure", "blockquote"})
KICKER: Final = re.compile(
    r"kicker|overline|roofline|topline|eyebrow|dachzeile|spitzmarke|surtitle|antetitulo|category|label|badge"
    r"|pre-?_?title|icon|sr-only|visually-?hidden|hidden"
)
SUBTITLE: Final = re.compile(r"sub-?_?(?:title|line|head)")
BREADCRUMB: Final = re.compile(r"breadcrumb|seo-?_?title")
"""A heading of the first order in the path above the article: the title for search engines."""
LOGO: Final = re.compile(r"logo|brand|site-?_?title|site-?_?name|masthead")
AUTHOR_PATH: Final = re.compile(
    r"/(?:authors?|autor(?:en|es|i|ka)?|auteurs?|autore|autori|by|staff|profiles?|contributors?|writers?|journalists?"
    r"|reporters?|redakteure?|redaktion|columnists?|penulis|yazar(?:lar)?|firmas?)/(?!\d)[^/?#]++/?(?:[?#]|$)"
)
OTHER_HAND: Final = re.compile(
    r"(?:review|check|edit|vett|approv|verif|photo|foto|illustrat|bild)\w{0,20}[ :]", re.IGNORECASE
)
"""Words before the name of somebody who did not write the article."""
JOINING: Final = re.compile(
    r"(?:and|und|et|y|e|i|&|,|og|och|en|by|von|par|por|di|da|door|af|av|written by|story by|words by|author|автор|текст"
    r"|и|[:：／/]|文|記者|记者)[:,]?",
    re.IGNORECASE,
)
"""A piece of a byline that belongs to the names around it."""
CARD: Final = re.compile(r"(?<![\w-])(?:vcard|fn)(?![\w-])")
"""The classes of a contact card (hCard, https://microformats.org/wiki/hcard): the text is a name."""
OTHER_ITEM: Final = re.compile(r"comment|related|recommend|teaser|sidebar|event|disqus")

_WHOLE: Final = {"by": BYLINE, "card": FOREIGN, "cards": FOREIGN, "nav": FOREIGN}
"""Words that mean something where they stand alone. The patterns begin with letters, which makes them quick."""
_KNOWN: dict[str, int] = dict(_WHOLE)
"""Classes and their words, with their bits: a site's pages have the same ones again and again."""


def meaning(words: str) -> int:
    """The bits that any word of a class or id has."""
    bits = _KNOWN.get(words)
    if bits is None:
        bits = 0
        for word in words.lower().split()[:_MOST_WORDS]:
            bits |= _of_word(word[:_LONGEST])
        _remember(words[: _LONGEST * 4], bits)
    return bits


def _of_word(word: str) -> int:
    bits = _KNOWN.get(word)
    if bits is None:
        bits = sum(1 << number for number, pattern in enumerate(_PATTERNS) if pattern.search(word))
        _remember(word, bits)
    return bits


def _remember(words: str, bits: int) -> None:
    if len(_KNOWN) >= _MOST_KNOWN:
        _KNOWN.clear()
        _KNOWN.update(_WHOLE)
    _KNOWN[words] = bits
