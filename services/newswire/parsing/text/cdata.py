"""CDATA markers that a generator escaped, so that they became part of the text."""

from typing import Final

_START: Final = "<![CDATA["
_END: Final = "]]>"
_MAX_LAYERS: Final = 3


def without_cdata_markers(text: str) -> str:
    """``text`` without the CDATA markers that wrap all of it: ``<![CDATA[Title]]>`` is ``Title``.

    A text that was cut off may lack the end. Markers within a text stay: it may be about them.
    """
    for _ in range(_MAX_LAYERS):
        bare = text.strip()
        if not bare.startswith(_START):
            return text
        inner = bare[len(_START) :]
        if inner.endswith(_END):
            # Where the text itself held the end marker, generators close one section and open the next.
            text = inner[: -len(_END)].replace(_END + _START, "")
        elif _END not in inner:
            text = inner
        else:
            return text
    return text
