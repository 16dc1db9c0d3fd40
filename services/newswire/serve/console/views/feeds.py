"""Feeds: a state word for each feed, its times, and its new entries of each day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from newswire.domain.feeds.state import FeedState
from newswire.operations.console.feeds import SPARK_DAYS, WatchedFeed
from newswire.serve.console.views.words import StateMark, Tone, plural, span

SPARK_HEIGHT: Final = 24
BAR_WIDTH: Final = 5
_RANKS: Final[Mapping[Tone, int]] = {"bad": 0, "warn": 1, "plain": 2, "good": 3}


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of a sparkline, in the units of its picture: from ``y`` down, ``height`` high."""

    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Spark:
    """What a feed brought by day, as a picture and in words."""

    bars: tuple[Bar, ...]
    total: int
    words: str


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One feed."""

    feed: FeedState
    name: str
    state: StateMark
    spark: Spark


def state_of(feed: FeedState) -> StateMark:
    """The one word for how a feed is; its title says why."""
    return next(_troubles(feed), StateMark("well", "good", "Its last poll was answered"))


def _troubles(feed: FeedState) -> Iterator[StateMark]:
    """Everything that is wrong with it, the worst first."""
    memory = feed.memory
    if feed.disabled:
        word = "gone" if feed.disabled == "gone" else "moved" if feed.disabled.startswith("moved") else "off"
        yield StateMark(word, "bad", f"It is not polled any more: {feed.disabled}")
    if memory.condition == "failing":
        yield StateMark("failing", "bad", f"{plural(feed.errors, 'poll')} in a row failed: {feed.last_outcome}")
    if memory.condition == "not-a-feed":
        yield StateMark("no feed", "bad", "Its address gives something that is no feed")
    if memory.condition == "silent":
        yield StateMark("silent", "warn", f"Nothing new for much longer than its usual {span(memory.usual_gap_s)}")
    if feed.last_polled_at is None:
        yield StateMark("new", "plain", "It was not polled yet")
    if feed.errors:
        yield StateMark("shaky", "warn", f"{plural(feed.errors, 'poll')} failed: {feed.last_outcome}")
    if memory.gap is not None:
        yield StateMark("gap", "warn", "Entries may be missing between two polls; newswire looks for them")
    if memory.move is not None:
        yield StateMark("moving", "warn", f"It is redirected to {memory.move.to}")


def spark_of(arrivals: Mapping[date, int], today: date) -> Spark:
    """The last days, the present one at the right; the busiest has the full height."""
    days = [today - timedelta(days=back) for back in range(SPARK_DAYS - 1, -1, -1)]
    counts = [arrivals.get(each, 0) for each in days]
    most, total = max(counts), sum(counts)
    bars = []
    for place, number in enumerate(counts):
        height = max(2, round(SPARK_HEIGHT * number / most)) if number else 0
        bars.append(Bar(place * BAR_WIDTH, SPARK_HEIGHT - height, height))
    words = f"{total} new in {SPARK_DAYS} days"
    if total:
        busiest = days[counts.index(most)]
        words += f", the most on {busiest.day} {busiest:%B}: {most}"
    return Spark(tuple(bars), total, words)


def in_order(feeds: Sequence[FeedState], state: str | None) -> list[FeedState]:
    """The feeds with a state word, or all; feeds in trouble first, then by name."""
    chosen = [feed for feed in feeds if state is None or state_of(feed).word == state]
    return sorted(chosen, key=lambda feed: (_RANKS[state_of(feed).tone], name_of(feed).casefold(), feed.url))


def state_counts(feeds: Sequence[FeedState]) -> list[tuple[StateMark, int]]:
    """How many feeds have each state word, in the order of `in_order`."""
    counts: dict[str, int] = {}
    marks: dict[str, StateMark] = {}
    for feed in feeds:
        mark = state_of(feed)
        marks.setdefault(mark.word, mark)
        counts[mark.word] = counts.get(mark.word, 0) + 1
    return [(marks[word], counts[word]) for word in sorted(counts, key=lambda word: (_RANKS[marks[word].tone], word))]


def feed_lines(watched: Sequence[WatchedFeed], today: date) -> tuple[FeedLine, ...]:
    """The lines of the table."""
    return tuple(
        FeedLine(each.feed, name_of(each.feed), state_of(each.feed), spark_of(each.arrivals, today)) for each in watched
    )


def name_of(feed: FeedState) -> str:
    """What to call a feed."""
    return feed.title or feed.url.partition("://")[2] or feed.url


def event_rows(events: Sequence[Mapping[str, Any]]) -> list[tuple[datetime, str, str]]:
    """Time, kind and details of the events about a feed."""
    hidden = {"id", "feed", "kind", "at", "position"}
    rows = []
    for event in events:
        details = [f"{name.replace('_', ' ')} {value}" for name, value in event.items() if name not in hidden and value]
        rows.append((datetime.fromisoformat(event["at"]), event["kind"].replace("-", " "), ", ".join(details)))
    return rows
