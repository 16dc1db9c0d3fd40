"""The `FeedStore`, `ArticleStore` and `Ledger` ports over the database."""

from newswire.adapters.store.articles import DatabaseArticles
from newswire.adapters.store.feeds import DatabaseFeeds
from newswire.adapters.store.ledger import DatabaseLedger

__all__ = ["DatabaseArticles", "DatabaseFeeds", "DatabaseLedger"]
