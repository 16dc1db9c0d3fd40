"""The state of a feed after a poll, and the events about it. Pure: values in, values out."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from newswire.domain.feeds.health import Look, event_id, gone, watched
from newswire.domain.feeds.memory import FeedMemory, ScheduleHints
from newswire.domain.feeds.move import lasts, moving, permanent
from newswire.domain.feeds.parsed_feed import ParsedFeed
from newswire.domain.feeds.passing import documents_passed, passes
from newswire.domain.feeds.state import FeedState
from newswire.domain.http.httpcache import fresh_for, refreshed, validators_of
from newswire.domain.schedule.next_poll import PollBounds, PollResult, next_poll
from newswire.domain.schedule.publication_rate import begun, median_gap, weighed, window
from newswire.domain.websub.subscription import advertised
from newswire.events import NO_VALIDATORS, Feed, FeedEvent, FeedMoved
from newswire.ports import Response
from newswire.stages.poll.feed_reader import FeedAnswer

FORMER_URLS: Final = 20
"""So many are remembered: a publisher may move back and forth for years."""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """A feed after a poll."""

    feed: FeedState
    events: tuple[FeedEvent, ...] = ()


def after(feed: FeedState, answer: FeedAnswer, new: int, bounds: PollBounds, now: datetime) -> Aftermath:
    """The feed's state after ``answer``, whose document had ``new`` entries, and the events that it gives rise to.

    A move that has lasted is not adopted here: see `adopted`.
    """
    if answer.held:
        put_off = replace(feed, last_outcome=answer.outcome)
        return Aftermath(replace(put_off, next_poll_at=_due(put_off, answer, bounds, now, first=False)))
    errors = feed.errors + 1 if answer.failed else 0
    title = (answer.document.title if answer.document else None) or feed.title
    named = Feed(id=feed.id, url=feed.url, title=title)
    state = replace(feed, title=title, errors=errors, last_polled_at=now, last_outcome=answer.outcome)
    events: list[FeedEvent] = []
    if answer.failed:
        state, events = _failed(state, named, answer, now)
    else:
        state = _answered(state, answer, new, now)
    look = Look(
        reason=answer.outcome if answer.failed else None,
        errors=errors,
        new=new,
        content_type=answer.response.headers.get("content-type") if answer.response else None,
        announced=answer.announced,
    )
    memory, told = watched(named, state.memory, look, now)
    if not answer.failed:
        lied = memory.validators_lie_since == now
        whole_at = now if answer.complete and not lied else memory.whole_at
        memory = replace(memory, succeeded_at=now, whole_at=whole_at)
    state = replace(state, memory=memory)
    due = _due(state, answer, bounds, now, first=feed.last_polled_at is None)
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
    urls = tuple(dict.fromkeys(former))[-FORMER_URLS:]
    memory = replace(feed.memory, move=None, former_urls=urls, validators_lie_since=None)  # another server, perhaps
    return Aftermath(replace(feed, url=move.to, memory=memory), (*after.events, event))


def _due(state: FeedState, answer: FeedAnswer, bounds: PollBounds, now: datetime, *, first: bool) -> datetime:
    result = PollResult(
        errors=state.errors,
        reason=answer.outcome if answer.failed else None,
        retry_after=answer.retry_after,
        conditional=state.validators != NO_VALIDATORS,
    )
    pushed = state.pushed_until is not None and state.pushed_until > now
    return next_poll(state.id, state.memory, state.options, result, bounds, now, pushed=pushed, first=first)


def _failed(state: FeedState, named: Feed, answer: FeedAnswer, now: datetime) -> tuple[FeedState, list[FeedEvent]]:
    response, memory = answer.response, state.memory
    if response is None:  # a time-out says nothing
        return state, []
    if answer.outcome == "http-410" and permanent(response.redirects):
        memory, event = gone(named, memory, now)
        return replace(state, memory=memory, disabled="gone" if event else state.disabled), [event] if event else []
    memory = replace(memory, gone_since=None)
    if answer.outcome == "not-a-feed":  # wherever a redirect leads, it is not to the feed
        memory = replace(memory, move=None)
    return replace(state, memory=memory), []


def _answered(state: FeedState, answer: FeedAnswer, new: int, now: datetime) -> FeedState:
    response, memory = answer.response, state.memory
    if response is None:
        return state
    document = answer.document
    if response.status == 304 and memory.on_trial:
        lied = replace(memory, on_trial=False, validators_lie_since=now)
        return replace(state, memory=lied, validators=NO_VALIDATORS)
    hints = memory.hints if document is None else _hints(document, response, memory.hints, now, whole=answer.whole)
    if response.status != 304 or response.headers.keys() & {"cache-control", "expires"}:
        # A 304 replaces the header fields that it brings, and leaves the others as they were (RFC 9111 §4.3.4).
        fresh = fresh_for(response.headers, now)
        hints = replace(hints, fresh_s=int(fresh.total_seconds()) if fresh is not None else None)
    read = not answer.partial and response.status != 304
    # A redirect to http is followed where the operator allows it, and never adopted: https is asked first at each poll.
    lasting = response.redirects if "insecure" not in response.flags else ()
    move = moving(memory.move, lasting, now, read=read)
    memory = replace(memory, hints=hints, gone_since=None, move=move, flags=_flags(memory, response))
    document_at = memory.document_at if response.status == 304 else now
    memory = replace(memory, document_at=document_at, on_trial=False)
    dates = [entry.published or entry.updated for entry in document.entries] if document is not None else []
    if document is not None and memory.weighed_at is None:
        memory = begun(memory, dates, now)
    else:
        memory = replace(memory, passed=documents_passed(memory, dates, new, now))
        memory = weighed(memory, min(new, 1) if passes(memory) else new, now)
    if answer.partial or not answer.lasting:
        # A 304 or an equal body must not hide what is missing.
        return replace(state, memory=memory, validators=NO_VALIDATORS, body_hash=None)
    if response.status == 304:
        return replace(state, memory=memory, validators=refreshed(state.validators, response.headers))
    body_hash = None if answer.delta else answer.body_hash
    if answer.doubting and new:
        return replace(state, memory=replace(memory, on_trial=True), body_hash=body_hash)
    lying = memory.validators_lie_since is not None
    validators = NO_VALIDATORS if lying else validators_of(response.headers)
    return replace(state, memory=memory, validators=validators, body_hash=body_hash)


def _flags(memory: FeedMemory, response: Response) -> tuple[str, ...]:
    """What was odd about the answer; after a 304 the document is the one that was read, cut off or not."""
    kept = [flag for flag in memory.flags if flag == "truncated" and response.status == 304]
    return tuple(dict.fromkeys([*kept, *response.flags]))


def _hints(
    document: ParsedFeed, response: Response, before: ScheduleHints, now: datetime, *, whole: bool
) -> ScheduleHints:
    """What the document says of itself; how far back the feed reaches a part of it does not show."""
    hubs, self_url = advertised(response.headers.get("link"), response.url, document.hubs, document.self_url)
    told = ScheduleHints(
        skip_hours=document.skip_hours,
        skip_days=document.skip_days,
        entries=before.entries,
        window_s=before.window_s,
        median_gap_s=before.median_gap_s,
        hubs=hubs,
        self_url=self_url,
    )
    if not whole:
        return told
    dates = [entry.published or entry.updated for entry in document.entries]
    covered, gap = window(dates, now), median_gap(dates, now)
    return replace(
        told,
        entries=len(document.entries),
        window_s=covered.total_seconds() if covered is not None else None,
        median_gap_s=gap.total_seconds() if gap is not None else None,
    )
