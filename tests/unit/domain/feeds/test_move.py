"""Permanent redirects of feeds: when one is believed."""

from datetime import timedelta

import pytest

from newswire.domain.feeds.memory import Move
from newswire.domain.feeds.move import ADOPT_AFTER, ADOPT_SPAN, lasts, moving
from support.build import NOW

TO, ELSEWHERE = "https://new.example/feed", "https://other.example/feed"
DAY = timedelta(days=1)


def test_a_permanent_redirect_to_a_feed_begins_a_move_and_each_poll_counts():
    move = moving(None, [(301, TO)], NOW, read=True)
    assert move == Move(TO, NOW, 1)
    assert moving(move, [(308, TO)], NOW + DAY, read=False) == Move(TO, NOW, 2)


def test_a_chain_of_permanent_redirects_leads_to_its_end():
    assert moving(None, [(301, ELSEWHERE), (308, TO)], NOW, read=True) == Move(TO, NOW, 1)


def test_what_nobody_could_read_begins_no_move():
    assert moving(None, [(301, TO)], NOW, read=False) is None


@pytest.mark.parametrize(
    "redirects",
    [
        [],
        [(302, TO)],
        [(307, TO)],
        [(301, ELSEWHERE), (302, TO)],
        [(303, TO), (301, TO)],
        [(301, "https://new.example/")],
        [(301, "https://new.example")],
    ],
)
def test_a_temporary_hop_or_a_front_page_ends_a_move(redirects):
    assert moving(Move(TO, NOW, 4), redirects, NOW + DAY, read=True) is None


def test_another_target_begins_anew():
    assert moving(Move(TO, NOW, 4), [(301, ELSEWHERE)], NOW + DAY, read=True) == Move(ELSEWHERE, NOW + DAY, 1)


@pytest.mark.parametrize(
    ("seen", "age", "lasted"),
    [
        (ADOPT_AFTER, ADOPT_SPAN, True),
        (ADOPT_AFTER - 1, ADOPT_SPAN * 10, False),
        (ADOPT_AFTER * 100, ADOPT_SPAN - timedelta(seconds=1), False),
    ],
)
def test_it_is_adopted_after_enough_polls_over_enough_time(seen, age, lasted):
    assert lasts(Move(TO, NOW, seen), NOW + age) is lasted
    assert not lasts(None, NOW)
