"""What a poll leaves of a feed: its next state, and what is to be told of it. Pure: values in, values out."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from newswire.domain.documents import ParsedFeed
from newswire.domain.feed_memory import Hints
from newswire.domain.feed_move import lasts, moving
from newswire.domain.feed_watch import Look, event_id, gone, watched
from newswire.domain.httpcache import fresh_for, refreshed, validators_of
from newswire.domain.poll_schedule import Answer, Pace, next_poll
from newswire.domain.publication_rate import begun, weighed
from newswire.events import NO_VALIDATORS, Feed, FeedEvent, FeedMoved
from newswire.ports import FeedState
from newswire.stages.feed_reader import Reading

HELD: Final = "host-held"
"""The fetcher's word for a host that asked for a pause, which another feed's poll was told."""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """A feed after a poll."""

    feed: FeedState
    events: tuple[FeedEvent, ...] = ()


def after(feed: FeedState, reading: Reading, new: int, pace: Pace, now: datetime) -> Aftermath:
    """The feed's state after ``reading``, which brought ``new`` entries, and the events that it gives rise to.

    A move that has lasted is not adopted here: see `adopted`.
    """
    # A host that is on hold for another feed's sake was not asked: this feed has not failed.
    errors = 0 if not reading.failed else feed.errors + (reading.outcome != HELD)
    title = (reading.document.title if reading.document else None) or feed.title
    named = Feed(id=feed.id, url=feed.url, title=title)
    state = replace(feed, title=title, errors=errors, last_polled_at=now, last_outcome=reading.outcome)
    events: list[FeedEvent] = []
    if reading.failed:
        state, events = _failed(state, named, reading, now)
    else:
        state = _answered(state, reading, new, now)
    reason = reading.outcome if reading.failed else None
    look = Look(
        reason=reason,
        errors=errors,
        new=new,
        content_type=reading.response.headers.get("content-type") if reading.response else None,
        announced=reading.announced,
    )
    memory, told = watched(named, state.memory, look, now)
    if not reading.failed:
        memory = replace(memory, succeeded_at=now)
    answer = Answer(
        errors=errors,
        reason=reason,
        retry_after=reading.retry_after,
        conditional=state.validators != NO_VALIDATORS,
    )
    due = next_poll(
        feed.id,
        memory,
        feed.options,
        answer,
        pace,
        now,
        pushed=feed.pushed_until is not None and feed.pushed_until > now,
        first=feed.last_polled_at is None,
    )
    return Aftermath(replace(state, memory=memory, next_poll_at=due), (*events, *told))


def adopted(after: Aftermath, resident: FeedState | None, now: datetime) -> Aftermath:
    """The feed at its new address, once its move has lasted; ``resident`` is the feed that is polled there already.

    Its id stays, and with it the ids of its entries, so that nothing is told twice.
    """
    feed = after.feed
    move = feed.memory.move
    if move is None or not lasts(move, now):
        return after
    merged = resident.id if resident is not None and resident.id != feed.id else None
    event = FeedMoved(
        id=event_id(feed.id, "feed-moved", now),
        feed=Feed(id=feed.id, url=feed.url, title=feed.title),
        at=now,
        to=move.to,
        merged_into=merged,
    )
    if merged is not None:
        memory = replace(feed.memory, move=None)
        return Aftermath(replace(feed, memory=memory, disabled=f"moved to {move.to}"), (*after.events, event))
    memory = replace(feed.memory, move=None, former_urls=(*feed.memory.former_urls, feed.url))
    return Aftermath(replace(feed, url=move.to, memory=memory), (*after.events, event))


def _failed(state: FeedState, named: Feed, reading: Reading, now: datetime) -> tuple[FeedState, list[FeedEvent]]:
    if reading.outcome == "http-410":
        memory, event = gone(named, state.memory, now)
        return replace(state, memory=memory, disabled="gone" if event else state.disabled), [event] if event else []
    if reading.response is not None:  # it says something else now; a time-out says nothing
        state = replace(state, memory=replace(state.memory, gone_since=None))
    return state, []


def _answered(state: FeedState, reading: Reading, new: int, now: datetime) -> FeedState:
    response, memory = reading.response, state.memory
    if response is None:
        return state
    document = reading.document
    hints = memory.hints if document is None else _hints(document)
    fresh = fresh_for(response.headers, now)
    hints = replace(hints, fresh_s=int(fresh.total_seconds()) if fresh is not None else None)
    memory = replace(memory, hints=hints, gone_since=None)
    read = document is not None and not reading.partial
    memory = replace(memory, move=moving(memory.move, response.redirects, now, read=read))
    if document is not None and memory.weighed_at is None:
        memory = begun(memory, [entry.published or entry.updated for entry in document.entries], now)
    else:
        memory = weighed(memory, new, now)
    if reading.partial:
        # A 304 or an equal body must not hide what is missing.
        return replace(state, memory=memory, validators=NO_VALIDATORS, body_hash=None)
    if response.status == 304:
        return replace(state, memory=memory, validators=refreshed(state.validators, response.headers))
    body_hash = None if reading.delta else reading.body_hash
    return replace(state, memory=memory, validators=validators_of(response.headers), body_hash=body_hash)


def _hints(document: ParsedFeed) -> Hints:
    dates = [date for entry in document.entries if (date := entry.published or entry.updated)]
    return Hints(
        ttl_s=document.ttl_s,
        skip_hours=document.skip_hours,
        skip_days=document.skip_days,
        entries=len(document.entries),
        window_s=(max(dates) - min(dates)).total_seconds() if dates else None,
        hubs=document.hubs,
        self_url=document.self_url,
    )
