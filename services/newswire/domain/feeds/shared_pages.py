"""Several entries with texts of their own that link to one page: advisories, releases, episodes.

The page cannot tell them apart, so each such entry is an article by its feed's text. Its address is the page's with a
fragment made from the feed and the entry's key: a browser opens the page, and the entry has an identity of its own.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final
from urllib.parse import urldefrag
from uuid import UUID

from newswire.domain.feeds.entries import Identified
from newswire.domain.feeds.habits import Habits
from newswire.domain.feeds.own_address import own_address
from newswire.domain.feeds.parsed_feed import ParsedEntry
from newswire.domain.text.fingerprint import FULL_TEXT_WORDS, word_count
from newswire.domain.text.normalize import normalize_line

REMEMBERED: Final = 20
"""Shared pages that are kept in mind of one feed."""


def page_of(url: str) -> str:
    """The address of the page: ``url`` without its fragment."""
    return urldefrag(url).url


def own_text(entry: ParsedEntry) -> str:
    """The longest text that the feed gives for an entry."""
    return entry.content or entry.summary or ""


def shared_pages(found: Iterable[Identified], habits: Habits) -> tuple[str, ...]:
    """The pages that several entries share, with those that are remembered: the newest `REMEMBERED`, the newest last.

    Two entries share a page when both have a full text, and their ids (where they have ids), their titles and their
    texts differ. Ids that are the link with a suffix number the versions of one story: they share nothing.
    """
    by_page: defaultdict[str, list[Identified]] = defaultdict(list)
    for one in found:
        if one.url is not None and one.entry.url is not None:
            by_page[page_of(one.url)].append(one)
    groups = {page: ones for page, ones in by_page.items() if len(ones) > 1 and page not in habits.shared_pages}
    return (*habits.shared_pages, *(page for page, ones in groups.items() if _told_apart(ones)))[-REMEMBERED:]


def with_own_address(one: Identified, pages: Collection[str], feed_id: UUID) -> Identified:
    """The entry under an address of its own where its page is one of ``pages`` and it has text enough."""
    if one.url is None or not pages or (page := page_of(one.url)) not in pages or not full(one.entry):
        return one
    return replace(one, url=own_address(page, feed_id, one.key), own=True)


def _told_apart(ones: Iterable[Identified]) -> bool:
    apart = [one for one in ones if not _numbers_a_version(one) and full(one.entry)]
    titles = {title for one in apart if (title := normalize_line(one.entry.title or ""))}
    ids = {one.entry.id or urldefrag(one.entry.url or "").fragment or title for one in apart for title in titles}
    return min(len(ids), len(titles), len({own_text(one.entry) for one in apart})) > 1


def _numbers_a_version(one: Identified) -> bool:
    """Whether the id is the link and a suffix, as ``https://news.example/a#3`` for ``https://news.example/a``."""
    entry_id, link = one.entry.id, one.entry.url
    return bool(entry_id and link and entry_id != link and entry_id.startswith(link))


def full(entry: ParsedEntry) -> bool:
    """Whether the feed gives enough text of an entry to publish it."""
    return word_count(own_text(entry)) >= FULL_TEXT_WORDS
