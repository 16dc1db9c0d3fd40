"""Claims of a page about its dates: JSON-LD, meta tags, marked-up elements, the address, lines near the headline."""

import re
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any, Final

from htmldate import find_date
from lxml import etree

from newswire.domain.articles.facts.claim import Claim
from newswire.events import Dated, DateSource
from newswire.parsing.pages.head import Head
from newswire.parsing.pages.jsonld import NodeObject, as_list
from newswire.parsing.pages.marks import Mark, Marks
from newswire.parsing.text.moments import NO_HINTS, ZoneHints, read_moment

DateClaims = tuple[Claim[Dated], ...]

_PUBLISHED: Final = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time",
    "datepublished", "date_published", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created",
    "pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "published_date",
    "publication-date", "citation_publication_date", "citation_date", "citation_online_date", "dcterms.date",
    "dc.date", "date", "rnews:datepublished", "shareaholic:article_published_time", "article:post_date",
    "bt:pubdate", "ptime", "published", "published_at", "article.published", "created",
)  # fmt: skip
_LOOSE: Final = frozenset(
    {"date", "dc.date", "dcterms.date", "created", "dcterms.created", "dc.date.created", "citation_date"}
)
_MODIFIED: Final = (
    "article:modified_time", "og:article:modified_time", "article:modified", "datemodified", "og:updated_time",
    "dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "article:updated", "revised", "moddate",
)  # fmt: skip
_IN_PATH: Final = re.compile(
    r"/(?P<year>(?:19|20)\d{2})(?:(?P<part>[/-])(?P<month>\d{1,2})[/-](?P<day>\d{1,2})|(?P<mm>\d{2})(?P<dd>\d{2}))(?=[/_.-]|$)"
    r"|/(?P<y2>20\d\d)/(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}/(?P<d2>\d{1,2})(?=/)"
    r"|(?<=[/_-])(?P<y3>20\d\d)-(?P<m3>\d\d)-(?P<d3>\d\d)(?!\d)"
)
_CHANGE: Final = re.compile(
    r"updat|modif|edited|last change|revis|aktualisiert|aktualizov|aktualizac|aktualizow|stand\b|geändert|actualiz"
    r"|mis à jour|mise à jour|aggiorna|bijgewerkt|opdater|uppdater|oppdater|päivitetty|frissít|обновл|оновл|güncel"
    r"|diperbarui|수정|업데이트|更新|تحديث|עודכן|अपडेट|reviewed",
    re.IGNORECASE,
)
_OTHER_DAY: Final = re.compile(
    r"event|expire|birth|born|copyright|©|deadline|until|through|founded|since|\bdue\b|next", re.IGNORECASE
)
_SEGMENT: Final = re.compile(
    r"[\n|•·]|\s[–—-]\s|(?=\b(?:last )?updated)|(?=수정)|(?=업데이트)|(?=aktualisiert)|(?=updated)", re.IGNORECASE
)
_LONGEST_LINE: Final = 70
_MOST_WORDS: Final = 9
_BEFORE, _BEHIND = 60, 160
"""Elements from the headline within which a date is the article's own."""
_CLOSE: Final = 12
_ABOVE: Final = 0.42
"""The confidence in a date that stands further before the headline than `_CLOSE` elements, or far behind it."""
_SCRIPTED: Final = re.compile(
    r"ublish(?:ed)?_?-?(?:[aA]t|[dD]ate|[oO]n|[tT]ime|Timestamp)?\\?[\"']\s{0,2}:\s{0,2}\\?[\"'](\d{4}-\d\d-\d\d[^\"'\\]{0,22})"
)
_LONGEST_SCRIPT: Final = 1_000_000
_MOST_SEARCHED: Final = 20_000
_MOST_BESIDE: Final = 2_000
"""Elements of a page, and of one parent, beyond which dates are not searched for."""


def parse_moment(text: str, source: DateSource, hints: ZoneHints = NO_HINTS) -> Dated | None:
    """The date that a page states, as `text.moments` reads it.

    Without a clear time zone, or at midnight sharp, only the day is known: as stated, whatever the zone.
    """
    moment = read_moment(text, hints)
    if moment is None:
        return None
    offset = moment.offset
    if offset is None or moment.local.time() == time.min:
        moment = moment.only_day()
    minutes = int(offset / timedelta(minutes=1)) if offset is not None and moment.timed else None
    return Dated(value=moment.value, source=source, precision=moment.precision, offset_minutes=minutes)


def published_claims(head: Head, article: NodeObject, marks: Marks, tree: Any, url: str) -> DateClaims:
    """What each source says of the publication. The search of the whole text runs only where nothing else is sure."""
    found = [*_stated(head, article), *_tagged(head), *_microdata(marks, head), *_visible(marks, head), *_in_path(url)]
    if not any(claim.confidence >= 0.7 for claim in found):
        found += _scripted(tree, head)
    if not found:
        found += _searched(tree, url)
    return _one_each(found)


def modified_claims(head: Head, article: NodeObject, marks: Marks) -> DateClaims:
    """What each source says of the last change."""
    found = [*_dates_in(article, ("dateModified",), head, "json-ld", 0.9)]
    for value in head.every(*_MODIFIED):
        found += _claim(value, "meta", "meta", 0.85, head.hints)
    for mark in marks.of("date"):
        if mark.name == "datemodified":
            found += _claim(mark.text, "meta", "microdata", 0.8, head.hints)
    for mark in (each for each in marks.of("time", "date", "text") if _near(each, marks)):
        for line, of_change in _dated_lines(mark):
            if of_change:
                found += _claim(line, "text", "line", 0.6, head.hints)
    return _one_each(found)


def _claim(text: str, source: DateSource, where: str, sure: float, hints: ZoneHints) -> Iterator[Claim[Dated]]:
    if found := parse_moment(text, source, hints):
        yield Claim(found, where, sure)


def _one_each(claims: list[Claim[Dated]]) -> DateClaims:
    """The surest claim of each source, the first of equals."""
    best: dict[str, Claim[Dated]] = {}
    for claim in claims:
        if claim.source not in best or claim.confidence > best[claim.source].confidence:
            best[claim.source] = claim
    return tuple(best.values())


def _dates_in(node: NodeObject, keys: tuple[str, ...], head: Head, where: str, sure: float) -> Iterator[Claim[Dated]]:
    for key in keys:
        for value in as_list(node.get(key)):
            if isinstance(value, str | int):
                yield from _claim(str(value), "json-ld", where, sure, head.hints)


def _stated(head: Head, article: NodeObject) -> Iterator[Claim[Dated]]:
    yield from _dates_in(article, ("datePublished",), head, "json-ld", 0.93)
    yield from _dates_in(article, ("dateCreated", "uploadDate"), head, "json-ld created", 0.6)
    yield from _dates_in(head.data.page(), ("datePublished",), head, "json-ld page", 0.75)


def _tagged(head: Head) -> Iterator[Claim[Dated]]:
    for key in _PUBLISHED:
        for value in head.every(key):
            sure = 0.6 if key in _LOOSE else 0.9 if "published_time" in key else 0.85
            yield from _claim(value, "meta", "meta", sure, head.hints)


def _microdata(marks: Marks, head: Head) -> Iterator[Claim[Dated]]:
    for mark in marks.of("date"):
        if mark.name in {"datepublished", "datecreated"}:
            yield from _claim(mark.text, "meta", "microdata", 0.85 if mark.name == "datepublished" else 0.5, head.hints)


def _near(mark: Mark, marks: Marks) -> bool:
    return -_BEFORE <= mark.at - marks.headline_at <= _BEHIND


def _is_above(mark: Mark, marks: Marks) -> bool:
    """Whether a mark stands well before the headline: the head of a page may show the day on which it is read."""
    return marks.headline_at - mark.at > _CLOSE


def _visible(marks: Marks, head: Head) -> Iterator[Claim[Dated]]:
    """Dates in time elements and in lines near the headline, the nearest of each kind."""
    for kind, where, sure in (("time", "time", 0.72), ("date", "dateline", 0.62), ("text", "line", 0.5)):
        near = [each for each in marks.marks if each.kind == kind and _near(each, marks)]
        for mark in sorted(near, key=lambda each: _is_above(each, marks)):
            likely = _ABOVE if _is_above(mark, marks) else sure
            if found := next(_in_lines(mark, where, likely, head), None):
                yield found
                break
        else:
            far = (each for each in marks.marks if each.kind == kind != "text")
            if found := next((claim for mark in far for claim in _in_lines(mark, where, _ABOVE, head)), None):
                yield found


def _in_lines(mark: Mark, where: str, sure: float, head: Head) -> Iterator[Claim[Dated]]:
    for line, of_change in _dated_lines(mark):
        if not of_change:
            yield from _claim(line, "text", where, sure, head.hints)


def _dated_lines(mark: Mark) -> Iterator[tuple[str, bool]]:
    """The short lines of a mark that may state a date, and whether it is that of a change.

    The line says so, or the mark's name, or the label before it: a line without a figure ("Last updated", "on").
    """
    marked = bool(_CHANGE.search(mark.name)) and "publi" not in mark.name
    labelled = False
    for segment in _SEGMENT.split(mark.text):
        line = segment.strip(" :,()[]")
        if len(line) > _LONGEST_LINE or len(line.split()) > _MOST_WORDS or _OTHER_DAY.search(line):
            continue
        of_change = bool(_CHANGE.search(line))
        if any(map(str.isdecimal, line)):
            yield line, marked or of_change or labelled
            labelled = False
        elif "publi" not in line.lower():
            labelled = labelled or of_change
        else:
            labelled = False


def _in_path(url: str) -> Iterator[Claim[Dated]]:
    found = _IN_PATH.search(url.partition("?")[0].lower())
    if found is None:
        return
    year = found["year"] or found["y2"] or found["y3"]
    month = found["month"] or found["mm"] or found["name"] or found["m3"]
    day = found["day"] or found["dd"] or found["d2"] or found["d3"]
    text = f"{day} {month} {year}" if found["name"] else f"{year}-{month}-{day}"
    yield from _claim(text, "url", "url", 0.73, NO_HINTS)


def _scripted(tree: Any, head: Head) -> Iterator[Claim[Dated]]:
    """The date in the state that a page's own scripts carry; only where all of them say the same."""
    days: dict[str, Claim[Dated]] = {}
    for script in tree.iter("script"):
        text = script.text or ""
        if len(text) > _LONGEST_SCRIPT or "ublish" not in text:
            continue
        for found in _SCRIPTED.finditer(text):
            for claim in _claim(found[1], "text", "script", 0.6, head.hints):
                days.setdefault(claim.value.value.isoformat()[:10], claim)
            if len(days) > 1:
                return
    yield from days.values()


def _searched(tree: Any, url: str) -> Iterator[Claim[Dated]]:
    """What htmldate finds: in elements that look like dates first, then in the whole text, which is less sure."""
    if _is_crowded(tree):
        return
    for extensive, sure in ((False, 0.5), (True, 0.41)):
        if found := find_date(tree, original_date=True, extensive_search=extensive, url=url):
            if not (extensive and found.endswith("-01")):  # the first of a month stands for a month without a day
                yield from _claim(found, "text", "wide search" if extensive else "search", sure, NO_HINTS)
            return


def _is_crowded(tree: Any) -> bool:
    """Whether the search would take too long: libxml2 compares each text with the ones beside it."""
    return any(
        at > _MOST_SEARCHED or len(element) > _MOST_BESIDE for at, element in enumerate(tree.iter(etree.Element))
    )
