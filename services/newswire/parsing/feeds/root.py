"""Where a document's root element begins, and so what it is."""

import re
from typing import Final, NamedTuple

from newswire.errors import Reject

_HEAD: Final = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?:[\w.-]+:)?(?P<root>rss|feed|rdf|urlset|sitemapindex)(?=[\s/>])"
    r"|<(?P<html>!doctype\s+html|(?:html|head|body)(?=[\s/>]))"
    r"|<(?P<other>[a-z][\w.:-]*)",
    re.IGNORECASE | re.DOTALL,
)


class Root(NamedTuple):
    """A root element that is read here."""

    start: int
    """Its first character's place in the text."""
    name: str
    """Local, in lower case: ``rss``, ``feed``, ``rdf``, ``channel``, ``urlset``, ``sitemapindex``."""


def find_root(text: str) -> Root:
    """The first root element of a feed or sitemap; what servers put before it (warnings, white space) is skipped.

    Raises `Reject` ``not-a-feed`` where there is none, or a page begins before it.
    """
    first = True
    for found in _HEAD.finditer(text):
        if found["html"]:
            raise Reject("not-a-feed", "this is an HTML page, not a feed; `newswire feeds add` finds a page's feeds")
        name = (found["root"] or found["other"] or "").lower()
        if found["root"] or (first and name == "channel"):
            return Root(found.start(), name)
        first = first and not name
    raise Reject("not-a-feed", "there is no <rss>, <feed>, <rdf:RDF>, <urlset> or <sitemapindex> element in it")
