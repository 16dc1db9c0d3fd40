"""Finds the article at an address that an operator typed."""

from newswire.domain.urls.canonical import canonicalize
from newswire.domain.urls.syntax import shown
from newswire.errors import UsageError
from newswire.ports import Ledger, StoredArticle, UrlHistory


async def article_at(url: str, ledger: Ledger) -> tuple[StoredArticle, UrlHistory]:
    """The article at ``url``, and all that is known of that address.

    Raises `UsageError` where ``url`` is no address or has no article, `Wait` when the database is away.
    """
    try:
        history = await ledger.history(canonicalize(url))
    except ValueError as error:
        raise UsageError(f"{shown(url)}: {error}") from error
    if history.article is None:
        raise UsageError(f"no article at {shown(url)}: 'newswire explain {shown(url)}' says what is known of it")
    return history.article, history
