"""Addresses for entries that have no page of their own: the feed's text is the article."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from newswire.domain.feeds.entries import Identified
from newswire.domain.text.fingerprint import word_count
from newswire.domain.urls.syntax import parse
from newswire.events import stable_id

_ROUTE: Final = "/entry/"


def own_address(document: str, feed_id: UUID, entry_key: str) -> str:
    """The address of one entry of one feed: ``document`` with a fragment that no other entry has.

    The fragment has the form of a route (``#/…``), so normalisation keeps it (`newswire.domain.urls.syntax`). Equal
    arguments give equal addresses. A browser that opens the address shows ``document``, where the entry's text is.

    Raises:
        ValueError: ``document`` is no http(s) address.
    """
    return str(replace(parse(document), fragment=_ROUTE + stable_id("own-entry", feed_id, entry_key).hex))


def own_addresses(document: str) -> str:
    """What every `own_address` in ``document`` (canonical) begins with; 32 hex digits follow."""
    return f"{document.partition('#')[0]}#{_ROUTE}"


def with_own_addresses(
    found: Sequence[Identified], feed_id: UUID, feed_url: str, *, min_words: int
) -> tuple[Identified, ...]:
    """The entries; one without a link gets an address of its own if its text has ``min_words`` words or more.

    The text is the content, or the summary where there is no content: with no page to read on, a summary is all there
    is. ``feed_url`` is the address that the feed was subscribed by: it stays when the feed moves, and so do the
    articles. Keys and fingerprints stay as they are.
    """
    return tuple(
        _addressed(entry, feed_id, feed_url, min_words) if entry.problem == "no-link" else entry for entry in found
    )


def _addressed(found: Identified, feed_id: UUID, feed_url: str, min_words: int) -> Identified:
    if word_count(found.entry.content or found.entry.summary or "") < min_words:
        return found
    return replace(found, url=own_address(feed_url, feed_id, found.key), problem=None, own=True)
