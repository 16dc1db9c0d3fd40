"""What a poller remembers of a feed from one poll to the next, beside its validators."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from newswire.domain.feeds.credentials import Credentials
from newswire.domain.feeds.habits import NO_HABITS, Habits, TextSamples

PASSING: Final = 10
"""So many documents in a row without a known entry: the feed shows nothing twice (`newswire.domain.feeds.passing`)."""

Condition = Literal["failing", "not-a-feed", "silent"]
WELL: Final = "well"
"""How readers name the condition of a feed with which nothing is wrong."""


@dataclass(frozen=True, slots=True)
class ScheduleHints:
    """What the last document said of itself: a 304 brings none, and the schedule goes by it all the same."""

    skip_hours: tuple[int, ...] = ()
    """RSS 2.0 skipHours: hours in UTC, 0 to 23, in which the publisher asks not to be polled."""
    skip_days: tuple[int, ...] = ()
    """RSS 2.0 skipDays: 0 is Monday."""
    fresh_s: int | None = None
    """For how long the server called its last answer fresh (RFC 9111 §4.2.1), in seconds."""
    entries: int = 0
    window_s: float | None = None
    """From the oldest to the newest date of its entries, in seconds: how far back the feed reaches.

    The oldest dates do not count, see `newswire.domain.schedule.publication_rate.window`.
    """
    median_gap_s: float | None = None
    """The median of the times between its entries' dates, in seconds: the pace by day, where nights are pauses."""
    hubs: tuple[str, ...] = ()
    """WebSub hubs, absolute."""
    self_url: str | None = None
    """What the feed calls itself: the topic that a hub knows it by."""


@dataclass(frozen=True, slots=True)
class Move:
    """A permanent redirect that was seen, and whether it lasts."""

    to: str
    since: datetime
    seen: int
    """Successful polls in a row that were led there."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A hole in what is known of a feed, that is still open; or several, with something known between them."""

    id: UUID
    since: datetime
    until: datetime
    tries: int = 0
    """How often its closing was tried."""
    recovered: int = 0
    """Entries that were found in it so far."""
    later: tuple[UUID, ...] = ()
    """Those that were noticed while it was open: ``until`` is the end of the last, and what closes it closes them."""
    resume: str | None = None
    """The archive page with which the next try goes on; None to begin with the one before the document."""


@dataclass(frozen=True, slots=True)
class FeedMemory:
    """The poller's memory of one feed, saved with every poll."""

    hints: ScheduleHints = ScheduleHints()
    weight: float = 0.0
    """New entries, each counting less the longer it is ago: see `newswire.domain.schedule.publication_rate`."""
    weighed_at: datetime | None = None
    last_entry_at: datetime | None = None
    """When a poll last brought something new."""
    empty_since: datetime | None = None
    """Since when the feed has been read without ever having an entry."""
    passed: int = 0
    """Documents in a row that showed nothing twice: see `newswire.domain.feeds.passing`."""
    usual_gap_s: float | None = None
    """Seconds between two entries, as things stood when the last one came."""
    succeeded_at: datetime | None = None
    """The last poll that was answered by the feed, unchanged or not."""
    whole_at: datetime | None = None
    """The last one that nothing was missing from: all that the feed served by then is known."""
    document_at: datetime | None = None
    """The last poll that the server answered with a document and not with a 304."""
    on_trial: bool = False
    """The feed had news although its server said 304: a 304 to the same validators again proves that they lie."""
    validators_lie_since: datetime | None = None
    """Since then the server's validators are not sent any more: a 304 to them hid news."""
    move: Move | None = None
    gone_since: datetime | None = None
    """The first 410 in a row."""
    condition: Condition | None = None
    """What is wrong with the feed and was told."""
    condition_since: datetime | None = None
    gap: Gap | None = None
    former_urls: tuple[str, ...] = ()
    """Addresses that it was polled at before it moved, oldest first."""
    flags: tuple[str, ...] = ()
    """What was odd about its last answer and was put up with: ``insecure``, ``truncated``, …"""
    habits: Habits = NO_HABITS
    """Which parts of its entries change though nothing happened."""
    text_samples: TextSamples | None = None
    """Where the texts are compared in part: the evidence that they hold still again."""
    noted_at: datetime | None = None
    """When what the feed shows was last noted: see `newswire.domain.feeds.shown`."""

    @property
    def habit_names(self) -> tuple[str, ...]:
        """Short words for what is odd about its entries, for people: empty for a feed that behaves."""
        return (*self.habits.named, *(("nothing-stays",) if self.passed >= PASSING else ()))


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """What the operator decided for one feed alone."""

    interval_s: float | None = None
    """Seconds between two polls, whatever the schedule makes of it; Retry-After and errors still count."""
    ignore_robots: bool = False
    """Fetch this feed's pages without asking robots.txt: somebody has the publisher's leave."""
    all_entries: bool = False
    """Take the entries of the first document however old they are (`newswire.domain.feeds.entry_age`)."""
    credentials: Credentials | None = None
    """What its server wants to see before it gives the feed out; never sent for its articles' pages."""


NOTHING_REMEMBERED: Final = FeedMemory()
NO_OPTIONS: Final = FeedOptions()
