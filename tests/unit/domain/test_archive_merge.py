"""Which files of the archive are merged, and which are needed no more."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from newswire.domain.archive.index import IndexLine, RecordPlace
from newswire.domain.archive.merge import MERGED_BYTES, covered, together
from newswire.domain.archive.tombstone import buried_ids, tombstone

AT = datetime(2026, 3, 1, tzinfo=UTC)
MB = 1_000_000


def lines(*numbers, size=1000):
    """Pages with these numbers, which take ``size`` bytes together."""
    place, said = RecordPlace("f", 0, size // len(numbers)), RecordPlace("f", 0, 0)
    return [
        IndexLine("https://n.example/", AT, 200, None, "", UUID(int=n), UUID(int=n), UUID(int=n), place, said)
        for n in numbers
    ]


def test_files_are_merged_in_order_up_to_the_limit_and_large_or_single_ones_are_left_alone():
    sizes = {
        "a": 30 * MB,
        "b": 30 * MB,
        "c": 33 * MB,
        "d": 5 * MB,
        "e": 20 * MB,
        "f": 32 * MB,
        "g": 30 * MB,
        "h": 9 * MB,
    }
    files = {name: lines(1, size=size) for name, size in sizes.items()}
    groups = list(together(files | {"erased": []}))
    assert groups == [["a", "b"], ["d", "e", "f"], ["g", "h"]]
    assert all(sum(sizes[name] for name in group) <= MERGED_BYTES for group in groups)
    assert list(together({"a": lines(1)})) == []


def test_a_file_is_covered_by_a_larger_one_and_of_equal_ones_one_stays():
    files = {"a": lines(1, 2), "b": lines(1, 2, 3), "c": lines(1, 2), "d": lines(4), "e": [], "f": lines(3, 4)}
    assert set(covered(files)) == {"a", "c", "d", "e"}
    assert list(covered({"a": lines(1), "b": lines(1), "c": lines(1)})) == ["a", "b"]
    assert list(covered({"a": lines(1, 2), "b": lines(2, 3)})) == list(covered({"a": []})) == []


def test_the_ids_of_erased_pages_are_found_among_other_bytes():
    ids = [uuid4() for _ in range(4)]
    sizes = (256, 300, 70_000, 200_000)
    stones = [tombstone(size, of, AT) for size, of in zip(sizes, ids, strict=True)]
    assert buried_ids(b"\x1f\x8b\x08\x00other".join(stones)) == set(ids)
    assert buried_ids(stones[0][:100]) == buried_ids(b"\x1f\x8b\x08\x04\x00\x00\x00\x00\x00\xff" * 9) == set()
