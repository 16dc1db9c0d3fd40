"""The steps of folding are as large as writers can bear."""

from itertools import pairwise

from newswire.operations.fold_ledger import FEWEST, MOST, STEP_S, next_limit


def test_a_step_that_took_too_long_is_followed_by_one_that_should_not():
    assert next_limit(1_000, 10 * STEP_S) == 100
    assert next_limit(100, 1_000 * STEP_S) == FEWEST


def test_steps_grow_while_they_are_quick_and_never_beyond_what_one_transaction_may_hold():
    limits = [FEWEST]
    while limits[-1] < MOST:
        limits.append(next_limit(limits[-1], STEP_S * limits[-1] / 10_000))
    assert all(after <= 2 * before for before, after in pairwise(limits))
    assert next_limit(MOST, 0) == MOST


def test_a_step_that_took_as_long_as_wanted_is_followed_by_its_like():
    assert next_limit(321, STEP_S) == 321
