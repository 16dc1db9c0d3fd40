"""Watches one signal of a source: learns what is usual, notices that it changed, notices that it is back.

Each direction of drift has a cumulative sum of evidence that never falls below 0 (Page, "Continuous Inspection
Schemes", Biometrika 41, 1954); over its limit it is an alarm. Two things are learned from the source itself:

- the baseline, from articles behind which `BEHIND` others passed without an alarm, and never during one;
- how high the sum rises in ordinary life (weekends, bursts of one kind): the limit stays above that.

An alarm ends when the same evidence, counted the other way, says so. One that lasts has found the new normal: what was
seen since its beginning becomes the baseline.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from newswire.domain.articles.drift.baseline import OTHER, RatioTable
from newswire.domain.articles.drift.observation import Observation
from newswire.domain.articles.drift.signals import SIGNALS, SignalName, figure_of, usual_figure
from newswire.domain.articles.drift.states import Cusum, DriftAlarm, DriftEnd, DriftTurn, Seen, SignalState

LIMIT: Final = 11.5
"""For independent articles at most one false alarm in e^11.5 of them (Lorden, "Procedures for Reacting to a Change in
Distribution", 1971); and more than two spans of time can say together."""
HEADROOM: Final = 1.3
"""So many times the highest sum of ordinary life is the limit."""
HIGHEST: Final = 4 * LIMIT
MIN_ARTICLES: Final = 64
MIN_TIME: Final = timedelta(days=14)
"""A source is judged when so many articles over so long a time are learned: two weekends."""
FIRST_SUMS: Final = 32
"""Learned articles from which on evidence is gathered, though not judged."""
LONGEST_SPAN: Final = timedelta(hours=3)
SPAN_ARTICLES: Final = 7
"""A span is as long as so many articles usually take, and at most so long."""
SPAN_ADDS: Final = 5.0
"""The most that the articles of one span say together: a burst of one kind is one piece of news and not twelve."""
BEHIND: Final = 16
BACK: Final = 6.0
"""The evidence that ends an alarm."""
_MOST_BACK: Final = 1.5
NEW_NORMAL: Final = timedelta(days=14)
_FADING: Final = timedelta(days=60)
"""In so long the memory of a high sum fades to a half."""


def watched(
    name: SignalName, state: SignalState, seen: Iterable[tuple[Seen, Observation]]
) -> tuple[SignalState, list[tuple[Observation, DriftTurn]]]:
    """The signal after more articles, and what turned at which of them."""
    table = SIGNALS[name].table(state.baseline)
    turns = []
    for one, of in seen:
        before = state.baseline
        state, turn = _after(name, state, table, one, of.at)
        if turn is not None:
            turns.append((of, turn))
        if state.baseline is not before:
            table = SIGNALS[name].table(state.baseline)
    return state, turns


def known(state: SignalState) -> bool:
    """Whether what is usual has been learned, so that a drift can be noticed."""
    learned = (state.learned_at - state.since) if state.learned_at and state.since else timedelta()
    return state.articles >= MIN_ARTICLES and learned >= MIN_TIME


def _after(
    name: SignalName, state: SignalState, table: RatioTable, one: Seen, at: datetime
) -> tuple[SignalState, DriftTurn | None]:
    says = (table.get(one.section) or table[OTHER])[one.value] if table else ()
    if state.alarm is not None:
        return _in_alarm(name, state, state.alarm, says, one, at)
    state = replace(state, waiting=(*state.waiting, one)[-2 * BEHIND :], since=state.since or at)
    if state.articles >= FIRST_SUMS:
        judged = known(state)
        before = state.evidence or (Cusum(),) * len(says)
        span = min(LONGEST_SPAN, SPAN_ARTICLES * (at - (state.since or at)) / state.articles)
        added = (_added(*each, at, span) for each in zip(before, says, strict=True))
        evidence = tuple(each if judged else replace(each, highest=max(each.highest, each.top)) for each in added)
        state = replace(state, evidence=evidence)
        for direction, each in enumerate(evidence if judged else ()):
            if each.sum > min(HIGHEST, max(LIMIT, HEADROOM * each.highest)):
                return _raised(name, state, direction, at)
    return (_learned(name, state, at) if len(state.waiting) == 2 * BEHIND else state), None


def _added(before: Cusum, says: float, at: datetime, span: timedelta) -> Cusum:
    """The evidence after one article more: a span of time adds no more than `SPAN_ADDS`, whatever it brings."""
    new = before.until is None or at >= before.until
    until, room = (at + span, SPAN_ADDS) if new else (before.until, before.room)
    says = min(says, room)
    total = before.sum + says
    if total <= 0:
        return Cusum(highest=max(before.highest, before.top), until=until, room=SPAN_ADDS)
    return Cusum(total, before.run + 1, max(before.top, total), before.highest, until, min(SPAN_ADDS, room - says))


def _learned(name: SignalName, state: SignalState, at: datetime) -> SignalState:
    """The articles behind which `BEHIND` others have passed are learned; the memory of high sums fades."""
    old, waiting = state.waiting[:BEHIND], state.waiting[BEHIND:]
    faded = 0.5 ** ((at - (state.learned_at or at)) / _FADING)
    return replace(
        state,
        baseline=state.baseline.with_values(((each.section, each.value) for each in old), SIGNALS[name].values),
        articles=state.articles + len(old),
        learned_at=at,
        waiting=waiting,
        evidence=tuple(replace(each, highest=each.highest * min(1.0, faded)) for each in state.evidence),
    )


def _raised(name: SignalName, state: SignalState, direction: int, at: datetime) -> tuple[SignalState, DriftTurn]:
    articles = state.evidence[direction].run
    newest = state.waiting[-articles:]
    usual = usual_figure(name, state.baseline)
    turn = DriftTurn(usual, figure_of(name, (each.value for each in newest)), articles, direction)
    calm = tuple(Cusum(highest=each.highest) for each in state.evidence)
    alarm = DriftAlarm(at, direction, turn.measured)
    return replace(state, evidence=calm, waiting=(), alarm=alarm), turn


def _in_alarm(
    name: SignalName, state: SignalState, alarm: DriftAlarm, says: tuple[float, ...], one: Seen, at: datetime
) -> tuple[SignalState, DriftTurn | None]:
    # Of a share the evidence for half of the others is asked: one good page among many bad ones is no return.
    against = -says[alarm.direction if SIGNALS[name].shift else 0]
    alarm = replace(
        alarm,
        fresh=alarm.fresh.with_values([(one.section, one.value)], SIGNALS[name].values),
        articles=alarm.articles + 1,
        back=max(0.0, alarm.back + min(_MOST_BACK, against)),
    )
    if alarm.back > BACK:
        return replace(state, alarm=None), _ended(name, state, alarm, "return")
    if alarm.articles >= MIN_ARTICLES and at - alarm.since >= NEW_NORMAL:
        after = SignalState(alarm.fresh, alarm.articles, alarm.since, at, state.evidence)
        return after, _ended(name, after, alarm, "new-baseline")
    return replace(state, alarm=alarm), None


def _ended(name: SignalName, state: SignalState, alarm: DriftAlarm, ended: DriftEnd) -> DriftTurn:
    """The figures of an end: what is usual from now on, and the alarm's."""
    usual = usual_figure(name, state.baseline)
    return DriftTurn(usual, alarm.measured, alarm.articles, alarm.direction, ended, alarm.since)
