"""Where on a page its article is, by the headline that the page states."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from newswire.domain.articles.facts.title_forms import overlap
from newswire.parsing.pages.mark_texts import heading_text

_MOST_HEADINGS: Final = 12
_FEWEST_WORDS: Final = 3
"""Words of a heading that can be told from the name of a site or a section."""
_SAME: Final = 0.6
"""The share of its words that the headline has in common with a title of the page at the least."""


def around_headline(root: Any, titles: Sequence[str]) -> Iterator[Any]:
    """The elements around the article's headline: none is a box of other articles, whatever its class says.

    Themes write into the class of the whole page or article that it has a sidebar, comments or a promotion.
    """
    for tag in ("h1", "h2"):
        for heading in islice(root.iter(tag), _MOST_HEADINGS):
            text = heading_text(heading)
            if is_headline(text, titles):
                yield from heading.iterancestors()
                return


def is_headline(heading: str, titles: Sequence[str]) -> bool:
    """Whether a heading says what one of the page's titles says."""
    return len(heading.split()) >= _FEWEST_WORDS and overlap(heading, titles) >= _SAME
