"""The key, the form and the address of an entry, by what is stable in its feed.

A form is what an entry says, and its address (`newswire.domain.feeds.entries.fingerprint`). Where a feed makes parts of
its entries anew (`newswire.domain.feeds.habits`), keys and forms leave these parts out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urldefrag
from uuid import UUID

from newswire.domain.feeds.entries import Identified, KnownEntry, digest, fingerprint, short_key
from newswire.domain.feeds.habits import NO_HABITS, Habits, masked, without_tokens
from newswire.domain.feeds.parsed_feed import ParsedEntry
from newswire.domain.feeds.shared_pages import full, page_of, with_own_address
from newswire.domain.text.normalize import normalize_line


def keyed(found: Sequence[Identified], habits: Habits, feed_id: UUID) -> tuple[Identified, ...]:
    """The entries with the keys, forms and addresses that ``habits`` asks for; as they are where it asks nothing."""
    return tuple(found) if habits == NO_HABITS else tuple(rekeyed(one, habits, feed_id) for one in found)


def rekeyed(one: Identified, habits: Habits, feed_id: UUID) -> Identified:
    """One entry, as `keyed` gives it."""
    entry = one.entry
    if one.url is None or entry.url is None:
        return one
    key = one.key
    if page_of(one.url) in habits.shared_pages and full(entry):
        key = _own_key(one, habits)
    elif habits.by_words and entry.title and entry.published:
        key = "words:" + digest(normalize_line(entry.title), entry.published.isoformat())
    elif habits.ids_anew or (habits.token_params and not entry.id):
        key = short_key(without_tokens(one.url, habits.token_params))
    made = with_own_address(replace(one, key=key), habits.shared_pages, feed_id)
    return replace(made, fingerprint=form(entry, made.url or one.url, habits))


def form(entry: ParsedEntry, url: str, habits: Habits) -> str:
    """The fingerprint of what ``habits`` leaves to compare of an entry at ``url``."""
    if habits.texts != "whole":
        texts = (None, None) if habits.texts == "title" else (masked(entry.summary), masked(entry.content))
        title = entry.title if habits.titles_stay else masked(entry.title)
        entry = replace(entry, title=title, summary=texts[0], content=texts[1])
    if habits.by_words and entry.published:
        return fingerprint(replace(entry, url=None), None)
    return fingerprint(entry, without_tokens(url, habits.token_params))


def settled(one: Identified, known: Mapping[str, KnownEntry]) -> bool:
    """Whether the entry's form is known under its key."""
    before = known.get(one.key)
    return before is not None and one.fingerprint in before.fingerprints


def _own_key(one: Identified, habits: Habits) -> str:
    """The key of an entry that shares its page: its id, or the fragment of its link, or its title."""
    if one.entry.id and not habits.ids_anew:
        return one.key
    fragment = urldefrag(one.entry.url or "").fragment
    return (
        short_key(f"{page_of(one.url or '')}#{fragment}")
        if fragment
        else "title:" + digest(normalize_line(one.entry.title or ""))
    )
