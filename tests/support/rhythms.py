"""Rhythms of real feeds: how publishers publish, what their documents show, and how their servers answer.

Spans, counts and hints are of the kind that 142 recorded feeds show: 10 entries in WordPress's feeds, all of which say
"hourly"; 20 to 60 in newspapers' feeds; pinned entries that are months old; years between two posts of many blogs.
"""

from dataclasses import dataclass
from typing import Final, Literal

from support.publication import (
    DAY_S,
    Publisher,
    batches,
    by_day,
    dead,
    steady,
    with_live_blog,
    working_week,
)

HOUR_S: Final = 3_600
MONTH_S: Final = 30 * DAY_S

Validators = Literal["honest", "none", "anew", "lying"]
"""What the server does with conditional requests.

``honest``: 304 when nothing changed. ``none``: it gives no validators. ``anew``: another ETag with every answer, never
a 304. ``lying``: 304 to every conditional request.
"""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """One kind of feed."""

    publisher: Publisher
    shown: int = 30
    """Entries that the document holds."""
    validators: Validators = "honest"
    fresh_s: int | None = None
    """Cache-Control's max-age."""
    says_s: int | None = None
    """ttl or sy:updatePeriod."""
    skip_hours: tuple[int, ...] = ()
    dates: Literal["true", "restamped", "none"] = "true"
    """``restamped``: every request shows all entries with the time of the request."""
    anew: Literal["ids", "tokens"] | None = None
    """Made anew for every request: the entries' ids, or a token in their links (they have no ids then)."""
    pinned: bool = False
    """One entry of the document is a year old."""
    history_days: int = 28
    """For how long it had been published before the fortnight."""
    feeds: int = 0
    """How many of 10,000 feeds are of this kind."""


LONG: Final = 400
"""Days before the fortnight of what is published once in a while."""
NIGHT: Final = (22, 23, 0, 1, 2, 3, 4, 5)
WORDPRESS: Final = HOUR_S

RHYTHMS: Final[dict[str, Rhythm]] = {
    "wire, one a minute": Rhythm(steady(60), 30, feeds=5),
    "wire, one in 3 minutes": Rhythm(steady(180), 30, feeds=10),
    "newsroom, 20 an hour by day": Rhythm(by_day(180), 30, feeds=20),
    "newsroom, WordPress, 10 an hour by day": Rhythm(by_day(360), 10, says_s=WORDPRESS, feeds=60),
    "newsroom, max-age 5 minutes": Rhythm(by_day(600), 20, fresh_s=300, feeds=80),
    "newsroom, max-age 30 days of a proxy": Rhythm(by_day(360), 20, fresh_s=2_591_034, feeds=40),
    "newsroom, ttl a day, 30 a day": Rhythm(by_day(1_920), 20, says_s=86_400, feeds=40),
    "newsroom, skipHours by night": Rhythm(by_day(600), 20, skip_hours=NIGHT, feeds=20),
    "newsroom, with a pinned entry": Rhythm(by_day(600), 20, pinned=True, fresh_s=HOUR_S, feeds=40),
    "newsroom, without validators": Rhythm(by_day(600), 20, "none", feeds=60),
    "city paper, 100 a working day": Rhythm(working_week(432), 25, feeds=80),
    "magazine, 10 a day": Rhythm(steady(8_640), 15, feeds=400),
    "portal, 5 a day, another ETag each time": Rhythm(steady(17_280), 20, "anew", feeds=300),
    "blog, WordPress, 2 a day": Rhythm(steady(43_200), 10, says_s=WORDPRESS, feeds=1_000),
    "blog, WordPress, 2 a week": Rhythm(steady(3.5 * DAY_S), 10, says_s=WORDPRESS, history_days=LONG, feeds=2_000),
    "blog, max-age an hour, 4 a week": Rhythm(steady(1.75 * DAY_S), 10, fresh_s=HOUR_S, history_days=LONG, feeds=400),
    "blog, one a month": Rhythm(steady(MONTH_S), 10, history_days=LONG, feeds=2_502),
    "blog, one a week, no validators": Rhythm(steady(7 * DAY_S), 10, "none", history_days=LONG, feeds=300),
    "blog, silent for years": Rhythm(dead(steady(7 * DAY_S)), 10, history_days=LONG, feeds=1_200),
    "podcast, weekly, ttl an hour": Rhythm(batches(7 * DAY_S, 1), 100, says_s=HOUR_S, history_days=LONG, feeds=600),
    "20 at once, daily": Rhythm(batches(DAY_S, 20), 30, feeds=60),
    "20 at once, weekly": Rhythm(batches(7 * DAY_S, 20), 30, history_days=LONG, feeds=200),
    "25 at once, daily, 20 shown": Rhythm(batches(DAY_S, 25), 20, feeds=20),
    "10 a day, then one a minute": Rhythm(with_live_blog(8_640, 60), 20, feeds=40),
    "undated, 10 a day, ttl an hour": Rhythm(steady(8_640), 15, says_s=HOUR_S, dates="none", feeds=150),
    "restamped at each request, 10 a day": Rhythm(steady(8_640), 20, "anew", dates="restamped", feeds=40),
    "token links, 5 a day": Rhythm(steady(17_280), 20, "anew", anew="tokens", feeds=3),
    "ids anew, 5 a day": Rhythm(steady(17_280), 20, "anew", anew="ids", feeds=3),
    "304 for ever, 60 a day by day": Rhythm(by_day(960), 20, "lying", feeds=30),
    "304 for ever, 10 a day": Rhythm(steady(8_640), 15, "lying", feeds=100),
    "304 for ever, one a day": Rhythm(steady(DAY_S), 10, "lying", feeds=150),
    "304 for ever, 2 a week": Rhythm(steady(3.5 * DAY_S), 10, "lying", history_days=LONG, feeds=50),
}
