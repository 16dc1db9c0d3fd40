"""The `FeedStore`, `ArticleStore`, `HubSubscriptions` and `Ledger` ports over the database."""

from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.feeds import DatabaseFeeds
from newswire.adapters.store.ledger import DatabaseLedger
from newswire.adapters.store.websub import DatabaseHubSubscriptions

__all__ = ["DatabaseArticles", "DatabaseFeeds", "DatabaseHubSubscriptions", "DatabaseLedger"]
