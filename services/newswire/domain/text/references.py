"""Character references of HTML (``&rsquo;``, ``&#8217;``), decoded."""

import re
from html import unescape
from typing import Final

_LONG_REFERENCE: Final = re.compile(r"&#(?:[0-9]{8,}+|x[0-9a-f]{7,}+);?", re.IGNORECASE)
"""No character has so long a number. ``html.unescape`` raises on very long ones."""


def decode_references(text: str) -> str:
    """The text with its character references decoded once. A reference beyond Unicode becomes U+FFFD."""
    return unescape(_LONG_REFERENCE.sub("\ufffd", text)) if "&" in text else text
