"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1) to a `ParsedFeed`."""

import json
import re
from collections.abc import Iterator
from typing import Final

from newswire.domain.feeds.link_base import link_base
from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed
from newswire.errors import Reject
from newswire.parsing.feeds.dates import feed_date
from newswire.parsing.feeds.entry import whole_text
from newswire.parsing.feeds.links import MAX_HUBS
from newswire.parsing.feeds.raw import Raw, as_given, dicts, distinct, language_tag, string, strings
from newswire.parsing.text.addresses import absolute
from newswire.parsing.text.plain_text import clean, one_line, plain_lines, plain_text
from newswire.parsing.text.time_zones import hints_of

_VERSION: Final = re.compile(r"(?P<address>.*jsonfeed\.org/version/)?1(?:\.(?P<minor>\d))?")


def read_json(text: str, url: str) -> ParsedFeed:
    """The JSON Feed in ``text``. Raises `Reject` ``not-a-feed`` when it is none."""
    try:
        # Numbers stay text: an id may be one (1.0 says to take it as its string), and huge ones are no error.
        feed = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise Reject("not-a-feed", f"this is not valid JSON: {error}") from error
    items = feed.get("items")
    form = _format(feed)
    if form is None or not isinstance(items, list):
        raise Reject("not-a-feed", "this JSON is not a JSON Feed of version 1 or 1.1 with a list of items")
    language = language_tag(string(feed, "language"))
    authors = distinct(_names(feed))  # once: a feed may name as many people as it has entries
    site = absolute(feed.get("home_page_url"), url)
    base = link_base(url, site, (absolute(string(item, "url"), "") for item in dicts(feed, "items")))
    return ParsedFeed(
        format=form,
        title=one_line(string(feed, "title")) or None,
        link=site,
        language=language,
        hubs=_hubs(feed, url),
        self_url=absolute(feed.get("feed_url"), url),
        next_page=absolute(feed.get("next_url"), url),
        entries=tuple(_entry(item, authors, language, base) for item in dicts(feed, "items")),
    )


def _format(feed: Raw) -> str | None:
    """The version's name. Some give its bare number; a later 1.x adds to 1.1, if it keeps to its own rules."""
    found = _VERSION.fullmatch(string(feed, "version").strip().rstrip("/"))
    if found is None or not (found["address"] or string(feed, "feed_url") or string(feed, "home_page_url")):
        return None
    return "json10" if found["minor"] in {None, "0"} else "json11"


def _entry(item: Raw, inherited: tuple[str, ...], language: str | None, base: str) -> ParsedEntry:
    content: str | None = plain_text(string(item, "content_html")) or plain_lines(string(item, "content_text"))
    summary: str | None = plain_lines(string(item, "summary"))
    language = language_tag(string(item, "language")) or language
    url = absolute(string(item, "url"), base) or absolute(string(item, "external_url"), base)
    # The specification says of an id that it is ideally the item's address.
    if url is None and (url := absolute(as_given(item, "id"), "")):
        summary, content = whole_text(summary, content)
    hints = hints_of(base, language)
    published = feed_date((string(item, "date_published"),), hints)
    updated = feed_date((string(item, "date_modified"),), hints)
    return ParsedEntry(
        id=clean(as_given(item, "id")).strip() or None,
        url=url,
        title=one_line(string(item, "title")) or None,
        summary=summary or None,
        content=content or None,
        authors=distinct(_names(item)) or inherited,
        tags=distinct(one_line(tag) for tag in strings(item, "tags")),
        language=language,
        image=absolute(string(item, "image") or string(item, "banner_image"), base),
        published=published.value,
        updated=updated.value,
        published_precision=published.precision,
        updated_precision=updated.precision,
        published_raw=published.raw,
    )


def _names(raw: Raw) -> Iterator[str]:
    """Version 1.1 has ``authors``, 1.0 had one ``author``."""
    people = list(dicts(raw, "authors")) or list(dicts(raw, "author"))
    return (one_line(string(person, "name")) for person in people)


def _hubs(feed: Raw, url: str) -> tuple[str, ...]:
    hubs = (hub for hub in dicts(feed, "hubs") if string(hub, "type").lower() == "websub")
    addresses = (absolute(string(hub, "url"), url) for hub in hubs)
    return tuple(dict.fromkeys(address for address in addresses if address))[:MAX_HUBS]
