"""What a query means, in plain Python over whole texts, and random articles and queries to hold the engines to it."""

import random
from dataclasses import dataclass, replace
from datetime import timedelta

from newswire.domain.search.document import indexed_text
from newswire.domain.search.query import SearchQuery, Term
from newswire.domain.wire.facets import article_facets
from newswire.domain.wire.filters import Facets, WireFilter
from newswire.ports import ArticleNow
from support.build import NOW

WORDS = (
    *("harbour", "pier", "Pier", "piers", "quay", "boat", "boats", "the", "a", "of", "storm", "stormy", "night"),
    *("Café", "naïve", "über", "Straße", "ÉCOLE", "Ελλάς", "İzmir", "Ёлка", "don't", "state-of-the-art", "3.5", "U.S."),
    *("北京", "北京大学", "大学", "東京都", "港", "カタカナ", "ひらがな", "부두를", "กรุงเทพ", "iPhone手机"),
    *("हिन्दी", "में", "समाचार", "العربية", "עברית", "ﬁsh", "１２", "co\u00adop", "x" * 70),
)
SOURCES, LANGUAGES = ("a.example", "b.example", "c.example"), ("en", "de", None)


@dataclass(frozen=True)
class Dice:
    """Makes texts and queries of a seed."""

    chance: random.Random

    def text(self, most: int) -> str:
        chosen = self.chance.choices(WORDS, weights=range(len(WORDS), 0, -1), k=self.chance.randint(1, most))
        return "".join(word + self.chance.choice([" ", " ", " ", ", ", "-", ".\n"]) for word in chosen)

    def query(self) -> str:
        parts = [self._term() for _ in range(self.chance.choice([1, 1, 2, 2, 3, 4]))]
        joined = parts[0]
        for part in parts[1:]:
            joined += (" OR " if self.chance.random() < 0.25 else " ") + part
        for _ in range(self.chance.choice([0, 0, 0, 1, 2])):
            joined += f" -{self._term()}"
        return joined + self._condition()

    def also_by_change(self, wanted: WireFilter) -> WireFilter:
        """Sometimes with a condition on the time of the last change, which no query has."""
        at = NOW + timedelta(hours=self.chance.randint(-30, 450))
        return self.chance.choice(
            [wanted] * 8 + [replace(wanted, changed_before=at), replace(wanted, changed_after=at)]
        )

    def _term(self) -> str:
        chance = self.chance
        word = chance.choice(WORDS)
        form = chance.random()
        if form < 0.25:
            word = f'"{" ".join(chance.choices(WORDS, k=chance.randint(1, 3)))}"'
        elif form < 0.4:
            word = f"{word[: chance.randint(3, 6)]}*" if len(word) > 3 and word.isalpha() else word
        return f"title:{word}" if chance.random() < 0.2 else word

    def _condition(self) -> str:
        chance = self.chance
        return chance.choice(
            [""] * 6
            + [
                f" source:{chance.choice(SOURCES)}",
                " source:a.example,b.example",
                " lang:de",
                " kind:published",
                " after:2026-03-01T13:00:00Z",
                " before:2026-03-12T07:30:00Z",
                " after:2026-03-04 before:2026-03-09",
                " before:2025-12-31",
            ]
        )


@dataclass(frozen=True)
class Searched:
    """An article as plain Python sees it."""

    title: tuple[str, ...]
    body: tuple[str, ...]
    facets: Facets

    def __contains__(self, query: SearchQuery) -> bool:
        return (
            all(any(map(self._has, group)) for group in query.groups)
            and not any(map(self._has, query.without))
            and query.wanted.takes(self.facets)
        )

    def _has(self, term: Term) -> bool:
        return any(_runs(term, part) for part in ((self.title,) if term.title else (self.title, self.body)))


def searched(article: ArticleNow) -> Searched:
    """The article, with its text in tokens."""
    said = article.last_text
    text = indexed_text(said["title"], said["text"])
    return Searched(text.title, text.body, article_facets(said, article.kind, article.changed_at))


def _runs(term: Term, tokens: tuple[str, ...]) -> bool:
    *first, last = term.tokens
    for start in range(len(tokens) - len(first)):
        *before, end = tokens[start : start + len(term.tokens)]
        if before == first and (end.startswith(last) if term.prefix else end == last):
            return True
    return False
