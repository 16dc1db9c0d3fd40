"""Sources that are watched: noise is no alarm, a redesign is one, and its end is told.

`tests/bench/drift.py` measures the same at a thousand sources.
"""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import islice
from random import Random

import pytest

from newswire.domain.articles.drift.source import NEW_SOURCE, after
from newswire.events import SourceDrift, SourceRecovered
from newswire.stages.drift import BATCH
from support.drifting import REDESIGNS, START, Kind, Site, articles_of, random_site

PLAIN = Kind(1.0, None, {"text": 0.01, "date": 0.02, "author": 0.05, "agreement": 0.02}, 17.5, 1.2, 3)
FILMS = Kind(0.1, "video", {"text": 0.9, "date": 0.02, "author": 0.9, "agreement": 0.02}, 11, 1.2, 3)
SITE = Site("site.example", 12.0, (PLAIN, FILMS), 0.5)
DAYS = 30
LATER = START + timedelta(days=DAYS)


def watch(state, articles):
    """The state after these articles, and the events with the number of articles before each."""
    told = []
    for count, seen in enumerate(articles, 1):
        state, events = after(SITE.name, state, [seen], seen.at)
        told += [(count, event) for event in events]
    return state, told


@cache
def learned():
    state, told = watch(NEW_SOURCE, articles_of(SITE, DAYS, Random("learned")))
    assert told == []
    return state


def changed(name, count, seed="changed"):
    return islice(articles_of(SITE, 100, Random(seed), begin=LATER, change=REDESIGNS[name]), count)


def drifted(name):
    return watch(learned(), changed(name, 30))


@pytest.mark.parametrize("seed", [1, 2])
def test_sites_that_only_have_weekends_bursts_and_kinds_raise_no_alarm(seed):
    random = Random(seed)
    for number in range(6):
        site, state = random_site(number, random), NEW_SOURCE
        articles = articles_of(site, 45, random)
        while batch := list(islice(articles, 50)):
            state, events = after(site.name, state, batch, batch[-1].at)
            assert events == ()


@pytest.mark.parametrize(
    ("redesign", "signal", "direction"),
    [
        ("text gone", "text", "lower"),
        ("half of the text lost", "length", "lower"),
        ("authors gone", "author", "lower"),
        ("dates gone", "date", "lower"),
        ("furniture in the text", "furniture", "higher"),
        ("a wall on half of the pages", "text", "lower"),
    ],
)
def test_a_redesign_is_noticed_within_20_articles(redesign, signal, direction):
    _, told = drifted(redesign)
    count, drift = told[0]
    assert isinstance(drift, SourceDrift)
    assert (drift.source, drift.signal, drift.direction) == (SITE.name, signal, direction)
    assert count <= 20
    assert (drift.measured < drift.usual) == (direction == "lower")


def test_a_drift_is_told_once_and_nothing_is_learned_from_it():
    noticed, ((count, _),) = drifted("authors gone")
    state, told = watch(noticed, islice(changed("authors gone", 90), 30, 90))
    assert (count <= 20, told) == (True, [])
    assert state.signals["author"].baseline == noticed.signals["author"].baseline
    assert state.drifting_since == noticed.drifting_since


def test_a_return_is_told_and_the_old_baseline_holds():
    state, _ = drifted("authors gone")
    since = state.drifting_since
    state, told = watch(state, islice(articles_of(SITE, 10, Random("back"), begin=LATER + timedelta(days=5)), 30))
    ((count, event),) = told
    assert isinstance(event, SourceRecovered)
    assert (event.signal, event.by, event.since, count <= 20) == ("author", "return", since, True)
    assert state.drifting_since is None


def test_what_lasts_is_usual_in_the_end_and_that_is_told():
    state, told = watch(learned(), changed("authors gone", 400))
    drift, end = (event for _, event in told if event.signal == "author")
    assert isinstance(drift, SourceDrift)
    assert isinstance(end, SourceRecovered)
    assert (end.by, end.usual) == ("new-baseline", 0.0)
    assert end.at - drift.at >= timedelta(days=14)
    assert state.drifting_since is None


def test_a_day_full_of_films_is_no_drift_at_a_site_that_has_a_folder_of_films():
    films = Site(SITE.name, 12.0, (FILMS,), 1.0)
    _, told = watch(learned(), islice(articles_of(films, 2, Random("films"), begin=LATER), 25))
    assert told == []


@pytest.mark.parametrize(("gap", "signals"), [(timedelta(minutes=12), []), (timedelta(hours=3), ["text"])])
def test_a_burst_of_pages_without_text_is_one_piece_of_news_and_the_same_pages_over_a_day_are_a_drift(gap, signals):
    gone = enumerate(changed("text gone", 10))
    _, told = watch(learned(), (replace(seen, at=LATER + count * gap) for count, seen in gone))
    assert [event.signal for _, event in told] == signals


def test_a_source_that_is_not_known_for_two_weeks_is_not_judged():
    state, _ = watch(NEW_SOURCE, articles_of(SITE, 9, Random("young")))
    _, told = watch(state, islice(articles_of(SITE, 3, Random("y"), begin=START + timedelta(days=9)), 30))
    assert told == []
    gone = articles_of(SITE, 3, Random("y"), begin=START + timedelta(days=9), change=REDESIGNS["text gone"])
    assert watch(state, gone)[1] == []


def test_the_same_articles_bring_the_same_events_together_or_one_by_one_and_again_nothing():
    articles = list(changed("authors gone", 30))
    one_by_one, told = watch(learned(), articles)
    together, events = after(SITE.name, learned(), articles, LATER)
    assert together == one_by_one
    assert [event.id for event in events] == [event.id for _, event in told]
    assert after(SITE.name, together, articles, LATER) == (together, ())


def test_a_batch_that_comes_again_behind_that_of_another_consumer_counts_once():
    articles = list(islice(articles_of(SITE, 60, Random("batches")), 2 * BATCH))
    assert len(articles) == 2 * BATCH
    state, _ = after(SITE.name, NEW_SOURCE, articles, LATER)
    assert after(SITE.name, state, articles[:BATCH], LATER) == (state, ())
