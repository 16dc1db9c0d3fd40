"""Articles that are due to be looked at again, put on the line like entries."""

from datetime import datetime
from typing import Final

from newswire import metrics
from newswire.contracts import encode, traceparent_for
from newswire.domain.articles.recheck import LOOK, Recheck, recheck_entry_id
from newswire.domain.ledger import sighting_of_look
from newswire.events import EntryFound
from newswire.ports import Bus
from newswire.stages.poll.found import log_found
from newswire.stages.poll.store import PollStore

LEASE_S: Final = 3 * 3600.0
"""Longer than the whole retry ladder, so that one look ends before the next begins."""


async def recheck_due(store: PollStore, bus: Bus, now: datetime, limit: int) -> int:
    """Publish, then book, up to ``limit`` due re-checks; returns how many."""
    due = await store.rechecks.claim(now, limit, LEASE_S)
    entries = [_entry(recheck, now) for recheck in due]
    if entries:
        await bus.publish([encode(entry, traceparent=traceparent_for(entry.id)) for entry in entries])
        looks = [sighting_of_look(entry) for entry in entries]
        log_found(looks)
        await store.entries.book(looks)
        metrics.rechecked(len(entries))
    return len(entries)


def _entry(recheck: Recheck, now: datetime) -> EntryFound:
    return EntryFound(
        id=recheck_entry_id(recheck.article_id, recheck.number),
        reason="recheck",
        entry_key=str(recheck.article_id),
        fingerprint=f"{LOOK}{recheck.number}",
        url=recheck.url,
        original_url=recheck.url,
        found_at=now,
        article_id=recheck.article_id,
        validators=recheck.validators,
        ignore_robots=recheck.ignore_robots,
    )
