"""What is kept for a time only: texts and dead letters."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from newswire.ports.time_place import TimePlace


@dataclass(frozen=True, slots=True)
class DroppedTexts:
    """What one step over old texts did."""

    texts: int
    """Texts that were dropped."""
    size: int
    """Their bytes in UTF-8, with the descriptions that went along."""
    kept: int
    """Old texts that stay: a feed still shows their article, or it is to be looked at again."""
    behind: TimePlace | None
    """Where the next step goes on; None at the end."""


@dataclass(frozen=True, slots=True)
class DroppedLetters:
    """Dead letters that were deleted."""

    letters: int
    unsent: int
    """Those of them that nobody had sent again."""


class StoreRetention(Protocol):
    """Drops what is old. Identity stays: ids, addresses, titles, dates, hashes, outcomes, positions, and the audit."""

    async def drop_texts(
        self, until: datetime, behind: TimePlace | None, limit: int, now: datetime, *, dry: bool = False
    ) -> DroppedTexts:
        """Look at the next ``limit`` texts that were recorded before ``until``, and drop them in one transaction.

        A text that was replaced by a newer one goes. An article's last one stays while a feed shows the article, or it
        is to be looked at again. Texts that somebody writes to meanwhile stay, too: nobody is waited for. The change
        that brought a dropped text keeps its id and position; readers get it without words. ``dry``: write nothing.
        """
        ...

    async def drop_letters(self, until: datetime, limit: int, *, dry: bool = False) -> DroppedLetters:
        """Delete at most ``limit`` dead letters that failed, or were last sent again, before ``until``.

        Their entries stay rejected, with their reasons. ``dry``: count all of them, and write nothing.
        """
        ...
