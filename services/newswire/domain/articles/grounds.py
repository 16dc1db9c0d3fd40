"""The grounds of a duplicate, as its change states them."""

from typing import Final

from newswire.domain.articles.near_duplicates.choose import TextLink
from newswire.domain.articles.near_duplicates.rules import ALGORITHM
from newswire.domain.articles.verdict import Twin
from newswire.events import EDITOR, Comparison, DuplicateOf

EXACT: Final = "content-hash/1"
"""The rule for exact duplicates: equal `Article.content_hash`."""

BY_HAND: Final = "editor/1"
"""What an editor decided."""

THROUGH: Final = "former-original"
"""The evidence of a duplicate whose own text is kept no more: it was linked to an article that is a duplicate now."""

EQUAL: Final = "content-hash"
"""The evidence of an exact duplicate."""


def link_to(twin: Twin) -> DuplicateOf:
    """The link to the original, with what was found alike."""
    link = twin.link
    if twin.through and not (twin.equal or twin.by_editor):
        return DuplicateOf(article_id=twin.article_id, url=twin.url, score=0.0, evidence=THROUGH, algorithm=ALGORITHM)
    if twin.by_editor:
        return DuplicateOf(
            article_id=twin.article_id, url=twin.url, score=1.0, evidence=EDITOR, algorithm=BY_HAND, relation="copy"
        )
    if link is None or twin.equal:
        return DuplicateOf(
            article_id=twin.article_id,
            url=twin.url,
            score=1.0,
            evidence=EQUAL,
            algorithm=EXACT,
            relation="copy",
        )
    return DuplicateOf(
        article_id=twin.article_id,
        url=twin.url,
        score=round(link.score, 4),
        evidence="aligned-words",
        algorithm=ALGORITHM,
        relation=_relation(link),
        reason=link.judgement.reason,
        compared=_comparison(link),
    )


def _relation(link: TextLink) -> str:
    """How the duplicate stands to the original; a part of a text that was published later is an excerpt."""
    return link.judgement.relation if link.article_is_later else "excerpt"


def _comparison(link: TextLink) -> Comparison:
    sides = link.evidence.first, link.evidence.second
    original, article = sides if link.article_is_later else sides[::-1]
    return Comparison(
        words=article.length,
        original_words=original.length,
        shared_words=article.matched,
        new_words=article.new,
        same_numbers=link.evidence.numbers.same,
        changed_numbers=link.evidence.numbers.changed,
    )
