"""Characters beyond U+FFFF that were written as two numeric references, one for each half of a surrogate pair."""

import re
from typing import Final

_PAIR: Final = re.compile(
    r"&#(?:0{0,8}(5[56]\d{3})|x0{0,8}(d[89ab][\da-f]{2}));&#(?:0{0,8}(5[67]\d{3})|x0{0,8}(d[c-f][\da-f]{2}));",
    re.ASCII | re.IGNORECASE,
)


def with_joined_surrogates(text: str) -> str:
    """``text`` with each such pair (``&#55357;&#56832;``, ``&#xD83D;&#xDE00;``) as its one character.

    XML and HTML forbid these references (XML 1.0 §4.1, HTML §13.2.5.80), and parsers drop both halves. A half that
    stands alone stays as it is.
    """
    return _PAIR.sub(_joined, text) if "&#" in text else text


def _joined(found: re.Match[str]) -> str:
    high = int(found[1]) if found[1] else int(found[2], 16)
    low = int(found[3]) if found[3] else int(found[4], 16)
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return found[0]
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
