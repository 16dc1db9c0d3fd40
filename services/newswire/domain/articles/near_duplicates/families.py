"""Template families: what several stories in the store's window have in common, and what is one story's own.

Learned from the candidates themselves: they are what the store holds, within its window, that shares words with the
article, from its own source and from others. What most of a family has is its skeleton: a template, a footer, a series'
introduction. It says nothing about two of its members. A copy of one member has that member's own words: its numbers,
its names, its phrases. No counters have to be kept, and a purged article takes its part along.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Set
from typing import Final

_MEMBERS: Final = 2
"""With the compared one that makes three: fewer are no family."""
_RELATED: Final = 0.5
"""A story with this part of what two texts share belongs to their family."""
_MOST: Final = 0.6
_ENOUGH: Final = 4
"""Fewer shingles of its own, and a text has nothing to be told from its family by."""
_OWN: Final = 0.5
"""A copy has this part of a member's own shingles; two words in three may be others and it still does."""


def only_family(ours: Set[int], theirs: Set[int], stories: Iterable[tuple[Hashable, Set[int]]]) -> bool:
    """Whether two texts share what their family shares, and our text lacks what is the other one's own.

    ``stories``: the other candidates' stories and shingles, without the compared one's story.
    """
    shared = ours & theirs
    family = _family(shared, stories)
    if len(family) < _MEMBERS:
        return False
    members = Counter(shingle for member in family for shingle in member)
    skeleton = {shingle for shingle, count in members.items() if count > _MOST * len(family)}
    own = theirs - skeleton
    return len(own) >= _ENOUGH and len(own & ours) < _OWN * len(own)


def _family(shared: Set[int], stories: Iterable[tuple[Hashable, Set[int]]]) -> list[set[int]]:
    members: dict[Hashable, set[int]] = {}
    for story, shingles in stories:
        if len(shared & shingles) >= _RELATED * len(shared):
            members.setdefault(story, set()).update(shingles)
    return list(members.values())
