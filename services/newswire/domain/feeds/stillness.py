"""Whether texts that used to move at every request hold still again, so that a feed's whole texts can be compared.

Where the texts of a feed are compared in part, the whole words of some entries are kept as digests. A digest is
enough to see whether the next document says the same.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from newswire.domain.feeds.entries import Identified, digest
from newswire.domain.feeds.habits import Habits, TextSamples

SAMPLED: Final = 20
"""Entries of a document that are sampled, from its beginning."""
STILL_FOR: Final = timedelta(days=7)
STILL_DOCUMENTS: Final = 5
"""Texts hold still when so many documents over so long a time show it. A text that moves at every request moves in the
next document; a counter of comments can rest over a weekend."""
STILL_SHARE: Final = 0.2
"""The share of the sampled entries that may say something else in a still document: edits happen everywhere. Texts are
taken for moving when more than half of them move, so a feed between the two keeps what was learned."""
_COMMON: Final = 3
"""Entries that two documents share at least, or they show nothing."""
_CHARS: Final = 16
"""Characters of a digest that are kept."""


def sampled(
    found: Sequence[Identified], before: TextSamples | None, habits: Habits, now: datetime
) -> TextSamples | None:
    """The samples after a document with the entries ``found``; None where whole texts are compared anyway."""
    if habits.texts == "whole":
        return None
    forms = {_short(one.key): _short(one.entry.title, one.entry.summary, one.entry.content) for one in found[:SAMPLED]}
    if before is None:
        return TextSamples(now, forms)
    common = before.forms.keys() & forms.keys()
    if len(common) < _COMMON:
        return replace(before, forms=forms)
    if sum(before.forms[key] != forms[key] for key in common) > len(common) * STILL_SHARE:
        return TextSamples(now, forms)
    return replace(before, forms=forms, documents=before.documents + 1)


def still(samples: TextSamples | None, now: datetime) -> bool:
    """Whether there is evidence enough to compare the whole texts again."""
    return samples is not None and samples.documents >= STILL_DOCUMENTS and now - samples.since >= STILL_FOR


def _short(*parts: str | None) -> str:
    return digest(*parts)[:_CHARS]
