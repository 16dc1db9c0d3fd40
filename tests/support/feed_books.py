"""The sightings of one feed in memory, and what the product makes of its documents by them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Final

from newswire.domain.feeds.earlier import SeenEntry
from newswire.domain.feeds.entries import EntryPlan, KnownEntry, identify, plan_entries
from newswire.domain.feeds.habits import NO_HABITS, Habits, TextSamples
from newswire.domain.feeds.keys import keyed
from newswire.domain.feeds.parsed_feed import ParsedFeed
from newswire.domain.feeds.recognise import Recognised, most_unknown, recognise, unsettled
from newswire.domain.feeds.shared_pages import shared_pages
from newswire.domain.feeds.stillness import sampled, still
from newswire.domain.ledger import Sighting
from newswire.domain.text.normalize import normalize_line
from newswire.events import Feed

MOST_LINES: Final = 400
"""Sightings that are kept of a feed."""


class Books:
    """What is known of one feed."""

    def __init__(self, feed: Feed) -> None:
        """``feed``: whose books these are."""
        self.feed = feed
        self.habits: Habits = NO_HABITS
        self.samples: TextSamples | None = None
        self.lines: list[Sighting] = []

    def take(self, document: ParsedFeed, now: datetime) -> tuple[Recognised, EntryPlan]:
        """What a poll makes of the document. Its entries and the feed's habits are known from then on."""
        raw = identify(document)
        habits = replace(self.habits, shared_pages=shared_pages(raw, self.habits))
        found = keyed(raw, habits, self.feed.id)
        known = self._known({one.key for one in found})
        open_ones = unsettled(found, known)
        urls = {one.url for one in open_ones}
        titles = {normalize_line(one.entry.title or "") for one in open_ones} if most_unknown(found, known) else set()
        seen = [_seen(line) for line in self.lines if line.url in urls or (line.title and line.title in titles)]
        self.samples = sampled(found, self.samples, habits, now)
        told = recognise(self.feed.id, found, known, seen, habits, still=still(self.samples, now))
        plan = plan_entries(self.feed, told.found, told.known, {}, now, met=told.met)
        self.lines = [*self.lines, *plan.sightings][-MOST_LINES:]
        self.habits = told.habits
        self.samples = self.samples if told.habits.texts != "whole" else None
        return told, plan

    def _known(self, keys: Collection[str]) -> dict[str, KnownEntry]:
        known: dict[str, KnownEntry] = {}
        for line in self.lines:
            if line.entry_key in keys:
                first = KnownEntry(frozenset(), None, line.url, line.follows or line.entry_id)
                before = known.get(line.entry_key, first)
                known[line.entry_key] = replace(before, fingerprints=before.fingerprints | {line.fingerprint})
        return known


def _seen(line: Sighting) -> SeenEntry:
    leader = line.follows or line.entry_id
    return SeenEntry(line.entry_key, line.fingerprint, line.url, line.title, line.found_at, leader)
