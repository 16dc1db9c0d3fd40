"""A week of re-checks by the product's own decisions, of articles whose edits are made up. No clock, no network."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from random import Random
from statistics import median

from newswire.domain.articles.hosts.edit_rate import BANDS
from newswire.domain.articles.hosts.habits import NO_HABITS, HostHabits, PageLook, after_look
from newswire.domain.articles.recheck import next_recheck

START = datetime(2026, 3, 2, tzinfo=UTC)
WEEK_H = 168.0
HOUR = timedelta(hours=1)
Schedule = Callable[[datetime, datetime, HostHabits, datetime | None], datetime | None]
"""First seen, now, what is known of the host, when the last edit was noticed; gives the next look."""

SITES: dict[str, tuple[int, tuple[float, ...]]] = {
    "never edits": (40, (0.0,) * 6),
    "daily paper": (35, (0.3, 0.1, 0.03, 0.004, 0.001, 0.0003)),
    "news site": (15, (1.0, 0.4, 0.15, 0.03, 0.005, 0.001)),
    "live blogs": (5, (0.3, 0.1, 0.03, 0.004, 0.001, 0.0003)),
    "late corrections": (5, (0.02, 0.02, 0.02, 0.02, 0.01, 0.005)),
}
"""Kinds of hosts: how many of a hundred, and edits an hour by the bands of `edit_rate.BANDS`."""
LIVE_SHARE, LIVE_H, LIVE_GAP_H = 0.2, 6.0, 0.25


@dataclass
class Count:
    """What the looks at the articles of one kind of host came to."""

    articles: int = 0
    looks: int = 0
    edits: int = 0
    found: int = 0
    delays_h: list[float] = field(default_factory=list)
    """From each edit that was seen until the look that saw it."""
    busiest: float = 0.0
    """Looks at one host in one hour, at the most."""

    def add(self, other: "Count") -> None:
        self.articles += other.articles
        self.looks += other.looks
        self.edits += other.edits
        self.found += other.found
        self.delays_h += other.delays_h
        self.busiest = max(self.busiest, other.busiest)

    def line(self, name: str) -> str:
        each = f"{self.looks / self.found:8.1f}" if self.found else "       –"
        late = f"{60 * median(self.delays_h):6.0f}" if self.delays_h else "     –"
        share = f"{len(self.delays_h) / self.edits:6.1%}" if self.edits else "     –"
        per_article = self.looks / max(1, self.articles)
        return (
            f"{name:18} {self.articles:7,} {self.edits:7,} {self.looks:8,} {per_article:6.1f} {self.found:7,} {each}"
            f" {share} {late} {self.busiest:6.0f}"
        )


HEAD = "kind               articles   edits requests  /art.  found  per rev.   seen  min.   most/h"


def fixed(first_seen: datetime, now: datetime, _: HostHabits, __: datetime | None) -> datetime | None:
    """The schedule before: three times as old at each look, from 20 minutes on, for a week."""
    age = max(timedelta(minutes=20), (now - first_seen) * 3)
    return first_seen + age if age <= timedelta(hours=WEEK_H) else None


def learned(first_seen: datetime, now: datetime, habits: HostHabits, edited_at: datetime | None) -> datetime | None:
    return next_recheck(first_seen, now, habits, edited_at)


def edits_of(kind: str, rates: tuple[float, ...], chance: Random) -> list[float]:
    """The ages, in hours, at which one article is edited."""
    times: list[float] = []
    begin = 0.0
    for end, rate in zip(BANDS, rates, strict=True):
        at = begin
        while rate and (at := at + chance.expovariate(rate)) < end:
            times.append(at)
        begin = end
    if kind == "live blogs" and chance.random() < LIVE_SHARE:
        times += [LIVE_GAP_H * number for number in range(1, int(LIVE_H / LIVE_GAP_H))]
    return sorted(times)


def simulate_host(kind: str, rates: tuple[float, ...], articles: int, chance: Random, schedule: Schedule) -> Count:
    """One host that publishes its articles over the week, looked at until the week is over."""
    habits, count = NO_HABITS, Count(articles)
    queue: list[tuple[datetime, int]] = []
    first: list[datetime] = []
    edits: list[list[float]] = []
    for number in range(articles):
        first.append(START + chance.uniform(0, WEEK_H) * HOUR)
        edits.append(edits_of(kind, rates, chance))
        due = schedule(first[number], first[number], habits, None)
        heappush(queue, (due, number))
    seen_h, noticed = [0.0] * articles, [None] * articles
    per_hour: dict[int, int] = {}
    end = START + WEEK_H * HOUR
    while queue and queue[0][0] < end:
        now, number = heappop(queue)
        age_h = (now - first[number]) / HOUR
        fresh = [at for at in edits[number] if seen_h[number] < at <= age_h]
        count.looks += 1
        count.found += bool(fresh)
        count.delays_h += [age_h - at for at in fresh]
        hour = int((now - START) / HOUR)
        per_hour[hour] = per_hour.get(hour, 0) + 1
        before = first[number] + seen_h[number] * HOUR
        look = PageLook(first[number], before, now, there=True, edited=bool(fresh), edited_at=noticed[number])
        habits = after_look(habits, look)
        seen_h[number] = age_h
        noticed[number] = now if fresh else noticed[number]
        due = schedule(first[number], now, habits, noticed[number])
        if due is not None:
            heappush(queue, (due, number))
    count.edits = sum(1 for at, each in zip(first, edits, strict=True) for h in each if at + h * HOUR < end)
    count.busiest = max(per_hour.values(), default=0)
    return count


def simulate(schedule: Schedule, articles: int = 10_000, seed: int = 1) -> Iterator[tuple[str, Count]]:
    """By kind of host; the last line is of all."""
    hosts, total = sum(number for number, _ in SITES.values()), Count()
    for kind, (number, rates) in SITES.items():
        count = Count()
        for host in range(number):
            count.add(simulate_host(kind, rates, articles // hosts, Random(f"{seed} {kind} {host}"), schedule))
        total.add(count)
        yield kind, count
    yield "all", total
