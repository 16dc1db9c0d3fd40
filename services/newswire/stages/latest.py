"""Publishes the latest state of articles to the compacted topic.

The newest record of a key is the one that compaction keeps, so an old state must never stay the newest. Nobody can
keep another replica from publishing in between. So a publisher publishes the state that the database has, and looks
again when the log has it: when the article has changed meanwhile, it publishes the newer state, too. A publisher that
dies before that look has not finished its input. Another one is then given that input, and publishes anew.
"""

from collections.abc import Collection
from uuid import UUID

from newswire.contracts import encode, tombstone
from newswire.domain.articles.latest import latest
from newswire.ports import Bus, Message, StandingArticle, StandingArticles


class LatestStates:
    """The compacted topic, over its ports."""

    def __init__(self, articles: StandingArticles, bus: Bus) -> None:
        """Holds no state of its own."""
        self._articles = articles
        self._bus = bus

    async def publish(self, article_ids: Collection[UUID]) -> None:
        """Publish the articles as they stand: null for one that was purged, nothing for one that is not stored.

        When this returns, the newest record of each is at least as new as the article was at the call.
        Raises `Wait` when the database or the broker is away: call it again.
        """
        wanted = sorted(set(article_ids))
        while wanted:
            found = await self._articles.standing(wanted)
            await self._bus.publish([_message(article) for article in found])
            newest = await self._articles.positions([article.article_id for article in found])
            wanted = [each.article_id for each in found if newest.get(each.article_id, each.position) > each.position]

    async def purged(self, article_id: UUID) -> None:
        """Publish null for an article, whatever the database has of it, as the last word. Raises `Wait`."""
        await self._bus.publish([tombstone(article_id)])


def _message(article: StandingArticle) -> Message:
    state = latest(article.change, article.text, article.position, article.epoch)
    return tombstone(article.article_id) if state is None else encode(state)
