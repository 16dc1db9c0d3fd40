"""Where a run over the newsroom came to something else than `newswire.demo.truth` says is right."""

from collections.abc import Iterator, Mapping

from newswire.demo.sites import Edition
from newswire.demo.truth import UNCHANGED, Ending, Expected


def differences(expected: Mapping[str, Expected], observed: Mapping[str, Ending], edition: Edition) -> Iterator[str]:
    """One line for each entry that came to something else than is right after ``edition``; none when all is right.

    ``observed`` has, under the keys of ``expected``, what the entry's sightings came to by then: the last
    outcome that is not ``unchanged``, if it was of this edition, else ``unchanged`` where it was looked at
    again, else the outcome of the edition before. An observed ending has at most one reason.
    """
    for key, entry in expected.items():
        right, seen = entry.ending(edition), observed.get(key)
        if not _fits(entry, right, seen):
            yield f"{key}: expected {_said(right)}, found {_said(seen)}"
    for key in observed.keys() - expected.keys():
        yield f"{key}: found {_said(observed[key])}, which no feed serves"


def _fits(entry: Expected, right: Ending | None, seen: Ending | None) -> bool:
    if right is None or seen is None:
        return right is seen
    not_looked_at = right == UNCHANGED and entry.first is not None and _same(entry.first, seen)
    return not_looked_at or _same(right, seen)


def _same(right: Ending, seen: Ending) -> bool:
    return (
        right.kind == seen.kind
        and (not right.reasons or (bool(seen.reasons) and seen.reasons <= right.reasons))
        and right.duplicate_of == seen.duplicate_of
    )


def _said(ending: Ending | None) -> str:
    if ending is None:
        return "nothing"
    of = f" of {ending.duplicate_of}" if ending.duplicate_of else ""
    reasons = f" ({' or '.join(sorted(ending.reasons))})" if ending.reasons else ""
    return f"{ending.kind}{of}{reasons}"
