"""Changes that were stored whole before their articles could be left to the revisions."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SplitPage:
    """What one step split."""

    split: int
    """Changes that are stored without their article from now on."""
    saved: int
    """Bytes of their articles, as they are in the event."""
    behind: int | None
    """The position behind which the next step goes on; None at the end."""


class WholeChanges(Protocol):
    """Splits changes. Every reader of the wire gets the same bytes before and after each step."""

    async def split(self, behind: int, limit: int, *, dry: bool = False) -> SplitPage:
        """Look at the next ``limit`` positions in one transaction; split the changes there that are stored whole.

        A change whose bytes could not be composed again stays as it is, as does one that somebody writes to meanwhile.
        ``dry``: write nothing. Raises `UsageError` where an older newswire may still read the database.
        """
        ...
