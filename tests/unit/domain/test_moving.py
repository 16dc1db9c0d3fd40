"""The decisions of a move: what stands in its way, what comes next, and whether both ends hold the same."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.domain.moving.mark import MoveMark
from newswire.domain.moving.preflight import MoveFacts, SchemaFacts, refusals
from newswire.domain.moving.steps import log_plan, next_step
from newswire.domain.moving.table_sum import TableSum, differences
from newswire.errors import UsageError

STORE, BUS = "postgresql://ada:***@db/wire", "kafka://one:9092"
AT = datetime(2026, 11, 27, tzinfo=UTC)
READY = SchemaFacts("0025", "0025")
FACTS = MoveFacts("sqlite:///a.db", STORE, same=False, source_schema=READY, target_schema=READY)


def mark(state, move_id=1, store=STORE, bus=BUS):
    return MoveMark(UUID(int=move_id), state, store, bus, AT)


def step(source, target):
    return next_step(source, target, store=STORE, bus=BUS)


@pytest.mark.parametrize(
    ("source", "target", "wanted"),
    [
        (None, None, "fence"),
        (mark("lifted"), None, "fence"),
        (mark("lifted", store="postgresql://elsewhere/x"), None, "fence"),
        (mark("lifted"), mark("filled"), "fence"),
        (mark("fenced"), None, "fill"),
        (mark("fenced"), mark("filled"), "prove"),
        (mark("moved"), mark("filled"), "open"),
        (mark("moved"), mark("opened"), "done"),
    ],
)
def test_a_move_goes_on_with_the_step_that_comes_after_the_marks_at_both_ends(source, target, wanted):
    assert step(source, target) == wanted


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        (None, mark("filled"), "name a database with nothing in it"),
        (mark("lifted"), mark("opened"), "name a database with nothing in it"),
        (mark("lifted"), mark("filled", 2), "name a database with nothing in it"),
        (mark("fenced"), mark("filled", 2), "name a database with nothing in it"),
        (mark("fenced", store="postgresql://other/x"), None, "newswire move --abort"),
        (mark("fenced", bus="database"), None, "newswire move --abort"),
        (mark("moved", store="postgresql://other/x"), None, "move from there"),
        (mark("moved"), None, "from a backup"),
    ],
)
def test_marks_of_another_move_are_refused_with_what_to_do(source, target, said):
    with pytest.raises(UsageError, match=said):
        step(source, target)


def test_a_mark_follows_only_the_step_before_it_of_the_same_move():
    order = {"fenced": (None, "lifted"), "moved": ("fenced",), "lifted": ("fenced",), "filled": (None, "filled")}
    for state in ("fenced", "moved", "lifted", "filled", "opened"):
        for before in (None, "fenced", "moved", "lifted", "filled", "opened"):
            allowed = before in order.get(state, ("filled",))
            assert mark(state).may_follow(mark(before) if before else None) == allowed, (state, before)
            assert not before or not mark(state).may_follow(mark(before, 2))


def test_a_fence_says_where_the_store_goes_and_an_open_store_has_none():
    for state in ("fenced", "moved", "filled"):
        assert STORE in mark(state).note
    assert not mark("lifted").note
    assert not mark("opened").note


def test_the_log_is_copied_handed_over_or_kept():
    assert log_plan("database", "database") == "copied"
    assert log_plan("database", BUS) == "handed"
    assert log_plan(BUS, BUS) == "kept"
    for there in ("database", "kafka://two:9092"):
        with pytest.raises(UsageError, match="stays there"):
            log_plan(BUS, there)


def test_nothing_stands_in_the_way_of_a_move_to_an_empty_postgres_of_this_version():
    assert refusals(FACTS) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"same": True}, "name another database"),
        ({"target": "sqlite:///b.db"}, "a move goes to postgresql://"),
        ({"source_schema": SchemaFacts("0021", "0025")}, "run 'newswire migrate'"),
        ({"source_schema": SchemaFacts("0030", "0025")}, "run the newswire that made it"),
        (
            {"target_schema": SchemaFacts(None, "0025")},
            "run 'newswire migrate' with NEWSWIRE_STORE set to what --to names",
        ),
        ({"target_schema": SchemaFacts("0030", "0025")}, "(0025): run the newswire that made it"),
        ({"filled_tables": ("feeds",)}, "not empty (feeds)"),
        ({"bad_topics": {"newswire.dead.v1": "missing"}}, "newswire topics ensure"),
        ({"log_records": 3}, "'newswire topics ensure', with NEWSWIRE_BUS set to what --bus names"),
    ],
)
def test_each_refusal_says_what_to_do(change, said):
    (refusal,) = refusals(replace(FACTS, **change))
    assert said in refusal


NUMBERS = st.dictionaries(st.text(), st.floats(allow_nan=False, allow_infinity=False))
ROW = st.tuples(st.uuids(), st.none() | st.text(), st.binary(), st.integers(), NUMBERS)
ROWS = st.lists(ROW, max_size=6)


@given(ROWS, st.randoms())
def test_the_sum_of_a_table_does_not_depend_on_the_order_of_its_rows(rows, chance):
    shuffled = list(rows)
    chance.shuffle(shuffled)
    half = len(rows) // 2
    assert TableSum().plus(rows) == TableSum().plus(shuffled[:half]).plus(shuffled[half:])


@given(ROWS.filter(bool), st.data())
def test_a_value_that_differs_a_row_that_lacks_and_a_row_twice_change_the_sum(rows, data):
    whole, at = TableSum().plus(rows), data.draw(st.integers(0, len(rows) - 1))
    other = (*rows[at][:3], rows[at][3] + 1, rows[at][4])
    for changed in ([*rows[:at], other, *rows[at + 1 :]], [*rows[:at], *rows[at + 1 :]], [*rows, rows[at]]):
        assert TableSum().plus(changed) != whole


def test_numbers_that_jsonb_writes_in_another_way_have_one_sum():
    ours = {"large": 1e22, "negative": -1.5e300, "zero": [-0.0], "small": 1e-7}
    as_jsonb_gives_them = {"zero": [0.0], "small": 1e-07, "negative": -15 * 10**299, "large": 10**22}
    assert TableSum().plus([(ours,)]) == TableSum().plus([(as_jsonb_gives_them,)])


def test_the_differences_name_each_table_that_is_not_the_same():
    one, two, other = TableSum(1, 5), TableSum(2, 5), TableSum(1, 6)
    assert differences({"a": one, "b": one}, {"a": one, "b": one}) == ()
    assert len(differences({"a": one, "b": one, "c": one}, {"a": two, "b": other})) == 3
