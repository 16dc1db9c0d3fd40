"""How well near-duplicates are told from templates, furniture and follow-ups, and how fast.

    NEWSWIRE_CORPUS=… python tests/bench/near_duplicates.py [--arrival published|random] [--set NAME] [--speed]

Articles arrive one by one; candidates come from an index in memory that works as the store's does, but for the bound on
the postings of a key. Baselines stand in the same table: MinHash of 128
permutations over five-word shingles at three thresholds, SimHash of 64 bits, and the alignment without its guards.
A document that the set calls derived (cut from another one's text) is only compared within its labelled kind.
"""

import argparse
import gzip
import json
import os
import random
import sys
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from newswire.domain.articles.near_duplicates.choose import MAX_CANDIDATES, Text
from newswire.domain.articles.near_duplicates.cluster import ROUNDS, Region, redecide
from newswire.domain.articles.near_duplicates.comparisons import Comparisons
from newswire.domain.articles.near_duplicates.evidence import weigh
from newswire.domain.articles.near_duplicates.rules import SAME_STORY
from newswire.domain.articles.near_duplicates.shingles import keys
from newswire.domain.articles.near_duplicates.stored import MEMBERS
from newswire.domain.text.fingerprint import tokens
from newswire.domain.text.signature import sign, to_text
from support.pair_scores import Joins, Labelled, Row, score


class Library:
    """What the store holds, in memory: each text, the original of each, the postings of the originals' keys."""

    def __init__(self) -> None:
        self._texts: dict[str, Text] = {}
        self._postings: dict[int, set[str]] = defaultdict(set)
        self._members: dict[str, set[str]] = defaultdict(set)
        self._seen = Comparisons()
        self.originals: dict[str, str] = {}

    def add(self, text: Text) -> None:
        """Decide on a text as it arrives, and again on the stories that it bears on."""
        self._texts[text.article_id] = text
        stories, texts = {text.article_id}, [text]
        for _ in range(ROUNDS):
            settled = redecide(self._region(texts), self._seen)
            if settled.reach <= stories:
                break
            stories |= settled.reach
            texts = [
                each for name, each in self._texts.items() if name in stories or self.originals.get(name) in stories
            ]
        for name, original in settled.originals.items():
            self._stand(name, original)

    def _region(self, texts: list[Text]) -> Region:
        names = {text.article_id for text in texts}
        around = {text.article_id: self.candidates(text, names) for text in texts}
        near = {each.article_id for found in around.values() for each in found}
        return Region(texts, around, {each: self._first_members(each) for each in near})

    def candidates(self, text: Text, but: Collection[str] = ()) -> list[Text]:
        hits = Counter(each for key in keys(text.signature.text_codes) for each in self._postings.get(key, ()))
        found = (each for each in hits if each not in but)
        return [self._texts[each] for each in sorted(found, key=lambda each: (-hits[each], each))[:MAX_CANDIDATES]]

    def _first_members(self, original: str) -> list[Text]:
        members = (self._texts[each] for each in self._members[original])
        return sorted(members, key=lambda each: (each.published, each.article_id))[:MEMBERS]

    def _stand(self, name: str, original: str) -> None:
        before = self.originals.get(name)
        self.originals[name] = original
        for key in keys(self._texts[name].signature.text_codes):
            (self._postings[key].add if name == original else self._postings[key].discard)(name)
        self._members[before or ""].discard(name)
        if name != original:
            self._members[original].add(name)

    def post(self, text: Text) -> None:
        """Make a text an original without a decision."""
        self._texts[text.article_id] = text
        self._stand(text.article_id, text.article_id)


def aligned(documents: list[Row]) -> Joins:
    """Newswire's own decision."""
    library = Library()
    for row in documents:
        library.add(_text(row))
    return [(name, original) for name, original in library.originals.items() if name != original]


def unguarded(documents: list[Row]) -> Joins:
    """Its alignment with one threshold and no guard."""
    library, joins = Library(), []
    for text in map(_text, documents):
        best = max(library.candidates(text), key=lambda each: _shared(text, each), default=None)
        if best is not None and _shared(text, best) >= SAME_STORY:
            joins.append((text.article_id, best.article_id))
        else:
            library.post(text)
    return joins


def _text(row: Row) -> Text:
    return Text(row["id"], row["id"], datetime.fromisoformat(row["published"]), sign(row["title"], row["text"]))


def _shared(text: Text, other: Text) -> float:
    codes = text.signature.text_codes, other.signature.text_codes
    return weigh(*codes, text.signature.title_codes, other.signature.title_codes).shared


def _hashes(text: str) -> "np.ndarray[Any, np.dtype[np.uint64]]":
    words = tokens(text)
    runs = {" ".join(words[at : at + 5]) for at in range(max(1, len(words) - 4))}
    return np.array([zlib.crc32(run.encode()) for run in runs], dtype=np.uint64)


def minhash(threshold: float) -> Callable[[list[Row]], Joins]:
    chance = np.random.default_rng(1)
    factors = chance.integers(1, 1 << 31, (128, 1), dtype=np.uint64)
    offsets = chance.integers(0, 1 << 31, (128, 1), dtype=np.uint64)

    def signature(text: str) -> "np.ndarray[Any, Any]":
        return ((_hashes(text)[None, :] * factors + offsets) % np.uint64((1 << 61) - 1)).min(axis=1)

    return lambda documents: _nearest(documents, signature, lambda one, all_: (all_ == one).mean(axis=1), threshold)


def simhash(distance: int) -> Callable[[list[Row]], Joins]:
    def signature(text: str) -> "np.ndarray[Any, Any]":
        spread = _hashes(text) * np.uint64(0x9E3779B97F4A7C15)
        bits = (spread[:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
        return np.asarray(bits.mean(axis=0) > 0.5)

    return lambda documents: _nearest(
        documents, signature, lambda one, all_: 1 - (all_ != one).sum(axis=1) / 64, 1 - distance / 64
    )


def _nearest(documents: list[Row], signature: Any, alike: Any, threshold: float) -> Joins:
    joins: Joins = []
    originals: list[str] = []
    rows: list[Any] = []
    for row in documents:
        mine = signature(row["text"])
        if rows and (scores := alike(mine, np.array(rows))).max() >= threshold:
            joins.append((row["id"], originals[int(scores.argmax())]))
        else:
            originals.append(row["id"])
            rows.append(mine)
    return joins


METHODS: dict[str, Callable[[list[Row]], Joins]] = {
    "newswire": aligned,
    "no guard": unguarded,
    "MinHash 0.8": minhash(0.8),
    "MinHash 0.7": minhash(0.7),
    "MinHash 0.5": minhash(0.5),
    "SimHash 3": simhash(3),
    "SimHash 10": simhash(10),
}


def sets(corpus: Path) -> Iterator[Labelled]:
    documents, pairs = _rows(corpus / "neardup/docs.jsonl"), _rows(corpus / "neardup/pairs.jsonl")
    derived = {row["id"] for row in documents if row.get("derived_from")}
    own = [pair for pair in pairs if not derived & {pair["a"], pair["b"]}]
    yield Labelled("first", [row for row in documents if row["id"] not in derived], own, whole=True)
    for kind in sorted({pair["kind"] for pair in pairs if derived & {pair["a"], pair["b"]}}):
        some = [pair for pair in pairs if pair["kind"] == kind]
        named = {pair[side] for pair in some for side in "ab"}
        yield Labelled(f"first {kind}", [row for row in documents if row["id"] in named], some, whole=False)
    second = corpus / "neardup2"
    yield Labelled("second", _rows(second / "docs.jsonl.gz"), _rows(second / "pairs.jsonl.gz"), whole=True)
    yield Labelled("real", _rows(second / "real-docs.jsonl.gz"), _rows(second / "real-pairs.jsonl.gz"), whole=False)


def _rows(path: Path) -> list[Row]:
    data = path.read_bytes()
    lines = (gzip.decompress(data) if path.suffix == ".gz" else data).decode().splitlines()
    return [json.loads(line) for line in lines if line]


def speed(documents: list[Row]) -> None:
    some = [row for row in documents if 300 <= len(row["text"].split()) <= 500]
    for row in some:
        sign(row["title"], row["text"])
    started = time.process_time()
    signatures = [sign(row["title"], row["text"]) for row in some]
    signed = time.process_time()
    for signature in signatures:
        keys(signature.text_codes)
    keyed = time.process_time()
    size = sum(len(to_text(signature)) for signature in signatures) / len(some)
    print(
        f"{len(some)} articles of 300 to 500 words: {len(some) / (signed - started):.0f} signatures, "
        f"{len(some) / (keyed - started):.0f} with keys, a second of CPU; {size:.0f} bytes as text"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--arrival", choices=("published", "random"), default="published")
    parser.add_argument("--set")
    parser.add_argument("--speed", action="store_true")
    options = parser.parse_args()
    for labelled in sets(Path(os.environ["NEWSWIRE_CORPUS"])):
        if options.set and options.set != labelled.name:
            continue
        labelled.documents.sort(key=lambda row: (row["published"], row["id"]))
        if options.arrival == "random":
            random.Random(1).shuffle(labelled.documents)
        if options.speed:
            speed(labelled.documents)
            return
        print(f"\n{labelled.name}: {len(labelled.documents)} documents, {len(labelled.pairs)} pairs")
        for name, method in METHODS.items():
            started = time.process_time()
            result = score(labelled, method(labelled.documents))
            spent = time.process_time() - started
            ari = "     " if result["ARI"] is None else f"{result['ARI']:.3f}"
            print(f"  {name:12} P {result['P']:.4f}  R {result['R']:.4f}  ARI {ari}  {spent:5.1f} s")
            if name == "newswire":
                print(f"    missed {result['missed']}\n    merged {result['merged']}")


if __name__ == "__main__":
    main()
