"""The query syntax: words, "phrases", pre*, -without, OR, and fields such as title: and source:.

OR joins its two neighbours, and everything else must be there: ``harbour pier OR quay`` is harbour, and pier or quay.
There are no parentheses. A query without a meaning is refused, and the message says what to write instead.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from newswire.domain.search.query import SearchQuery, Term
from newswire.domain.search.query_filters import FILTER_FIELDS, filter_of
from newswire.domain.search.tokens import is_spaceless, query_tokens
from newswire.domain.wire.refusals import Impossible

MAX_QUERY: Final = 500
"""Characters."""
MAX_TERMS: Final = 32
MIN_PREFIX: Final = 3
"""Letters before a star: fewer would match a great part of all words."""
_TITLE: Final = "title"
_FIELDS: Final = (_TITLE, *FILTER_FIELDS)
_QUOTES: Final = str.maketrans("“”„‟", '""""')
_PIECE: Final = re.compile(r'(-?)(?:([A-Za-z]{1,20}):(?=[^\s]))?(?:"([^"]*+)"|([^\s"]++))')


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a query: a word or a phrase, with what stands before it."""

    minus: bool
    field: str | None
    words: str
    quoted: bool

    @property
    def is_operator(self) -> bool:
        return self.words in {"OR", "AND", "NOT"} and not (self.quoted or self.minus or self.field)


@dataclass(slots=True)
class _Draft:
    """A query, as far as it was read."""

    groups: list[tuple[Term, ...]] = field(default_factory=list)
    without: list[Term] = field(default_factory=list)
    filters: list[tuple[str, str]] = field(default_factory=list)
    joining: bool = False
    """Whether an OR waits for its second word."""

    def operator(self, word: str) -> None:
        if word == "NOT":
            raise _refused('to leave a word out, write -word; to find the word itself, write "NOT"')
        if self.joining or not self.groups:
            raise _refused(f'{word} joins two words: write one before it; to find the word itself, write "{word}"')
        self.joining = word == "OR"

    def condition(self, name: str, piece: _Piece) -> None:
        if piece.minus or self.joining:
            raise _refused(f"{name}: takes no - and no OR: several values are written {name}:a,b")
        self.filters.append((name, piece.words))

    def term(self, piece: _Piece) -> None:
        term = _term(piece)
        if term is None:
            return
        if piece.minus and self.joining:
            raise _refused("OR takes no word with a - before it: write the - words behind the others")
        if piece.minus:
            self.without.append(term)
        elif self.joining:
            self.groups[-1] += (term,)
        else:
            self.groups.append((term,))
        self.joining = False

    def finished(self) -> SearchQuery:
        if self.joining:
            raise _refused("OR joins two words: write one behind it")
        if sum(map(len, self.groups)) + len(self.without) > MAX_TERMS:
            raise _refused(f"a query has at most {MAX_TERMS} words and phrases")
        if not self.groups and self.without:
            raise _refused("only words to leave out: name at least one word that is to be found")
        if not self.groups and self.filters:
            raise _refused("only conditions: name a word, too; /v1/articles and newswire articles list by conditions")
        if not self.groups:
            raise _refused("name at least one word with a letter or digit")
        return SearchQuery(tuple(self.groups), tuple(self.without), filter_of(self.filters))


def parse_query(text: str) -> SearchQuery:
    """The query. Raises `Impossible`, whose message says what to write instead."""
    if len(text) > MAX_QUERY:
        raise _refused(f"a query has at most {MAX_QUERY} characters")
    draft = _Draft()
    for piece in _pieces(text.translate(_QUOTES)):
        if piece.is_operator:
            draft.operator(piece.words)
        elif piece.field in FILTER_FIELDS:
            draft.condition(piece.field, piece)
        else:
            draft.term(piece)
    return draft.finished()


def _pieces(text: str) -> Iterator[_Piece]:
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        found = _PIECE.match(text, place)
        if found is None:
            raise _refused('a quotation mark is not closed: write "several words"')
        minus, name, phrase, word = found.groups()
        words = word if phrase is None else phrase
        _check_field(name, words, quoted=phrase is not None)
        yield _Piece(bool(minus), name.lower() if name else None, words, phrase is not None)
        place = found.end()


def _check_field(name: str | None, words: str, *, quoted: bool) -> None:
    """Refuse a field that there is not, and a field that stands alone."""
    if name is None and not quoted and words.endswith(":") and words[:-1].lower() in _FIELDS:
        raise _refused(f"{words} needs a value right behind it, without a space")
    if name is not None and name.lower() not in _FIELDS:
        if words.startswith("//"):
            raise _refused("an address is not searched: newswire show URL, or /v1/articles?url=…, gives its article")
        raise _refused(
            f"there is no field {name}: the fields are {', '.join(_FIELDS)}; to find the words, write "
            f'"{name} …" in quotation marks'
        )


def _term(piece: _Piece) -> Term | None:
    """The term of a piece; None for one without a letter or digit, such as a dash between words."""
    words = piece.words
    if not piece.quoted and (words.startswith("(") or words.endswith(")")):
        raise _refused(
            "there are no parentheses: OR joins its two neighbours, so that storm harbour OR quay means storm, and "
            "harbour or quay"
        )
    star = not piece.quoted and words.endswith("*")
    found, open_end = query_tokens(words)
    if not found:
        if piece.minus and len(words) == 0:
            raise _refused("a - stands directly before the word that is to be left out")
        if piece.field is not None:
            raise _refused(f"{piece.field}: needs a word behind it")
        return None
    last = found[-1]
    if star and not is_spaceless(last[0]):
        if len(last) < MIN_PREFIX:
            raise _refused(f"{last}* matches too much: write at least {MIN_PREFIX} letters before the *")
        open_end = True
    return Term(found, open_end, piece.field == _TITLE)


def _refused(message: str) -> Impossible:
    return Impossible("q", message)
