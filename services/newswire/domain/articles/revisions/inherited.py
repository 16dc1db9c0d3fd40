"""The facts that a second look at a page cannot know, because only the feed gave them at the first look."""

from typing import Final

from newswire.events import Article

_FROM_FEEDS: Final = (
    ("feed",),
    ("site_name",),
    ("description",),
    ("authors", "author_kinds"),
    ("language", "language_confidence"),
    ("image",),
    ("sections",),
    ("tags",),
    ("published",),
    ("modified",),
)
"""Each fact, followed by the fields that say more about it: they belong to one value, so they are taken together."""


def with_former_facts(article: Article, before: Article) -> Article:
    """The article, with the facts of its former version wherever the article itself states none."""
    kept = {
        name: getattr(before, name)
        for fact, *about in _FROM_FEEDS
        if not getattr(article, fact) and getattr(before, fact)
        for name in (fact, *about)
    }
    return article.model_copy(update=kept)
