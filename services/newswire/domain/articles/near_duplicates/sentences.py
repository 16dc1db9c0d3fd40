"""The sentences that two texts share, for people who want to see why two articles were linked."""

import re
from typing import Final

from newswire.domain.text.fingerprint import tokens

_END: Final = re.compile(r"(?<=[.!?])\s++|(?<=[。！？।؟])\s*+|\n")  # full stops of other scripts


def shared_sentences(text: str, other: str) -> tuple[str, ...]:
    """The sentences of ``text``, in their order, whose words ``other`` has in a sentence too; linear in both."""
    known = {words for sentence in _END.split(other) if (words := tuple(tokens(sentence)))}
    return tuple(sentence for sentence in _END.split(text) if tuple(tokens(sentence)) in known)
