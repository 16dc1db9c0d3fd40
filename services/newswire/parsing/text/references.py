"""References in XML as the web writes them: HTML's names, forbidden characters, bare ampersands."""

import re
from html.entities import html5
from typing import Final

from newswire.domain.text.characters import XML_FORBIDDEN
from newswire.parsing.text.surrogates import with_joined_surrogates

_ENTITY: Final = re.compile(r"""<!ENTITY\s+(\w{1,32})\s+(?:"([^"<&%]{0,64})"|'([^'<&%]{0,64})')""")
_REFERENCE: Final = re.compile(r"&(?:(\w{2,32})|#(\d+)|#x([0-9a-f]+));", re.IGNORECASE)
_CDATA: Final = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.DOTALL)
_BARE_AMPERSAND: Final = re.compile(r"&(?!(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_NAMED: Final = {name[:-1]: text for name, text in html5.items() if name[-1] == ";" and not set(text) & set("<>&\"'")}

_LAST: Final = 0x10FFFF


def with_usable_references(data: str, head: str) -> str:
    """HTML's named entities, and short ones that the DOCTYPE declares, as the characters they stand for.

    Two references for the halves of a surrogate pair are one character. Other references to characters that XML forbids
    go: one of them would make the whole document ill-formed.
    Within CDATA all this comes early but to the same end, for what is there is HTML.
    """
    declared = {found[1]: found[2] or found[3] or "" for found in _ENTITY.finditer(head)}
    named = declared | _NAMED

    def usable(found: re.Match[str]) -> str:
        name, decimal, hexadecimal = found.groups()
        if name:
            return named.get(name, found[0])
        digits = (decimal or hexadecimal).lstrip("0")
        point = int(digits or "0", 10 if decimal else 16) if len(digits) < 8 else _LAST + 1
        return found[0] if point <= _LAST and not XML_FORBIDDEN.match(chr(point)) else ""

    return _REFERENCE.sub(usable, with_joined_surrogates(data)) if "&" in data else data


def with_escaped_ampersands(data: str) -> str:
    """XML in which every "&" outside CDATA begins a reference: addresses are often written with bare ones."""
    if "&" not in data:
        return data
    pieces = _CDATA.split(data)
    pieces[::2] = (_BARE_AMPERSAND.sub("&amp;", piece) for piece in pieces[::2])
    return "".join(pieces)
