"""A page that moved: the same article under another address, found by a redirect or by a new canonical link.

An article is the address under which it was published first. When its page moves, its address of the article stays; the
new one is learned as one that leads to it.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from newswire.domain.articles.dropped import is_dropped
from newswire.domain.articles.verdict import ArticleState
from newswire.domain.text.fingerprint import tokens
from newswire.events import Article, ArticleEvent, ArticleExtracted, article_id_of

_SAME: Final = 0.5
"""The share of the shorter text's words that two versions of one article have in common at least."""


def may_be(event: ArticleEvent, found_under: str | None) -> tuple[UUID, ...]:
    """The articles that the event's page may be a new address of, by where it was looked for."""
    if not isinstance(event, ArticleExtracted):
        return ()
    asked = () if event.recheck_of is None else (event.recheck_of,)
    return asked if found_under is None else (*asked, article_id_of(found_under))


def moved_onto(
    event: ArticleEvent,
    states: Mapping[UUID, ArticleState],
    texts: Mapping[UUID, Article],
    *,
    found_under: str | None,
    lives_here: UUID | None,
) -> ArticleEvent:
    """The event with its article under the id of the one that moved here; as it is where none did.

    Args:
        event: the event.
        states: the known articles, by id.
        texts: their newest texts, as far as they were loaded.
        found_under: the address that the entry names.
        lives_here: the article whose page was fetched last from the event's canonical address.
    """
    if not isinstance(event, ArticleExtracted) or event.article.article_id in states:
        return event
    lives = () if lives_here is None else (lives_here,)
    for candidate in (*lives, *may_be(event, found_under)):
        state, text = states.get(candidate), texts.get(candidate)
        if state is None or (candidate == lives_here and state.url != event.article.canonical_url):
            continue
        if state.purged_at is not None or (text is not None and _is_same(text, event.article)):
            return _of(event, state)
    return event


def _of(event: ArticleExtracted, state: ArticleState) -> ArticleExtracted:
    article = event.article.model_copy(update={"article_id": state.article_id, "canonical_url": state.canonical_url})
    return event.model_copy(update={"article": article})


def _is_same(before: Article, after: Article) -> bool:
    """Whether two texts are versions of one: a redirect may lead to any other article as well.

    Where the former text was dropped after its time, the title has to be the same.
    """
    if before.content_hash == after.content_hash:
        return True
    if is_dropped(before):
        return tokens(before.title or "") == tokens(after.title or "") != []
    first, second = Counter(tokens(before.text)), Counter(tokens(after.text))
    shorter = min(first.total(), second.total())
    return shorter > 0 and (first & second).total() >= _SAME * shorter
