"""The entries of a parsed feed: what identifies each one, and what is to be published of them.

`identify` gives each entry its key, fingerprint and address. What is known of those is then looked up in the store
and compared (`newswire.domain.feeds.recognise`), and `plan_entries` says what to publish and to book.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal
from uuid import UUID

from newswire.domain.clock_skew import lies_in_the_future
from newswire.domain.feeds.earlier import NOT_MET, Met
from newswire.domain.feeds.entry_age import too_old
from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed
from newswire.domain.ledger import Outcome, Sighting
from newswire.domain.text.normalize import normalize_line, normalize_text
from newswire.domain.urls.canonical import canonicalize
from newswire.events import EntryFound, EntryReason, Feed, stable_id

KEY_BYTES: Final = 1_000
"""A longer key (a hostile guid) goes by its sha256: keys are indexed."""

_FEW: Final = 3


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What is known of one entry key of one feed."""

    fingerprints: frozenset[str]
    updated: datetime | None
    """The newest ``updated`` the feed gave for it."""
    url: str | None = None
    """The address under which it was found first."""
    leader: UUID | None = None
    """The entry id of its first sighting, or of the one that this follows."""


@dataclass(frozen=True, slots=True)
class Identified:
    """An entry with its identity: key, fingerprint and address."""

    entry: ParsedEntry
    key: str
    fingerprint: str
    url: str | None
    """Canonical; None when there is a problem."""
    problem: Literal["no-link", "bad-link"] | None = None
    own: bool = False
    """The feed's text is the article, under an address of its own (`newswire.domain.feeds.own_address`)."""


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """What one poll brought: publish first, then book the sightings."""

    publish: tuple[EntryFound, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    """Every new one: the published, those that follow another one's fetch, and those that are rejected: too old, or
    without a usable address."""
    touched: Mapping[str, datetime] = field(default_factory=dict)
    """Entry keys that say the same as before under a newer ``updated``, with that."""
    hurry: tuple[str, ...] = ()
    """Canonical URLs of touched entries whose pages are worth an early look."""


def identify(parsed: ParsedFeed) -> tuple[Identified, ...]:
    """Key, fingerprint and canonical address of every entry, in document order."""
    addressed = [_addressed(entry) for entry in parsed.entries]
    urls_by_id: dict[str, set[str | None]] = {}
    for found in addressed:
        if found.entry.id:
            urls_by_id.setdefault(found.entry.id, set()).add(found.url or _words_of(found.entry))
    shared = frozenset(entry_id for entry_id, urls in urls_by_id.items() if len(urls) > 1)
    return tuple(replace(found, key=entry_key(found.entry, found.url, shared)) for found in addressed)


def short_key(key: str) -> str:
    """The key as it is, or its digest where it is longer than `KEY_BYTES`."""
    return key if len(key.encode()) <= KEY_BYTES else "sha256:" + digest(key)


def entry_key(entry: ParsedEntry, url: str | None, shared_ids: frozenset[str] = frozenset()) -> str:
    """The identity of an entry within its feed: its id, else its canonical ``url``, else its words.

    An id that several entries of one document share for different addresses, or for different words where they have
    no address (``shared_ids``), does not identify an entry alone; it counts together with the address or the words.
    """
    if entry.id:
        key = f"{entry.id}\n{url or _words_of(entry)}" if entry.id in shared_ids else entry.id
    else:
        key = url or _words_of(entry)
    return short_key(key)


def fingerprint(entry: ParsedEntry, url: str | None) -> str:
    """sha256 (hex) of what the entry says: title, canonical address, summary, content.

    No dates: an ``updated`` that moves at every poll would make every entry a changed one.
    """
    return digest(entry.title, url or entry.url, entry.summary, entry.content)


def plan_entries(
    feed: Feed,
    identified: Sequence[Identified],
    known: Mapping[str, KnownEntry],
    known_urls: Mapping[str, UUID],
    now: datetime,
    *,
    met: Met = NOT_MET,
    ignore_robots: bool = False,
    oldest: datetime | None = None,
) -> EntryPlan:
    """The entries to publish, and the sightings to book.

    A known key in a known form is nothing new. A known key in another form is "changed" and always fetched again, and
    so is an unknown key at an edited address. Any other unknown key is "new"; when another feed brought its URL
    it follows that sighting. Within one document each form of a key and each URL counts once: the first wins, a later
    one of the same URL follows it.

    Args:
        feed: the feed.
        identified: the document's entries.
        known: what is known, by entry key of this feed.
        known_urls: by canonical URL the sighting that brought it first.
        now: the moment of the poll.
        met: how the entries stand to what this feed has shown before under other keys.
        ignore_robots: the operator allows fetching the pages without asking robots.txt.
        oldest: a new entry that was published before it is booked as rejected, ``too-old``, and not published.
    """
    publish: list[EntryFound] = []
    sightings: list[Sighting] = []
    seen: set[tuple[str, str]] = set()
    fetched: dict[str, UUID] = {}
    for found in identified:
        before = known.get(found.key)
        form = (found.key, found.fingerprint)
        if form in seen:
            continue
        if before is not None and found.fingerprint in before.fingerprints:
            if found.key in met.follows:
                seen.add(form)
                sightings.append(replace(_sighting(feed, found, "new", now), follows=met.follows[found.key]))
            continue
        seen.add(form)
        reason: EntryReason = "new" if before is None and found.url not in met.edited else "changed"
        sighting = _sighting(feed, found, reason, now)
        if found.url is None:
            sightings.append(replace(sighting, outcome=Outcome("rejected", now, found.problem)))
            continue
        if reason == "new" and too_old(found.entry, oldest):
            sightings.append(replace(sighting, outcome=Outcome("rejected", now, "too-old")))
            continue
        first = fetched.get(found.url) or (known_urls.get(found.url) if reason == "new" else None)
        sightings.append(replace(sighting, follows=first))
        if first is None:
            fetched[found.url] = sighting.entry_id
            publish.append(_event(feed, found, found.url, sighting, ignore_robots=ignore_robots))
    touched = _touched(identified, known, now)
    hurry = dict.fromkeys(found.url for found in identified if found.key in touched and found.url and not found.own)
    churns = len(touched) > max(_FEW, len(identified) // 2)  # a feed that stamps every entry anew says nothing by it
    return EntryPlan(tuple(publish), tuple(sightings), touched, () if churns else tuple(hurry))


def _addressed(entry: ParsedEntry) -> Identified:
    if entry.url is None:
        return Identified(entry, "", fingerprint(entry, None), None, "no-link")
    try:
        url = canonicalize(entry.url)
    except ValueError:
        return Identified(entry, "", fingerprint(entry, None), None, "bad-link")
    return Identified(entry, "", fingerprint(entry, url), url)


def _sighting(feed: Feed, found: Identified, reason: EntryReason, now: datetime) -> Sighting:
    return Sighting(
        entry_id=stable_id("entry", feed.id, found.key, found.fingerprint),
        reason=reason,
        entry_key=found.key,
        fingerprint=found.fingerprint,
        url=found.url or found.entry.url or "",
        found_at=now,
        feed_id=feed.id,
        title=normalize_line(found.entry.title or "") or None,
        updated=_believable(found.entry.updated, now),
    )


def _event(feed: Feed, found: Identified, url: str, sighting: Sighting, *, ignore_robots: bool) -> EntryFound:
    entry = found.entry
    return EntryFound(
        id=sighting.entry_id,
        reason=sighting.reason,
        feed=feed,
        entry_key=found.key,
        fingerprint=found.fingerprint,
        url=url,
        original_url=entry.url or url,
        title=sighting.title,
        summary=normalize_text(entry.summary or "") or None,
        content=normalize_text(entry.content or (entry.summary if found.own else "") or "") or None,
        authors=tuple(name for author in entry.authors if (name := normalize_line(author))),
        tags=tuple(name for tag in entry.tags if (name := normalize_line(tag))),
        language=entry.language,
        image=entry.image,
        published=entry.published,
        modified=entry.updated,
        published_precision=entry.published_precision,
        modified_precision=entry.updated_precision,
        published_raw=entry.published_raw,
        found_at=sighting.found_at,
        ignore_robots=ignore_robots,
        shared_page=found.own and entry.url is not None,
        no_page=found.own and entry.url is None,
    )


def _touched(identified: Sequence[Identified], known: Mapping[str, KnownEntry], now: datetime) -> dict[str, datetime]:
    touched: dict[str, datetime] = {}
    for found in identified:
        before, updated = known.get(found.key), _believable(found.entry.updated, now)
        if before is None or updated is None or found.fingerprint not in before.fingerprints:
            continue
        newest = max((moment for moment in (before.updated, touched.get(found.key)) if moment), default=None)
        if newest is None or updated > newest:
            touched[found.key] = updated
    return touched


def _believable(updated: datetime | None, now: datetime) -> datetime | None:
    """A date from the future would hide every real update that follows it."""
    return None if updated is None or lies_in_the_future(updated, now) else updated


def _words_of(entry: ParsedEntry) -> str:
    return "sha256:" + digest(entry.title, entry.summary or entry.content)


def digest(*parts: str | None) -> str:
    """sha256 (hex) of the parts; None is another part than an empty one."""
    return sha256(json.dumps(parts).encode()).hexdigest()
