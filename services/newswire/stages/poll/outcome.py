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
from newswire.events import NO_VALIDATORS, Feed, FeedEvent, FeedMoved, PageValidators
from newswire.ports import Response
from newswire.stages.poll.feed_reader import FeedAnswer

FORMER_URLS: Final = 20
"""So many are remembered: a publisher may move back and forth for years."""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """A feed after a poll."""

    feed: FeedState
    events: tuple[FeedEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a poll keeps of an answer for the next one."""

    memory: FeedMemory
    validators: PageValidators
    body_hash: str | None


def after(feed: FeedState, answer: FeedAnswer, new: int, bounds: PollBounds, now: datetime) -> Aftermath:
    """The feed's state after ``answer``, whose document had ``new`` entries, and the events that it gives rise to.

    A move that has lasted is not adopted here: see `adopted`.
    """
    if answer.held:
        due = _due(feed, feed.validators, feed.memory, feed.errors, answer, bounds, now, first=False)
        return Aftermath(replace(feed, last_outcome=answer.outcome, next_poll_at=due))
    errors = feed.errors + 1 if answer.failed else 0
    title = (answer.document.title if answer.document else None) or feed.title
    named = Feed(id=feed.id, url=feed.url, title=title)
    events: list[FeedEvent] = []
    kept = _Kept(feed.memory, feed.validators, feed.body_hash)
    disabled = feed.disabled
    if answer.failed:
        memory, events = _failed(feed.memory, named, answer, now)
        kept, disabled = replace(kept, memory=memory), "gone" if events else disabled
    else:
        kept = _answered(kept, answer, new, now)
    look = Look(
        reason=answer.outcome if answer.failed else None,
        errors=errors,
        new=new,
        content_type=answer.response.headers.get("content-type") if answer.response else None,
        announced=answer.announced,
    )
    memory, told = watched(named, kept.memory, look, now)
    if not answer.failed:
        lied = memory.validators_lie_since == now
        whole_at = now if answer.complete and not lied else memory.whole_at
        memory = replace(memory, succeeded_at=now, whole_at=whole_at)
    first = feed.last_polled_at is None
    # One copy of the state: a copy of so many fields is a good part of what a poll costs.
    state = replace(
        feed,
        title=title,
        validators=kept.validators,
        body_hash=kept.body_hash,
        next_poll_at=_due(feed, kept.validators, memory, errors, answer, bounds, now, first=first),
        last_polled_at=now,
        last_outcome=answer.outcome,
        errors=errors,
        disabled=disabled,
        memory=memory,
    )
    return Aftermath(state, (*events, *told))


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


def _due(
    feed: FeedState,
    validators: PageValidators,
    memory: FeedMemory,
    errors: int,
    answer: FeedAnswer,
    bounds: PollBounds,
    now: datetime,
    *,
    first: bool,
) -> datetime:
    result = PollResult(
        errors=errors,
        reason=answer.outcome if answer.failed else None,
        retry_after=answer.retry_after,
        conditional=validators != NO_VALIDATORS,
    )
    pushed = feed.pushed_until is not None and feed.pushed_until > now
    return next_poll(feed.id, memory, feed.options, result, bounds, now, pushed=pushed, first=first)


def _failed(memory: FeedMemory, named: Feed, answer: FeedAnswer, now: datetime) -> tuple[FeedMemory, list[FeedEvent]]:
    """The memory after a failure; with an event where the feed is gone for good."""
    response = answer.response
    if response is None:  # a time-out says nothing
        return memory, []
    if answer.outcome == "http-410" and permanent(response.redirects):
        memory, event = gone(named, memory, now)
        return memory, [event] if event else []
    memory = replace(memory, gone_since=None)
    if answer.outcome == "not-a-feed":  # wherever a redirect leads, it is not to the feed
        memory = replace(memory, move=None)
    return memory, []


def _answered(kept: _Kept, answer: FeedAnswer, new: int, now: datetime) -> _Kept:
    response, memory = answer.response, kept.memory
    if response is None:
        return kept
    document, unchanged = answer.document, response.status == 304
    if unchanged and memory.on_trial:
        return replace(kept, memory=replace(memory, on_trial=False, validators_lie_since=now), validators=NO_VALIDATORS)
    hints = memory.hints if document is None else _hints(document, response, memory.hints, now, whole=answer.whole)
    if not unchanged or response.headers.keys() & {"cache-control", "expires"}:
        # A 304 replaces the header fields that it brings, and leaves the others as they were (RFC 9111 §4.3.4).
        fresh = fresh_for(response.headers, now)
        hints = replace(hints, fresh_s=int(fresh.total_seconds()) if fresh is not None else None)
    # A redirect to http is followed where the operator allows it, and never adopted: https is asked first at each poll.
    lasting = response.redirects if "insecure" not in response.flags else ()
    dates = _dates(document) if document is not None else []
    begins = document is not None and memory.weighed_at is None
    incomplete = answer.partial or not answer.lasting
    proves = not incomplete and not unchanged and answer.doubting and new > 0
    memory = replace(
        memory,
        hints=hints,
        gone_since=None,
        move=moving(memory.move, lasting, now, read=not answer.partial and not unchanged),
        flags=_flags(memory, response),
        document_at=memory.document_at if unchanged else now,
        on_trial=proves,
        passed=memory.passed if begins else documents_passed(memory, dates, new, now),
    )
    memory = begun(memory, dates, now) if begins else weighed(memory, min(new, 1) if passes(memory) else new, now)
    if incomplete:
        # A 304 or an equal body must not hide what is missing.
        return _Kept(memory, NO_VALIDATORS, None)
    if unchanged:
        return _Kept(memory, refreshed(kept.validators, response.headers), kept.body_hash)
    body_hash = None if answer.delta else answer.body_hash
    if proves:
        return _Kept(memory, kept.validators, body_hash)
    lying = memory.validators_lie_since is not None
    return _Kept(memory, NO_VALIDATORS if lying else validators_of(response.headers), body_hash)


def _dates(document: ParsedFeed) -> list[datetime | None]:
    """For each entry when it was published, or updated if that is all its feed says."""
    return [entry.published or entry.updated for entry in document.entries]


def _flags(memory: FeedMemory, response: Response) -> tuple[str, ...]:
    """What was odd about the answer; after a 304 the document is the one that was read, cut off or not."""
    kept = [flag for flag in memory.flags if flag == "truncated" and response.status == 304]
    return tuple(dict.fromkeys([*kept, *response.flags]))


def _hints(
    document: ParsedFeed, response: Response, before: ScheduleHints, now: datetime, *, whole: bool
) -> ScheduleHints:
    """What the document says about itself. A part of a document does not show how far back the feed reaches."""
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
    dates = _dates(document)
    covered, gap = window(dates, now), median_gap(dates, now)
    return replace(
        told,
        entries=len(document.entries),
        window_s=covered.total_seconds() if covered is not None else None,
        median_gap_s=gap.total_seconds() if gap is not None else None,
    )
