"""`Sources` over both engines: states and events together, or neither."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.adapters.store.sources import DatabaseSources
from newswire.adapters.store.untold_events import DatabaseFeedEvents
from newswire.domain.articles.drift.baseline import Baseline
from newswire.domain.articles.drift.source import NEW_SOURCE
from newswire.domain.articles.drift.states import Cusum, DriftAlarm, Seen, SignalState, SourceState
from newswire.events import SourceDrift, source_id_of, stable_id
from support.build import NOW

DRIFTING = SourceState(
    signals={
        "author": SignalState(
            baseline=Baseline({"": (3.0, 1.5), "video": (0.0, 9.0)}),
            articles=96,
            since=NOW,
            learned_at=NOW + timedelta(days=20),
            evidence=(Cusum(1.25, 3, 2.5, 4.5, NOW, 0.5), Cusum()),
            waiting=(Seen("news", 1),),
            alarm=DriftAlarm(NOW, 1, 0.25, Baseline({"": (1.0, 0.0)}), 1, 0.75),
        )
    },
    recent=("0123456789ab",),
    drifting_since=NOW,
)


@pytest.fixture
def sources(database):
    return DatabaseSources(database)


@pytest.fixture
def events(database):
    return DatabaseFeedEvents(database, about_sources=True)


def drift_of(source, name="a"):
    return SourceDrift(
        id=stable_id("test", source, name),
        source=source,
        source_id=source_id_of(source),
        at=NOW,
        signal="author",
        usual=0.9,
        measured=0.1,
        direction="lower",
        articles=7,
    )


async def test_a_state_is_read_as_it_was_saved(sources):
    await sources.judge(["a.example"], lambda *_: (DRIFTING, ()))
    assert await sources.states(["a.example", "b.example"]) == {"a.example": DRIFTING}


async def test_a_source_that_nobody_knows_begins_anew(sources):
    met = []

    def judge(source, state):
        met.append((source, state))
        return state, ()

    await sources.judge(["b.example", "a.example"], judge)
    assert met == [("a.example", NEW_SOURCE), ("b.example", NEW_SOURCE)]


async def test_each_judgement_goes_on_from_the_one_before_also_where_several_judge_at_the_same_time(sources):
    def counting(_, state):
        return replace(state, recent=(*state.recent, str(len(state.recent)))), ()

    await asyncio.gather(*(sources.judge(["a.example", "b.example"], counting) for _ in range(8)))
    found = await sources.states(["a.example", "b.example"])
    assert {len(state.recent) for state in found.values()} == {8}


async def test_events_are_on_the_wire_with_the_state_that_they_follow_from(sources, events):
    told = await sources.judge(["b.example", "a.example"], lambda source, _: (DRIFTING, (drift_of(source),)))
    assert [event.source for event in told] == ["a.example", "b.example"]
    recorded = await events.untold(10)
    assert {(each.feed_id, each.kind) for each in recorded} == {
        (source_id_of(source), "source-drift") for source in ("a.example", "b.example")
    }
    assert sorted(each.position for each in recorded) == [1, 2]


async def test_its_events_are_not_published_by_the_stage_that_publishes_those_about_feeds(database, sources):
    await sources.judge(["a.example"], lambda source, state: (state, (drift_of(source),)))
    assert await DatabaseFeedEvents(database).untold(10) == ()


async def test_an_event_that_is_recorded_already_keeps_its_place(sources, events):
    for _ in range(2):
        await sources.judge(["a.example"], lambda source, state: (state, (drift_of(source),)))
    assert [each.position for each in await events.untold(10)] == [1]


async def test_where_one_judgement_fails_nothing_is_saved_of_any(sources, events):
    def judge(source, state):
        if source == "b.example":
            raise ValueError(source)
        return DRIFTING, (drift_of(source),)

    with pytest.raises(ValueError, match=r"^b\.example$"):
        await sources.judge(["a.example", "b.example"], judge)
    assert await sources.states(["a.example", "b.example"]) == {}
    assert await events.untold(10) == ()


async def test_the_sources_that_drift_are_counted(sources):
    await sources.judge(["a.example"], lambda *_: (DRIFTING, ()))
    await sources.judge(["b.example"], lambda _, state: (state, ()))
    assert await sources.drifting() == 1
    await sources.judge(["a.example"], lambda *_: (NEW_SOURCE, ()))
    assert await sources.drifting() == 0


async def test_nobody_is_judged_where_no_source_is_named(sources):
    assert await sources.judge([], lambda *_: (NEW_SOURCE, ())) == ()
