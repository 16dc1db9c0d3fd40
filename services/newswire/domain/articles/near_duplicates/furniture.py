"""Words that many stories share: a template's skeleton, a publisher's footer, a series' introduction.

Learned from the candidates themselves: they are what the store holds, within its window, that shares words with the
article, from its own source and from others. What stands in several other stories is furniture and says nothing about
two of them. No counters have to be kept, and a purged article takes its part along.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Set
from typing import Final

OFTEN: Final = 3
"""A shingle in so many other stories is furniture."""
_MOSTLY: Final = 0.5
_ENOUGH: Final = 8
"""Fewer shingles than this, beside the furniture, are no text to compare."""


def counts(stories: Iterable[tuple[Hashable, Set[int]]]) -> Mapping[int, int]:
    """In how many stories each shingle stands; one story may come with several texts."""
    by_story: dict[Hashable, set[int]] = {}
    for story, shingles in stories:
        by_story.setdefault(story, set()).update(shingles)
    return Counter(shingle for shingles in by_story.values() for shingle in shingles)


def only_furniture(ours: Set[int], theirs: Set[int], often: Mapping[int, int]) -> bool:
    """Whether two texts share furniture and, beside it, little.

    ``often``: the `counts` over all the candidates, the compared one among them.
    """
    shared = ours & theirs
    common = {shingle for shingle in shared if often.get(shingle, 0) > OFTEN}
    if len(common) < _MOSTLY * len(shared):
        return False
    rest, other_rest = ours - common, theirs - common
    smaller = min(len(rest), len(other_rest))
    if smaller < _ENOUGH:
        return max(len(rest), len(other_rest)) >= _ENOUGH
    return len(rest & other_rest) < _MOSTLY * smaller
