"""Characters that no document or no text may hold. One table, from which each rule takes its part."""

import re
from typing import Final

_CONTROLS: Final = "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"
"""Control characters that part no lines."""
_SEPARATORS: Final = "\x1c-\x1e"
"""Control characters that part lines, as Python and Unicode see it."""
_NO_CHARACTERS: Final = "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
"""Lone surrogates, and code points that never are characters (Unicode §23.7)."""
_INVISIBLE: Final = "\xad\u200b\u2060\ufeff\u180e"
"""The soft hyphen and characters without width."""
_OVERRIDES: Final = "\u202a-\u202e\u2066-\u2069"
"""Bidirectional overrides: they make a text read other than it is."""

XML_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 forbids (§2.2)."""

NOT_TEXT: Final = re.compile(f"[{_CONTROLS}{_SEPARATORS}{_NO_CHARACTERS}]")
"""What no text holds; tabs and line ends are text."""

NOT_NORMAL: Final = re.compile(f"[{_CONTROLS}{_NO_CHARACTERS}{_INVISIBLE}{_OVERRIDES}]")
"""What no normalised text holds beside line ends."""

NOT_SHOWN: Final = re.compile(f"[{_CONTROLS}{_SEPARATORS}{_NO_CHARACTERS}{_OVERRIDES}\u061c\u200e\u200f]")
"""What no page of ours shows: control characters, and every mark that turns the direction of what stands beside it."""
