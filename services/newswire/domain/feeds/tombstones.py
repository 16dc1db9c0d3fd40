"""Entries that their feed took away and says so: tombstones (RFC 6721, at:deleted-entry).

A tombstone is believed for entries that the same feed carried. Where the feed brought the article, the article is
withdrawn; where another feed had brought it before, its page is looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from newswire.domain.clock_skew import lies_in_the_future
from newswire.domain.feeds.entries import EntryPlan, Identified, KnownEntry, short_key
from newswire.domain.feeds.parsed_feed import Tombstone
from newswire.domain.ledger import sighting_of_look
from newswire.events import EntryFound, Feed, stable_id


@dataclass(frozen=True, slots=True)
class Carried:
    """An entry that a feed carried before."""

    url: str
    led: bool
    """Whether this feed brought the article; another one had brought it otherwise."""
    article_id: UUID | None
    """None while it is on its way, or when it was rejected."""
    pending: bool


def buried(deleted: Sequence[Tombstone], found: Sequence[Identified], now: datetime) -> dict[str, datetime]:
    """By entry key, when it was taken away. A tombstone of an entry that the document has in a newer form is void."""
    alive = {each.key: each.entry.updated for each in found}
    keys: dict[str, datetime] = {}
    for tombstone in deleted:
        key, when = short_key(tombstone.ref), tombstone.when
        updated = alive.get(key)
        void = key in alive and (updated is None or updated >= when)
        if not void and not lies_in_the_future(when, now):
            keys[key] = max(when, keys.get(key, when))
    return keys


def fingerprint_of(when: datetime) -> str:
    """What tells one tombstone of an article from a later one."""
    return f"tombstone {when.isoformat()}"


def plan_tombstones(
    feed: Feed,
    when: Mapping[str, datetime],
    carried: Mapping[str, Carried],
    known: Mapping[str, KnownEntry],
    now: datetime,
) -> EntryPlan:
    """What to publish and to book of a document's tombstones.

    Args:
        feed: the feed.
        when: what `buried` gave.
        carried: by entry key, what this feed carried before.
        known: by article id (as text), the tombstones that are booked.
        now: the moment of the poll.
    """
    publish: list[EntryFound] = []
    hurry: list[str] = []
    for key, at in when.items():
        entry = carried.get(key)
        if entry is None or entry.article_id is None:
            continue
        before = known.get(str(entry.article_id))
        if before is not None and fingerprint_of(at) in before.fingerprints:
            continue
        if entry.led:
            publish.append(_event(feed, entry, entry.article_id, at, now))
        else:
            hurry.append(entry.url)
    return EntryPlan(tuple(publish), tuple(sighting_of_look(each) for each in publish), hurry=tuple(hurry))


def _event(feed: Feed, entry: Carried, article_id: UUID, at: datetime, now: datetime) -> EntryFound:
    return EntryFound(
        id=stable_id("tombstone", feed.id, article_id, at.isoformat()),
        reason="recheck",
        feed=feed,
        entry_key=str(article_id),
        fingerprint=fingerprint_of(at),
        url=entry.url,
        original_url=entry.url,
        found_at=now,
        article_id=article_id,
        deleted_at=at,
    )
