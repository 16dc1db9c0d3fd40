"""What was found out about texts and pairs of texts, so that no pair is laid side by side twice."""

from dataclasses import dataclass, field
from typing import Final

from newswire.domain.articles.near_duplicates.evidence import Evidence, weigh
from newswire.domain.articles.near_duplicates.rules import MIN_WORDS, Judgement, judge
from newswire.domain.articles.near_duplicates.shingles import keys, shingles
from newswire.domain.text.signature import Signature

_EQUAL: Final = Judgement("copy", "the-same-words")
_Pair = tuple[bytes, bytes, bytes, bytes]


@dataclass(slots=True)
class Comparisons:
    """Remembers pure functions of signatures. It grows with every pair: keep it for a batch, no longer."""

    _shingles: dict[bytes, frozenset[int]] = field(default_factory=dict)
    _keys: dict[bytes, tuple[int, ...]] = field(default_factory=dict)
    _judged: dict[_Pair, tuple[Evidence, Judgement]] = field(default_factory=dict)

    def shingles(self, signature: Signature) -> frozenset[int]:
        """The distinct shingles of a text."""
        found = self._shingles.get(signature.text)
        if found is None:
            found = self._shingles[signature.text] = frozenset(shingles(signature.text_codes))
        return found

    def keys(self, signature: Signature) -> tuple[int, ...]:
        """The keys of a text."""
        found = self._keys.get(signature.text)
        if found is None:
            found = self._keys[signature.text] = keys(signature.text_codes)
        return found

    def judged(self, first: Signature, second: Signature) -> tuple[Evidence, Judgement]:
        """The evidence on two texts, the earlier first, and the verdict on the later one."""
        pair = first.text, second.text, first.title, second.title
        found = self._judged.get(pair)
        if found is None:
            evidence = weigh(first.text_codes, second.text_codes, first.title_codes, second.title_codes)
            same = first.text == second.text and len(second.text_codes) >= MIN_WORDS
            found = self._judged[pair] = evidence, _EQUAL if same else judge(evidence)
        return found
