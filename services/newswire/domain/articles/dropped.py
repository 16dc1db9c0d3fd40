"""An article whose text was dropped after its time: its title, facts, addresses, dates and hashes stay."""

from collections.abc import Mapping
from typing import Any, Final

from newswire.events import Article, Change, Duplicate, Published, Revised

FLAG: Final = "text-dropped"
"""The extraction flag of such an article."""
DROPPED: Final[Mapping[str, Any]] = {"text": "", "text_kinds": [], "description": None}
"""The fields that are dropped, with what stands in their place."""


def without_text(article: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON object of an article, without its text and its description; it gets no field that it does not have."""
    extraction = article["extraction"]
    flags = list(dict.fromkeys((*extraction.get("flags", ()), FLAG)))
    emptied = {name: nothing for name, nothing in DROPPED.items() if name in article}
    return {**article, **emptied, "extraction": {**extraction, "flags": flags}}


def without_words(change: Change, article: Mapping[str, Any]) -> Change:
    """The change under the same id with the emptied article, and without the passages that differ."""
    if not isinstance(change, Published | Revised | Duplicate):
        return change
    update: dict[str, Any] = {"article": Article.model_validate(article)}
    if isinstance(change, Revised) and change.difference is not None:
        update["difference"] = change.difference.model_copy(update={"passages": ()})
    return change.model_copy(update=update)


def is_dropped(article: Article) -> bool:
    """Whether the article's text was dropped."""
    return FLAG in article.extraction.flags


def with_text(article: Article | None) -> Article | None:
    """The article; None where there is none, or its text was dropped, so that nothing can be compared with it."""
    return None if article is None or is_dropped(article) else article
