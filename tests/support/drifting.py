"""Sources as the drift alarm meets them: mixed kinds, quiet nights and weekends, bursts of one kind, redesigns."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from operator import itemgetter
from random import Random
from typing import Final
from uuid import UUID

from newswire.domain.articles.drift.observation import FURNITURE_BINS, LENGTH_BINS, Observation

START: Final = datetime(2026, 1, 5, tzinfo=UTC)
TOPICS: Final = ("news", "sport", "culture", "politics", "")


@dataclass(frozen=True)
class Kind:
    """One kind of page that a site has, with its share of all articles."""

    share: float
    section: str | None
    """None where it stands in the folders of the topics."""
    lacks: Mapping[str, float]
    """How probable it is that a page lacks the thing."""
    length: float
    """The mean of the words, in half octaves."""
    spread: float
    furniture: float


@dataclass(frozen=True)
class Site:
    """A source's habits."""

    name: str
    rate: float
    """Articles a day."""
    kinds: tuple[Kind, ...]
    weekend: float
    """How many times a weekday's articles a day of a weekend has."""


def random_site(number: int, random: Random, rate: float | None = None) -> Site:
    """A site of random habits."""
    foldered = random.random() < 0.6

    def kind(share: float, folder: str, text: float, author: float, length: float, spread: float) -> Kind:
        lacks = {
            "text": text,
            "date": min(1.0, random.betavariate(0.4, 12)) if random.random() < 0.85 else random.random(),
            "author": author,
            "agreement": min(1.0, random.betavariate(1, 12)),
        }
        folder_of = folder if foldered else None
        return Kind(share, folder_of, lacks, length, spread, max(0.0, random.gauss(3, 1.5)))

    usual = random.gauss(17.5, 1)  # 430 words
    found = [kind(1.0, "", 0.01, random.betavariate(0.6, 4), usual, random.uniform(0.9, 2.0))]
    if random.random() < 0.5:
        found.append(kind(random.uniform(0.02, 0.15), "video", random.uniform(0.3, 1.0), 0.8, 11, 2))
    if random.random() < 0.5:
        found.append(kind(random.uniform(0.05, 0.3), "brief", 0.02, 0.7, 13, 1))
    if random.random() < 0.4:
        found.append(kind(random.uniform(0.05, 0.4), "agency", 0.01, 1.0, 16, 1))
    volume = rate or min(200.0, max(0.3, random.lognormvariate(2.1, 1.1)))
    return Site(f"site{number}.example", volume, tuple(found), random.uniform(0.2, 1.0))


Change = Callable[[dict[str, int], Random], dict[str, int]]
"""What a redesign makes of the values of a page."""


def articles_of(
    site: Site, days: float, random: Random, *, begin: datetime = START, change: Change | None = None
) -> Iterator[Observation]:
    """What the site publishes in so many days, in the order of time."""
    end = begin + timedelta(days=days)
    ordinary, bursts = _ordinary(site, begin, random), _bursts(site, begin, random)
    for at, kind in merge(ordinary, bursts, key=itemgetter(0)):
        if at >= end:
            return
        yield _page(site, kind, at, random, change)


def _ordinary(site: Site, begin: datetime, random: Random) -> Iterator[tuple[datetime, Kind]]:
    at = begin
    while True:
        at += timedelta(days=random.expovariate(site.rate * 1.4))
        by_day = (site.weekend if at.weekday() >= 5 else 1.0) * (1.0 if 6 <= at.hour < 21 else 0.25)
        if random.random() < by_day:
            yield at, _kind(site, at, random)


def _bursts(site: Site, begin: datetime, random: Random) -> Iterator[tuple[datetime, Kind]]:
    """One in ten days: some hours full of pages of one kind."""
    at = begin
    while True:
        at += timedelta(days=random.expovariate(0.1))
        kind = random.choice(site.kinds)
        for _ in range(min(random.randint(4, 14), max(2, round(site.rate)))):
            at += timedelta(minutes=random.expovariate(1 / 8))
            yield at, kind


def _kind(site: Site, at: datetime, random: Random) -> Kind:
    """One of the kinds; a weekend has twice as many of the small ones."""
    small = 2.0 if at.weekday() >= 5 else 1.0
    weights = [kind.share * (small if place else 1.0) for place, kind in enumerate(site.kinds)]
    return random.choices(site.kinds, weights)[0]


def _page(site: Site, kind: Kind, at: datetime, random: Random, change: Change | None) -> Observation:
    values = {"text": int(random.random() < kind.lacks["text"])}
    if not values["text"]:
        values |= {name: int(random.random() < kind.lacks[name]) for name in ("date", "author", "agreement")}
        values["length"] = _bin(random.gauss(kind.length, kind.spread), LENGTH_BINS)
        values["furniture"] = _bin(random.gauss(kind.furniture, 1.2), FURNITURE_BINS)
    if change is not None:
        values = change(values, random)
    section = random.choice(TOPICS) if kind.section is None else kind.section
    return Observation(UUID(int=random.getrandbits(128)), site.name, at, section, values)


def _bin(value: float, bins: int) -> int:
    return min(bins - 1, max(0, round(value)))


def _with(name: str, value: int) -> Change:
    return lambda values, _: {**values, name: value} if name in values else values


def _moved(name: str, by: int, bins: int) -> Change:
    return lambda values, _: {**values, name: _bin(values[name] + by, bins)} if name in values else values


REDESIGNS: Final[Mapping[str, Change]] = {
    "text gone": lambda *_: {"text": 1},
    "half of the text lost": _moved("length", -2, LENGTH_BINS),
    "authors gone": _with("author", 1),
    "dates gone": _with("date", 1),
    "furniture in the text": _moved("furniture", 6, FURNITURE_BINS),
    "a wall on half of the pages": lambda values, random: {"text": 1} if random.random() < 0.5 else values,
}
