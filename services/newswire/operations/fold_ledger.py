"""Fold what ended long ago into the totals of the ledger, in small steps between which others write."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from newswire.operations.paced import paced
from newswire.ports import Clock, FoldedPage, LedgerFold

STEP: Final = 500
"""Lines that one transaction looks at."""


async def fold_ledger(
    ledger: LedgerFold,
    clock: Clock,
    keep_days: int,
    *,
    most: int | None = None,
    passed: Callable[[int], None] | None = None,
) -> FoldedPage:
    """Fold the lines that are older than ``keep_days``; returns how many, and where it stopped.

    It stops once ``most`` lines are folded. ``passed`` is told after each step how many it has folded so far. Raises
    `Wait` when the database is away.
    """
    until = clock.now() - timedelta(days=keep_days)
    done = FoldedPage(0, 0, None)

    async def step() -> bool:
        nonlocal done
        page = await ledger.fold(until, done.behind, STEP)
        done = FoldedPage(done.lines + page.lines, done.deleted + page.deleted, page.behind)
        if passed is not None:
            passed(done.lines)
        return done.behind is not None and (most is None or done.lines < most)

    await paced(step, clock)
    return done
