"""Which decisions of a batch others have disturbed."""

from uuid import UUID

import pytest

from newswire.domain.articles.footprints import disturbed

ONE, TWO, THREE, FOUR = (UUID(int=number) for number in range(1, 5))
PRINTS = {
    ONE: frozenset({1, 2}),
    TWO: frozenset({2, 3}),
    THREE: frozenset({3, 4}),
    FOUR: frozenset({9}),
}


@pytest.mark.parametrize(
    ("others", "again"),
    [
        (set(), set()),
        ({7}, set()),
        ({9, 7}, {FOUR}),
        ({1}, {ONE, TWO, THREE}),
        ({4, 9}, {ONE, TWO, THREE, FOUR}),
        (None, set(PRINTS)),
    ],
)
def test_an_event_is_decided_again_with_all_that_share_a_number_with_it_directly_or_through_others(others, again):
    assert disturbed(PRINTS, others) == again
