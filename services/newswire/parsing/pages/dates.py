"""When a page was published and last changed, by its own statements, each with its source."""

import re
from collections.abc import Iterator
from datetime import time
from typing import Any, Final

from htmldate import find_date

from newswire.events import Dated, DateSource
from newswire.parsing.pages.head import Head
from newswire.parsing.pages.jsonld import NodeObject, as_list
from newswire.parsing.text.moments import NO_HINTS, ZoneHints, read_moment

_PUBLISHED: Final = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.created",
    "dcterms.date", "pubdate", "publishdate", "publication_date", "citation_publication_date", "date", "dc.date",
)  # fmt: skip
_MODIFIED: Final = (
    "article:modified_time", "og:article:modified_time", "article:modified", "datemodified", "og:updated_time",
    "dcterms.modified", "last-modified",
)  # fmt: skip

_IN_PATH: Final = re.compile(
    r"/(?P<year>(?:19|20)\d{2})(?:(?P<part>[/-])(?P<month>\d{1,2})(?P=part)(?P<day>\d{1,2})|(?P<mm>\d{2})(?P<dd>\d{2}))"
    r"(?=[/_.-]|$)"
)


def published_date(head: Head, article: NodeObject, tree: Any, url: str) -> Dated | None:
    """The publication date: JSON-LD, then meta tags, then the URL, then the visible text.

    The text is searched only when nothing else speaks: markup answers less often but is seldom wrong,
    and the search is the slowest step of reading metadata. It is kept to elements that look like dates:
    of the days that a search of the whole text adds, more than a quarter were wrong (wcxb pages).
    """
    return (
        next(_stated(article, ("datePublished", "dateCreated", "uploadDate"), head.hints), None)
        or next(_tagged(head, _PUBLISHED), None)
        or _stated_by_page(head)
        or _in_path(url)
        or _searched(tree, url)
    )


def modified_date(head: Head, article: NodeObject, since: Dated | None) -> Dated | None:
    """The last change the page states; None when it lies before the publication."""
    found = next(_stated(article, ("dateModified",), head.hints), None) or next(_tagged(head, _MODIFIED), None)
    return None if found and since and found.value < since.value else found


def parse_moment(text: str, source: DateSource, hints: ZoneHints = NO_HINTS) -> Dated | None:
    """The date that a page states, as `text.moments` reads it.

    Without a clear time zone, or at midnight sharp, only the day is known: as stated, whatever the zone.
    """
    moment = read_moment(text, hints)
    if moment is None:
        return None
    if moment.offset is None or moment.local.time() == time.min:
        moment = moment.only_day()
    return Dated(value=moment.value, source=source, precision=moment.precision)


def _stated(node: Any, keys: tuple[str, ...], hints: ZoneHints) -> Iterator[Dated]:
    for key in keys:
        for value in as_list(node.get(key)):
            if isinstance(value, str | int) and (found := parse_moment(str(value), "json-ld", hints)):
                yield found


def _stated_by_page(head: Head) -> Dated | None:
    return next(_stated(head.data.page(), ("datePublished",), head.hints), None)


def _tagged(head: Head, keys: tuple[str, ...]) -> Iterator[Dated]:
    for value in head.every(*keys):
        if found := parse_moment(value, "meta", head.hints):
            yield found


def _in_path(url: str) -> Dated | None:
    match = _IN_PATH.search(url.partition("?")[0])
    if match is None:
        return None
    return parse_moment(f"{match['year']}-{match['month'] or match['mm']}-{match['day'] or match['dd']}", "url")


def _searched(tree: Any, url: str) -> Dated | None:
    found = find_date(tree, original_date=True, extensive_search=False, url=url)
    return parse_moment(found, "text") if found else None
