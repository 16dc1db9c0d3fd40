"""What an element stands in: the article itself, a box about its author, or what belongs to other articles."""

from collections.abc import Iterable
from typing import Any, Final

from newswire.parsing.pages import mark_words as words_

_MOST_ANCESTORS: Final = 14
_LONGEST_TYPE: Final = 240
MAX_NAMES: Final = 500
"""Characters of the names of one element that are kept."""


class Zones:
    """The zones of one page's elements, remembered: elements stand in the same ones again and again."""

    def __init__(self) -> None:
        self._bits: dict[Any, int] = {}
        self._names: dict[Any, tuple[str, ...]] = {}

    def clear(self, elements: Iterable[Any]) -> None:
        """State that these elements are in no zone, whatever their classes say."""
        self._bits.update(dict.fromkeys(elements, 0))

    def of(self, element: Any) -> int:
        """The bits FOREIGN and ABOUT of an element and what it stands in."""
        bits = 0
        node = element
        for _ in range(_MOST_ANCESTORS):
            if node is None or node.tag in {"body", "html"}:
                break
            known = self._bits.get(node)
            if known is None:
                known = words_.zone(f"{node.get('class') or ''} {node.get('id') or ''}")
                if node.tag in words_.FOREIGN_TAGS or "event" in (node.get("itemtype") or "")[:_LONGEST_TYPE].lower():
                    known |= words_.FOREIGN
                self._bits[node] = known
            bits |= known
            node = node.getparent()
        return bits

    def names(self, element: Any) -> tuple[str, ...]:
        """The class, the id and the item type of an element, lower case.

        They are remembered, since very many elements may stand in one whose class is very long.
        """
        names = self._names.get(element)
        if names is None:
            stated = (element.get(key) or "" for key in ("class", "id", "itemtype"))
            names = self._names[element] = tuple(each[:MAX_NAMES].lower() for each in stated)
        return names

    def is_of_other(self, element: Any) -> bool:
        """Whether an item's property stands in a comment, an event or another article, by the words around it."""
        for _, ancestor in zip(range(_MOST_ANCESTORS), element.iterancestors(), strict=False):
            if words_.OTHER_ITEM.search(" ".join(self.names(ancestor))[:_LONGEST_TYPE]):
                return True
        return False
