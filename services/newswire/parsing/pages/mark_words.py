"""What the words of classes, ids and links say about the place that they mark: byline, date, other articles."""

import re
from functools import lru_cache
from typing import Final

BYLINE, NO_BYLINE, DATE, NO_DATE, FOREIGN, ABOUT = (1 << number for number in range(6))
"""What a word may mean, a bit each."""

_MOST_WORDS: Final = 20
"""Words of one class that are looked at."""
_MOST_KNOWN: Final = 10_000
"""Names, and words, whose meaning is remembered: the pages of a site have the same ones again and again."""
_LONGEST: Final = 80

_PATTERNS: Final = {
    BYLINE: re.compile(
        r"by-?_?line|author|written-?_?by|-by(?![a-z-])|_by(?![a-z-])|writer|autor|auteur|verfasser|redakt[oø]r|journalist|reporter"
        r"|firma(?![a-z])|signature|contributor|posted-?_?by|vcard|penulis|muhabir|yazar|skribent|creator|credit-?line"
        r"|story-?meta|meta__info|page-header__meta|by(?<!\Sby)(?!\S)"
    ),
    NO_BYLINE: re.compile(
        r"bio\b|biograph|authorbox|author-?_?box|about-?_?author|author-?_?about|avatar|image|photo|img|icon(?!-list)|social"
        r"|follow|mail|description|comment|list(?!-?_?item)\b|role|title\b|position|job|twitter|date\b|authors-page|count"
    ),
    DATE: re.compile(
        r"date|time|fecha|datum|publish|posted|data(?![a-z-])|tanggal|tarih|meta(?![a-z])|byline|author"
        r"|info(?![a-z])"
    ),
    NO_DATE: re.compile(r"event|expire|countdown|birth|copyright|deadline|schedule"),
    FOREIGN: re.compile(
        r"comment|related|recommend|(?<!sticky)sidebar|side-bar|footer|nav(?:bar|igation|list|[-_]|(?!\S))|menu|(?<!elementor-)widget|teaser|-cards?(?![a-z])|_cards?(?![a-z])|promo"
        r"|most-?_?read|popular|trending|newsletter|read-?_?more|more-?_?(?:from|news|stories)|latest|carousel|slider|event|further"
        r"|up-?next|next-?_?post|disqus|calendar|agenda|also-?like|post-?list|listing|advert|cookie|consent|archive"
        r"|live-?blog|card(?<!\Scard)s?(?!\S)"
    ),
    ABOUT: re.compile(
        r"bio\b|biograph|authorbox|author-?_?box|about-?_?the-?_?author|about-?_?author|post-?_?author|author-?_?info"
        r"|author-?_?card|author-?_?section"
    ),
}
"""FOREIGN: containers of other articles, of comments, of events; ABOUT: of the author.

Each choice begins with a letter that stands for itself: Python then looks for these letters first, twice as fast.
"""
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
_OTHER_WORK: Final = "review|check|edit|vett|approv|verif|photo|foto|illustrat|bild"
OTHER_HAND: Final = re.compile(rf"(?:{_OTHER_WORK})\w{{0,20}}[ :]", re.IGNORECASE)
"""Words before the name of somebody who did not write the article."""
OTHER_LABEL: Final = re.compile(
    rf"(?:\w{{1,20}} )?(?:{_OTHER_WORK}|image|picture|video|graphic|translat|present|sponsor|power|produc|direct)"
    r"\w{0,20}:?",
    re.IGNORECASE,
)
"""All that stands before a line such as "by Carl Lens" where the line names somebody who did not write the article."""
JOINING: Final = re.compile(
    r"(?:and|und|et|y|e|i|&|,|og|och|en|by|von|par|por|di|da|door|af|av|written by|story by|words by|author|автор|текст"
    r"|и|[:：／/]|文|記者|记者)[:,]?",
    re.IGNORECASE,
)
"""A piece of a byline that belongs to the names around it."""
CARD: Final = re.compile(r"(?<![\w-])(?:vcard|fn)(?![\w-])")
"""The classes of a contact card (hCard, https://microformats.org/wiki/hcard): the text is a name."""
OTHER_ITEM: Final = re.compile(r"comment|related|recommend|teaser|sidebar|event|disqus")

_READ: Final = 1_000
"""Characters of a class and an id that are read."""


def marked(words: str) -> int:
    """BYLINE and DATE, where the words of a class and an id say so."""
    return _bits(words[:_READ], BYLINE | DATE)


def spoiled(words: str) -> int:
    """NO_BYLINE and NO_DATE."""
    return _bits(words[:_READ], NO_BYLINE | NO_DATE)


def zone(words: str) -> int:
    """FOREIGN and ABOUT."""
    return _bits(words[:_READ], FOREIGN | ABOUT)


@lru_cache(_MOST_KNOWN)
def _bits(words: str, wanted: int) -> int:
    bits = 0
    for word in words.lower().split(None, _MOST_WORDS)[:_MOST_WORDS]:
        bits |= _bits_of_word(word[:_LONGEST], wanted)
    return bits


@lru_cache(_MOST_KNOWN)
def _bits_of_word(word: str, wanted: int) -> int:
    """No pattern reaches beyond a word, so the words of a name can be read one by one."""
    bits = 0
    for bit, pattern in _PATTERNS.items():
        if bit & wanted and pattern.search(word):
            bits |= bit
    return bits
