"""The lines of the ledger that came to an end long ago, counted into totals."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from newswire.ports.time_place import TimePlace


@dataclass(frozen=True, slots=True)
class FoldedPage:
    """What one step folded."""

    lines: int
    """Lines that the totals count from now on."""
    deleted: int
    """Those of them that were deleted: re-checks, which no poll asks for."""
    behind: TimePlace | None
    """Where the next step goes on; None at the end."""


@dataclass(frozen=True, slots=True)
class Foldable:
    """What is to be folded, at most: a line that follows another one waits for that."""

    lines: int
    rechecks: int
    """How many of them are re-checks, nearly all of which are deleted."""


class LedgerFold(Protocol):
    """Folds the ledger. What `newswire.ports.Ledger.balance` counts is the same before and after each step."""

    async def fold(self, until: datetime, behind: TimePlace | None, limit: int) -> FoldedPage:
        """Fold lines found before ``until``, from a place on, in one transaction that looks at ``limit`` lines at most.

        A line is folded once it has an outcome, or the line that it follows is folded. Others stay as they are, as do
        lines that somebody writes to meanwhile: nobody is waited for.
        """
        ...

    async def foldable(self, until: datetime) -> Foldable:
        """Count what `fold` would fold."""
        ...
