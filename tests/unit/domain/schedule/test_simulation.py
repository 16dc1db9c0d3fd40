"""The poll schedule over a simulated fortnight: how late entries are found, and what that costs.

No clock and no network: a publisher is a list of times. ``-s`` prints the tables.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from random import Random
from uuid import NAMESPACE_URL, uuid5

import pytest

from newswire.domain.feeds.memory import NO_OPTIONS, NOTHING_REMEMBERED, FeedMemory
from newswire.domain.schedule.next_poll import PollResult, next_poll
from newswire.domain.schedule.publication_rate import begun, weighed
from support.publication import DAY_S, Publisher, batches, by_day, steady, with_live_blog, working_week
from support.rhythms import RHYTHMS, Rhythm
from support.simulation import PACE, START, Tally, simulate

FLEET = 10_000

PUBLISHERS: dict[str, tuple[Publisher, int]] = {
    "every minute": (steady(60), 30),
    "every 3 minutes": (steady(180), 30),
    "20 an hour": (steady(180), 20),
    "20 an hour, by day": (by_day(180), 30),
    "100 a day": (steady(864), 30),
    "100 a working day": (working_week(432), 30),
    "10 a day": (steady(8640), 30),
    "20 at once, daily": (batches(DAY_S, 20), 30),
    "weekly": (steady(7 * DAY_S), 30),
    "20 at once, weekly": (batches(7 * DAY_S, 20), 30),
    "10 a day, then one a minute": (with_live_blog(8640, 60), 30),
}
"""Each with how many entries its document holds."""
HOT = ("every minute", "every 3 minutes", "20 an hour")
RUNS: dict[str, Tally] = {}


@cache
def fortnight(name: str, *, conditional: bool = True, pushed: bool = False, fresh_s: int | None = None) -> Tally:
    """Poll one of `PUBLISHERS` by the schedule."""
    publisher, shown = PUBLISHERS[name]
    rhythm, tally = Rhythm(publisher, shown, "honest" if conditional else "none", fresh_s), Tally()
    simulate(name, rhythm, 1, tally, pushed=pushed)
    told = {"no validators": not conditional, "pushed": pushed, f"fresh for {fresh_s} s": fresh_s}
    RUNS[", ".join([name, *(word for word, holds in told.items() if holds)])] = tally
    return tally


@cache
def real(name: str, feeds: int = 1) -> Tally:
    """Poll feeds of one of `RHYTHMS` by the schedule."""
    tally = RUNS[name] = Tally()
    for number in range(feeds):
        simulate(name, RHYTHMS[name], number, tally)
    return tally


def first_look(memory: FeedMemory, document: Sequence[float], at: datetime) -> FeedMemory:
    return begun(memory, [START + timedelta(seconds=published) for published in document], at)


@pytest.fixture(scope="module", autouse=True)
def table():
    yield
    print(
        f"\n\n{'':42}{'entries/d':>10}{'polls/d':>9}{'polls/entry':>12}{'p50 s':>8}{'p95 s':>8}{'max s':>8}{'lost':>6}"
    )
    for what, run in RUNS.items():
        days = 14 * run.feeds
        print(
            f"{what:42}{run.found / days:10.1f}{run.polls / days:9.1f}{run.polls / max(1, run.found):12.1f}"
            f"{run.late(0.5):8.0f}{run.late(0.95):8.0f}{run.late(1):8.0f}{run.lost:6}"
        )


@pytest.mark.parametrize("name", HOT)
def test_a_new_entry_of_a_hot_feed_with_validators_is_found_within_90_seconds(name):
    run = fortnight(name)
    assert run.late(0.95) <= 90
    assert run.lost == 0


def test_a_quiet_night_does_not_make_a_feed_of_20_an_hour_late_by_day():
    run = fortnight("20 an hour, by day")
    assert run.late(0.5) <= 60
    assert run.late(0.95) <= 120
    assert run.lost == 0


@pytest.mark.parametrize("name", [name for name in PUBLISHERS if "weekly" not in name])
def test_a_feed_is_asked_at_most_four_times_for_each_entry_it_brings(name):
    assert fortnight(name).polls <= 4 * fortnight(name).found


@pytest.mark.parametrize("conditional", [True, False])
@pytest.mark.parametrize("name", PUBLISHERS)
def test_no_entry_of_a_feed_that_is_alive_waits_for_longer_than_seven_hours(name, conditional):
    assert fortnight(name, conditional=conditional).late(1) <= 7 * 3600


@pytest.mark.parametrize("name", PUBLISHERS)
def test_whole_documents_are_asked_for_no_more_often_than_every_5_minutes_and_hold_all_that_is_new(name):
    run = fortnight(name, conditional=False)
    assert run.polls <= 14 * 24 * 12
    assert run.lost == 0 or name == "10 a day, then one a minute", "a burst out of nothing is for the gap's closing"


def test_a_burst_that_comes_out_of_nothing_is_followed_within_minutes():
    run = fortnight("10 a day, then one a minute")
    assert run.late(0.5) <= 90
    assert run.lost <= 30, "no more than went by before the first look"


def test_a_hub_that_tells_of_what_is_new_saves_seven_polls_in_eight():
    told, asked = fortnight("100 a day", pushed=True), fortnight("100 a day")
    assert asked.polls / 9 <= told.polls <= asked.polls / 7


def test_a_server_is_not_asked_while_its_last_answer_is_fresh():
    assert fortnight("100 a day", fresh_s=3600).polls <= 14 * 24


@pytest.mark.parametrize(
    ("name", "late_s"),
    [
        ("newsroom, WordPress, 10 an hour by day", 300),
        ("newsroom, ttl a day, 30 a day", 1_200),
        ("newsroom, max-age 30 days of a proxy", 4_800),
        ("newsroom, with a pinned entry", 4_800),
    ],
)
def test_no_description_and_no_freshness_lets_a_newsrooms_entries_roll_off_unseen(name, late_s):
    run = real(name)
    assert run.late(0.95) <= late_s
    assert (run.lost, run.too_short) == (0, 0)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("304 for ever, 60 a day by day", 0.9),
        ("304 for ever, 10 a day", 0.8),
        ("304 for ever, one a day", 0.5),
    ],
)
def test_a_server_that_answers_304_for_ever_hides_news_for_a_few_entries_only(name, found):
    run = real(name, feeds=3)
    assert run.distrusted == 3
    assert run.found >= found * (run.found + run.lost + run.too_short + run.waiting)


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("newsroom, WordPress, 10 an hour by day", 0.01),
        ("magazine, 10 a day", 0.01),
        ("blog, WordPress, 2 a week", 0.02),
        ("blog, one a month", 0.02),
        ("20 at once, weekly", 0.05),
    ],
)
def test_no_honest_server_is_asked_for_more_than_a_few_documents_to_see_whether_its_304s_are_true(name, share):
    run = real(name, feeds=1 if "newsroom" in name else 10)
    assert 0 < run.asked_whole <= share * run.polls or name == "magazine, 10 a day"
    assert run.distrusted == 0


def due(polls: Sequence[datetime]) -> int:
    """The most that fall into one second."""
    return max(Counter(int(at.timestamp()) for at in polls).values())


def test_ten_thousand_feeds_that_are_added_at_once_never_come_due_together():
    polls: list[datetime] = []
    for number in range(FLEET):
        publisher, shown = list(PUBLISHERS.values())[number % len(PUBLISHERS)]
        polls += early_polls(number, document(publisher, shown), timedelta(minutes=10))
    most = due(polls)
    print(f"\n{FLEET} feeds of all kinds added at once: {len(polls)} polls in 10 min, {most} in the fullest second")
    assert most <= FLEET / 40


def test_ten_thousand_feeds_of_which_nothing_is_known_are_polled_evenly_from_the_second_time_on():
    polls = [at for number in range(FLEET) for at in early_polls(number, (), timedelta(hours=1))]
    most = due(polls)
    print(f"\n{FLEET} feeds without dates added at once: {len(polls)} polls in 1 h, {most} in the fullest second")
    assert most <= FLEET / 250


@cache
def document(publisher: Publisher, shown: int) -> Sequence[float]:
    return publisher(Random(1), -28 * DAY_S, 0)[-shown:]


def early_polls(number: int, document: Sequence[float], until: timedelta) -> Sequence[datetime]:
    """Every poll but the first of a feed that was added at `START`, at which all of them are asked."""
    feed_id = uuid5(NAMESPACE_URL, f"https://{number}.example/feed")
    memory = NOTHING_REMEMBERED
    if document:
        hints = replace(memory.hints, entries=len(document), window_s=document[-1] - document[0])
        memory = first_look(replace(memory, hints=hints), document, START)
    polls = [next_poll(feed_id, memory, NO_OPTIONS, PollResult(conditional=True), PACE, START, first=True)]
    while polls[-1] < START + until:
        memory = weighed(memory, 0, polls[-1])
        polls.append(next_poll(feed_id, memory, NO_OPTIONS, PollResult(conditional=True), PACE, polls[-1]))
    return polls[:-1]
