"""How well clusters agree with labelled pairs: precision, recall, and the adjusted Rand index (Hubert, Arabie 1985)."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import comb
from typing import Any

Row = dict[str, Any]
Joins = list[tuple[str, str]]


@dataclass
class Labelled:
    """A labelled set; ``whole`` when every pair's truth is known."""

    name: str
    documents: list[Row]
    pairs: list[Row]
    whole: bool


def score(labelled: Labelled, joins: Joins) -> dict[str, Any]:
    """Precision and recall over the labelled pairs, the clusters' ARI, and each kind that is not perfect."""
    parent = {row["id"]: row["id"] for row in labelled.documents}

    def root(each: str) -> str:
        while parent[each] != each:
            each = parent[each]
        return each

    for one, other in joins:
        parent[root(one)] = root(other)
    kinds: dict[tuple[str, bool], list[bool]] = defaultdict(list)
    for pair in labelled.pairs:
        if pair["label"] is not None:
            kinds[pair["kind"], bool(pair["label"])].append(root(pair["a"]) == root(pair["b"]))
    right = sum(sum(hits) for (_, same), hits in kinds.items() if same)
    wrong = sum(sum(hits) for (_, same), hits in kinds.items() if not same)
    wanted = sum(len(hits) for (_, same), hits in kinds.items() if same)
    truth = {row["id"]: row["cluster"] for row in labelled.documents}
    return {
        "P": right / (right + wrong) if right + wrong else 1.0,
        "R": right / wanted if wanted else 1.0,
        "ARI": _ari(truth, {each: root(each) for each in truth}) if labelled.whole else None,
        "missed": {kind: f"{sum(h)}/{len(h)}" for (kind, same), h in sorted(kinds.items()) if same and not all(h)},
        "merged": {kind: f"{sum(h)}/{len(h)}" for (kind, same), h in sorted(kinds.items()) if not same and any(h)},
    }


def _ari(truth: dict[str, str], found: dict[str, str]) -> float:
    pairs = sum(comb(n, 2) for n in Counter((truth[each], found[each]) for each in truth).values())
    true, predicted = (sum(comb(n, 2) for n in Counter(side.values()).values()) for side in (truth, found))
    expected = true * predicted / comb(len(truth), 2)
    return (pairs - expected) / ((true + predicted) / 2 - expected) if true + predicted != 2 * expected else 1.0
