"""A fortnight of polls by the product's own decisions, against publishers that are lists of times.

No clock and no network. What the poll stage decides is asked of it: whether to send the validators, what is new, what
the next state of the feed is and when it is polled again. Only the server and the waiting are made up.
"""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from newswire.domain.feeds.parsed_feed import ParsedEntry, ParsedFeed
from newswire.domain.feeds.state import FeedState
from newswire.domain.schedule.next_poll import PollBounds
from newswire.domain.schedule.validator_doubt import doubted
from newswire.events import NO_VALIDATORS, Feed, PageValidators
from newswire.ports import Response
from newswire.stages.poll.feed_reader import FeedAnswer
from newswire.stages.poll.outcome import after
from support.feed_books import Books
from support.publication import DAY_S
from support.rhythms import Rhythm

START: Final = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday; the publishers had been at it before."""
FORTNIGHT_S: Final = 14 * DAY_S
PACE: Final = PollBounds(timedelta(seconds=900), timedelta(seconds=60), timedelta(days=1))
SEEN_AFTER_S: Final = 60.0
"""What a document showed for a shorter time no poll can be blamed for: feeds are polled once a minute at most."""
YEAR: Final = timedelta(days=365)


@dataclass(slots=True)
class Tally:
    """What the polls of feeds of one kind came to, over the fortnight but for the delays' first day."""

    feeds: int = 0
    polls: int = 0
    whole: int = 0
    """Polls that the server answered with the document."""
    asked_whole: int = 0
    """Polls that left out validators which the feed has."""
    found: int = 0
    lost: int = 0
    """Entries that left the document unseen, though it showed them for `SEEN_AFTER_S` or longer."""
    too_short: int = 0
    """Entries that left the document unseen and were shown for a shorter time."""
    waiting: int = 0
    """Entries that the document still shows in the end, and that nobody found."""
    failed: int = 0
    distrusted: int = 0
    """Feeds whose validators are not sent any more in the end."""
    delays: "array[float]" = field(default_factory=lambda: array("d"))
    """From an entry's publication until it was found, in seconds; one that never was counts until the end."""

    def add(self, other: "Tally") -> None:
        """Count ``other`` in."""
        for of in fields(self):
            setattr(self, of.name, getattr(self, of.name) + getattr(other, of.name))

    def late(self, share: float) -> float:
        """The delay that so many of the entries stay within, in seconds; NaN where nothing was published."""
        ordered = sorted(self.delays)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


class Server:
    """A publisher's server: what its document holds at a moment, and how it answers."""

    def __init__(self, rhythm: Rhythm, times: Sequence[float], url: str) -> None:
        """``times``: of all entries, in seconds from `START`."""
        self._rhythm = rhythm
        self._times = times
        self._url = url
        self._answers = count()

    def read(self, feed: FeedState, now_s: float, sent: PageValidators) -> tuple[FeedAnswer, int]:
        """The answer to a request with the validators ``sent``, read; and how many entries were out by then."""
        rhythm, out = self._rhythm, bisect_left(self._times, now_s)
        etag = f'"{next(self._answers)}"' if rhythm.validators == "anew" else f'"{out}"'
        headers = {} if rhythm.validators == "none" else {"etag": etag}
        if rhythm.fresh_s is not None:
            headers["cache-control"] = f"public, max-age={rhythm.fresh_s}"
        conditional = sent != NO_VALIDATORS
        if conditional and (sent.etag == etag or rhythm.validators == "lying"):
            return FeedAnswer("not-modified", response=Response(self._url, 304, headers, conditional=True)), out
        response = Response(self._url, 200, headers, conditional=conditional)
        body = f"{out} {now_s if rhythm.anew or rhythm.dates == 'restamped' else ''}"
        if body == feed.body_hash:
            return FeedAnswer("same-body", response=response, body_hash=body), out
        document = ParsedFeed(
            "rss20",
            ttl_s=rhythm.says_s,
            skip_hours=rhythm.skip_hours,
            entries=tuple(self._entries(max(0, out - rhythm.shown), out, now_s)),
        )
        return FeedAnswer("entries", response=response, document=document, body_hash=body), out

    def _entries(self, first: int, last: int, now_s: float) -> Iterator[ParsedEntry]:
        rhythm = self._rhythm
        for number in range(last - 1, first - 1, -1):
            at = now_s if rhythm.dates == "restamped" else self._times[number]
            if rhythm.pinned and number == first:
                published: datetime | None = START - YEAR
            else:
                published = None if rhythm.dates == "none" else START + timedelta(seconds=at)
            if not rhythm.anew:
                yield ParsedEntry(id=str(number), published=published)
                continue
            answer = next(self._answers)
            url, entry_id = f"{self._url}/{number}", f"{number} {answer}"
            if rhythm.anew == "tokens":
                url, entry_id = f"{url}?t={answer}", None
            yield ParsedEntry(id=entry_id, url=url, title=f"Title {number}", published=published)


def simulate(
    name: str, rhythm: Rhythm, number: int, tally: Tally, *, span_s: float = FORTNIGHT_S, pushed: bool = False
) -> None:
    """Poll the ``number``-th feed of a kind for ``span_s`` seconds, and add what came of it to ``tally``.

    ``name``: of the kind. The same name and number make the same publisher.
    """
    chance = Random(f"{name} {number}")
    times = rhythm.publisher(chance, -rhythm.history_days * DAY_S, span_s)
    url = f"https://{number}.example/feed"
    server = Server(rhythm, times, url)
    feed = FeedState(uuid5(NAMESPACE_URL, f"{name} {number}"), url, START)
    if pushed:
        feed = replace(feed, pushed_until=START + timedelta(seconds=2 * span_s))
    books = Books(Feed(id=feed.id, url=url))
    # Feeds are added at any time of day.
    at, now_s, seen, polled = START + timedelta(seconds=chance.random() * DAY_S), 0.0, 0, False
    tally.feeds += 1
    while (now_s := (at - START).total_seconds()) < span_s:
        asked_whole = feed.validators != NO_VALIDATORS and doubted(feed.memory, at)
        sent = NO_VALIDATORS if asked_whole else feed.validators
        reading, out = server.read(feed, now_s, sent)
        reading = replace(reading, doubting=asked_whole)
        new = 0
        if reading.document is not None:
            new = min(out - seen, rhythm.shown)
            if rhythm.anew:
                told, _ = books.take(reading.document, at)
                new, feed = told.new, replace(feed, memory=replace(feed.memory, habits=told.habits))
        tally.whole += reading.response is not None and reading.response.status == 200
        tally.asked_whole += asked_whole
        tally.failed += reading.failed
        tally.polls += 1
        if reading.outcome != "not-modified":
            if polled:
                _count(tally, times, seen, out, rhythm.shown, now_s)
            polled, seen = True, out
        feed = after(feed, reading, new, PACE, at).feed
        assert feed.next_poll_at is not None
        at = feed.next_poll_at
    _unseen(tally, times, seen, rhythm.shown, span_s)
    tally.distrusted += feed.memory.validators_lie_since is not None


def _count(tally: Tally, times: Sequence[float], seen: int, out: int, shown: int, now_s: float) -> None:
    first = max(seen, out - shown)
    tally.found += out - first
    tally.delays.extend(now_s - at for at in times[first:out] if at > DAY_S)
    _left(tally, times, range(seen, first), shown)


def _left(tally: Tally, times: Sequence[float], numbers: Collection[int], shown: int) -> None:
    """Entries that left the document unseen, each when the one that pushed it out came."""
    short = sum(times[number + shown] - times[number] < SEEN_AFTER_S for number in numbers)
    tally.too_short += short
    tally.lost += len(numbers) - short


def _unseen(tally: Tally, times: Sequence[float], seen: int, shown: int, end_s: float) -> None:
    """What the last poll left: entries that are gone for good, and those that wait."""
    out = bisect_left(times, end_s)
    _left(tally, times, range(seen, max(seen, out - shown)), shown)
    tally.waiting += min(out - seen, shown)
    tally.delays.extend(end_s - at for at in times[seen:out] if at > DAY_S)
