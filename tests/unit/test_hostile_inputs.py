"""A few seconds of what `make fuzz` does for minutes: the same checks, over inputs that hypothesis puts together."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.targets import TARGETS


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_the_seeds_of_a_target_keep_its_promises(target):
    for seed in target.seeds:
        target.check(seed)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_hostile_input_breaks_no_promise(target):
    @settings(
        max_examples=25 if target.name == "pages" else 100,
        deadline=None,
        derandomize=True,  # `make fuzz` explores; a test is the same every time
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
    )
    @given(st.one_of(target.inputs, st.binary(max_size=50)))
    def over(data):
        target.check(data)

    over()
