"""What a second look at a page cannot know: the facts that only the feed gave at the first one."""

from typing import Final

from newswire.events import Article

_FROM_FEEDS: Final = (
    "feed",
    "site_name",
    "description",
    "authors",
    "language",
    "language_confidence",
    "image",
    "sections",
    "tags",
    "published",
    "modified",
)


def with_former_facts(article: Article, before: Article) -> Article:
    """The article with those facts of its former version that it says nothing about itself."""
    kept = {name: getattr(before, name) for name in _FROM_FEEDS if not getattr(article, name)}
    return article.model_copy(update={name: value for name, value in kept.items() if value})
