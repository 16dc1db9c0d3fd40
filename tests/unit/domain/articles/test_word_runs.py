"""Runs, keys and flags come from bytes and long integers; here stands what they are, word by word."""

import random
from array import array

import pytest

from newswire.domain.articles.near_duplicates.alignment import runs
from newswire.domain.articles.near_duplicates.shingles import KEYS, flagged, keys, plain, shingles
from newswire.domain.text.word_codes import CAPITAL, NUMBER, WORD

FLAGS = (0, CAPITAL, NUMBER)


def words(chance: random.Random, count: int, vocabulary: int) -> list[int]:
    return [chance.choice(FLAGS) | chance.randrange(vocabulary) for _ in range(count)]


@pytest.mark.parametrize("length", [0, 3, 4, 63, 64, 65, 128, 129, 300])
@pytest.mark.parametrize("differs_at", [0, 1, 4, 63, 64, 67, 68, 69, 131, 132, 133])
def test_a_run_ends_at_the_first_word_that_differs(length: int, differs_at: int) -> None:
    first = array("H", range(1, length + 1))
    second = array("H", first)
    if differs_at < length:
        second[differs_at] = 9999
    matched = [(run.first, run.second, run.length) for run in runs(first, second)]
    pieces = [(0, differs_at), (differs_at + 1, length)] if differs_at < length else [(0, length)]
    assert matched == [(start, start, end - start) for start, end in pieces if end - start >= 4]


@pytest.mark.parametrize("seed", range(40))
def test_runs_hold_equal_words_and_each_word_once(seed: int) -> None:
    chance = random.Random(seed)
    first = plain(array("H", words(chance, chance.randint(0, 300), chance.choice([2, 5, 50, 5000]))))
    start = chance.randint(0, len(first))
    second = first[start:] + plain(array("H", words(chance, 20, 50))) + first[:start] + first[start // 2 :]
    found = runs(first, second)
    ours, theirs = bytearray(len(first)), bytearray(len(second))
    for run in found:
        assert run.length >= 4
        assert first[run.first : run.first + run.length] == second[run.second : run.second + run.length]
        assert not any(ours[run.first : run.first + run.length])
        ours[run.first : run.first + run.length] = theirs[run.second : run.second + run.length] = b"\1" * run.length
    assert [run.second for run in found] == sorted(run.second for run in found)
    for run in found:
        after = run.first + run.length, run.second + run.length
        if after[0] < len(first) and after[1] < len(second) and first[after[0]] == second[after[1]]:
            assert ours[after[0]]


@pytest.mark.parametrize("vocabulary", [1, 3, 30, 5000])
@pytest.mark.parametrize("count", [0, 3, 4, 5, 20, 400])
def test_keys_are_the_smallest_hashes_of_the_shingles(count: int, vocabulary: int) -> None:
    values = array("H", words(random.Random(count), count, vocabulary))
    hashed = {each * 0x9E37_79B9_7F4A_7C15 % (1 << 64) for each in shingles(values)}
    assert keys(values) == tuple(each >> 1 for each in sorted(hashed)[:KEYS])


def test_capitals_make_no_difference_to_plain_codes_and_flags_are_told_apart() -> None:
    values = array("H", [5, 5 | CAPITAL, 7 | NUMBER, 0x3FFF | CAPITAL, 0x3FFF | NUMBER, 0])
    assert list(plain(values)) == [value & WORD for value in values]
    assert list(flagged(values, CAPITAL)) == [0, 1, 0, 1, 0, 0]
    assert list(flagged(values, NUMBER)) == [0, 0, 1, 0, 1, 0]
