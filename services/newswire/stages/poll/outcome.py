"""What a poll leaves of a feed: its next state, and what is to be told of it. Pure: values in, values out."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from newswire.domain.feeds.health import Look, event_id, gone, watched
from newswire.domain.feeds.memory import Hints
from newswire.domain.feeds.move import lasts, moving, permanent
from newswire.domain.feeds.parsed_feed import ParsedFeed
from newswire.domain.feeds.state import FeedState
from newswire.domain.http.httpcache import fresh_for, refreshed, validators_of
from newswire.domain.schedule.next_poll import Answer, Pace, next_poll
from newswire.domain.schedule.publication_rate import begun, weighed
from newswire.domain.websub.subscription import advertised
from newswire.events import NO_VALIDATORS, Feed, FeedEvent, FeedMoved
from newswire.ports import Response
from newswire.stages.poll.feed_reader import Reading

FORMER_URLS: Final = 20
"""So many are remembered: a publisher may move back and forth for years."""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """A feed after a poll."""

    feed: FeedState
    events: tuple[FeedEvent, ...] = ()


def after(feed: FeedState, reading: Reading, new: int, pace: Pace, now: datetime) -> Aftermath:
    """The feed's state after ``reading``, whose document had ``new`` entries, and the events that it gives rise to.

    A move that has lasted is not adopted here: see `adopted`.
    """
    if reading.held:
        put_off = replace(feed, last_outcome=reading.outcome)
        return Aftermath(replace(put_off, next_poll_at=_due(put_off, reading, pace, now, first=False)))
    errors = feed.errors + 1 if reading.failed else 0
    title = (reading.document.title if reading.document else None) or feed.title
    named = Feed(id=feed.id, url=feed.url, title=title)
    state = replace(feed, title=title, errors=errors, last_polled_at=now, last_outcome=reading.outcome)
    events: list[FeedEvent] = []
    if reading.failed:
        state, events = _failed(state, named, reading, now)
    else:
        state = _answered(state, reading, new, now)
    look = Look(
        reason=reading.outcome if reading.failed else None,
        errors=errors,
        new=new,
        content_type=reading.response.headers.get("content-type") if reading.response else None,
        announced=reading.announced,
    )
    memory, told = watched(named, state.memory, look, now)
    if not reading.failed:
        memory = replace(memory, succeeded_at=now, whole_at=memory.whole_at if reading.partial else now)
    state = replace(state, memory=memory)
    due = _due(state, reading, pace, now, first=feed.last_polled_at is None)
    return Aftermath(replace(state, next_poll_at=due), (*events, *told))


def adopted(after: Aftermath, resident: FeedState | None, now: datetime) -> Aftermath:
    """The feed at its new address, once its move has lasted; ``resident`` is the feed that has that address already.

    Its id stays, and with it the ids of its entries, so that nothing is told twice. Where ``resident`` is polled no
    more this feed stays where it is, and is polled by way of the redirect: one of the two has to be.
    """
    feed = after.feed
    move = feed.memory.move
    if move is None or not lasts(move, now) or (resident is not None and resident.disabled is not None):
        return after
    merged = resident.id if resident is not None else None
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
    former = [url for url in (*feed.memory.former_urls, feed.url) if url != move.to]
    memory = replace(feed.memory, move=None, former_urls=tuple(dict.fromkeys(former))[-FORMER_URLS:])
    return Aftermath(replace(feed, url=move.to, memory=memory), (*after.events, event))


def _due(state: FeedState, reading: Reading, pace: Pace, now: datetime, *, first: bool) -> datetime:
    answer = Answer(
        errors=state.errors,
        reason=reading.outcome if reading.failed else None,
        retry_after=reading.retry_after,
        conditional=state.validators != NO_VALIDATORS,
    )
    pushed = state.pushed_until is not None and state.pushed_until > now
    return next_poll(state.id, state.memory, state.options, answer, pace, now, pushed=pushed, first=first)


def _failed(state: FeedState, named: Feed, reading: Reading, now: datetime) -> tuple[FeedState, list[FeedEvent]]:
    response, memory = reading.response, state.memory
    if response is None:  # a time-out says nothing
        return state, []
    if reading.outcome == "http-410" and permanent(response.redirects):
        memory, event = gone(named, memory, now)
        return replace(state, memory=memory, disabled="gone" if event else state.disabled), [event] if event else []
    memory = replace(memory, gone_since=None)
    if reading.outcome == "not-a-feed":  # wherever a redirect leads, it is not to the feed
        memory = replace(memory, move=None)
    return replace(state, memory=memory), []


def _answered(state: FeedState, reading: Reading, new: int, now: datetime) -> FeedState:
    response, memory = reading.response, state.memory
    if response is None:
        return state
    document = reading.document
    hints = memory.hints if document is None else _hints(document, response, memory.hints, whole=reading.whole)
    if response.status != 304 or response.headers.keys() & {"cache-control", "expires"}:
        # A 304 replaces the header fields that it brings, and leaves the others as they were (RFC 9111 §4.3.4).
        fresh = fresh_for(response.headers, now)
        hints = replace(hints, fresh_s=int(fresh.total_seconds()) if fresh is not None else None)
    read = not reading.partial and response.status != 304
    move = moving(memory.move, response.redirects, now, read=read)
    memory = replace(memory, hints=hints, gone_since=None, move=move)
    if document is not None and memory.weighed_at is None:
        memory = begun(memory, [entry.published or entry.updated for entry in document.entries], now)
    else:
        memory = weighed(memory, new, now)
    if reading.partial or not reading.lasting:
        # A 304 or an equal body must not hide what is missing.
        return replace(state, memory=memory, validators=NO_VALIDATORS, body_hash=None)
    if response.status == 304:
        return replace(state, memory=memory, validators=refreshed(state.validators, response.headers))
    body_hash = None if reading.delta else reading.body_hash
    return replace(state, memory=memory, validators=validators_of(response.headers), body_hash=body_hash)


def _hints(document: ParsedFeed, response: Response, before: Hints, *, whole: bool) -> Hints:
    """What the document says of itself; how far back the feed reaches a part of it does not show."""
    hubs, self_url = advertised(response.headers.get("link"), response.url, document.hubs, document.self_url)
    told = Hints(
        ttl_s=document.ttl_s,
        skip_hours=document.skip_hours,
        skip_days=document.skip_days,
        entries=before.entries,
        window_s=before.window_s,
        hubs=hubs,
        self_url=self_url,
    )
    if not whole:
        return told
    dates = [date for entry in document.entries if (date := entry.published or entry.updated)]
    window_s = (max(dates) - min(dates)).total_seconds() if dates else None
    return replace(told, entries=len(document.entries), window_s=window_s)
