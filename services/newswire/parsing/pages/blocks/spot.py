"""Where a walk over a page's tree stands, before it is known whether any text is found there."""

import re
from typing import Any, Final

from newswire.parsing.pages.blocks.names import BIT, MAX_NAME, groups_of
from newswire.parsing.pages.blocks.place import CONTEXT_BIT, CONTEXT_OF, Place

HIDDEN: Final = re.compile(r"display\s*+:\s*+none", re.IGNORECASE)
"""A style that hides an element."""


class Spot:
    """A block element that the walk is in. Its place is made when text is found below it: many elements have none."""

    __slots__ = ("above", "element", "made", "tag")

    def __init__(self, element: Any, tag: str, above: "Spot | None") -> None:
        """Stand in ``element`` below ``above``; None for the first element that is read."""
        self.element = element
        self.tag = tag
        self.above = above
        self.made: Place | None = None

    def place(self) -> Place:
        """The place of the element, the same one each time."""
        if self.made is None:
            above = self.above.place() if self.above is not None else Place("html", None, 0, 0, "")
            self.made = _place(self.element, self.tag, above)
        return self.made


def _place(element: Any, tag: str, parent: Place) -> Place:
    """The place of a block element below ``parent``."""
    context = parent.context | CONTEXT_OF.get(tag, 0)
    name = ""
    own = 0
    if keys := element.keys():
        get = element.get
        name = get("class") if "class" in keys else ""
        if name or "id" in keys:
            own = groups_of(f"{name} {get('id') or ''}")
        if "hidden" in keys or ("style" in keys and HIDDEN.search(get("style")[:MAX_NAME])):
            context |= CONTEXT_BIT["hidden"]
        if "aria-hidden" in keys and get("aria-hidden") == "true":
            context |= CONTEXT_BIT["aria-hidden"]
        if "itemprop" in keys and get("itemprop") == "articleBody":
            context |= CONTEXT_BIT["itemprop"]
            own |= BIT["body"]
        if "role" in keys and get("role") == "navigation":
            own |= BIT["nav"]
    return Place(tag, parent, own, context, f"{tag}.{name[:MAX_NAME]}" if name else tag)
