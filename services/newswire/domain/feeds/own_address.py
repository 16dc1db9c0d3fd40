"""Addresses for entries that have no page of their own: the feed's text is the article."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from newswire.domain.articles.decide import MIN_FEED_WORDS
from newswire.domain.feeds.entries import Identified
from newswire.domain.text.fingerprint import word_count
from newswire.domain.urls.syntax import parse
from newswire.events import stable_id

ROUTE: Final = "/newswire/entry/"
"""What the fragment of such an address begins with."""


def own_address(document: str, feed_id: UUID, entry_key: str) -> str:
    """The address of one entry of one feed: ``document`` with a fragment that no other entry has.

    The fragment has the form of a route (``#/…``), so normalisation keeps it (`newswire.domain.urls.syntax`). Equal
    arguments give equal addresses. A browser that opens the address shows ``document``, where the entry's text is.

    Raises:
        ValueError: ``document`` is no http(s) address.
    """
    return str(replace(parse(document), fragment=f"{ROUTE}{stable_id('own-address', feed_id, entry_key)}"))


def with_own_addresses(found: Sequence[Identified], feed_id: UUID, feed_url: str) -> tuple[Identified, ...]:
    """The entries; one without a link gets an address of its own if its content has `MIN_FEED_WORDS` words.

    ``feed_url`` is the address that the feed was subscribed by: it stays when the feed moves, and so do the articles.
    Fingerprints stay as they are.
    """
    return tuple(
        replace(entry, url=own_address(feed_url, feed_id, entry.key), problem=None, own=True)
        if entry.problem == "no-link" and word_count(entry.entry.content or "") >= MIN_FEED_WORDS
        else entry
        for entry in found
    )
