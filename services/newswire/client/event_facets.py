"""Facts about articles that a reader of the log remembers, because a withdrawal does not repeat them."""

from collections import OrderedDict
from dataclasses import replace
from typing import Any, Final

from newswire.domain.wire.facets import facets_of
from newswire.domain.wire.filters import Facets, WireFilter

_REMEMBERED: Final = 100_000
"""Articles."""


class ArticleFacets:
    """The facets of the articles that came last. It is handed each event once, wanted or not."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Facets] = OrderedDict()

    def takes(self, event: dict[str, Any], wanted: WireFilter) -> bool:
        """Whether an event passes the filter. The withdrawal of an article that is not known is let through.

        A reader that was given the article must be given its withdrawal; one that was not can do nothing with it.
        """
        article_id = event.get("article_id")
        if article_id is None or event.get("article") is not None:
            facets = facets_of(event)
            if article_id is not None:
                self._remember(article_id, facets)
            return wanted.takes(facets)
        known = self._known.get(article_id)
        if known is None:
            wanted = replace(wanted, sources=frozenset(), feeds=frozenset(), languages=frozenset(), **_NO_PUBLICATION)
        return wanted.takes(facets_of(event, known))

    def _remember(self, article_id: str, facets: Facets) -> None:
        self._known[article_id] = facets
        self._known.move_to_end(article_id)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


_NO_PUBLICATION: Final[dict[str, Any]] = {"published_after": None, "published_before": None}
