"""Characters that no document may hold."""

import re
from typing import Final

UNUSABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""The characters that XML 1.0 forbids (§2.2)."""


def unusable(text: str) -> bool:
    """Whether there is a character in it that XML 1.0 forbids (§2.2)."""
    return UNUSABLE.search(text) is not None
