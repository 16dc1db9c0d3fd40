"""Fold what ended long ago into the totals of the ledger, in small steps between which others write."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

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

    It stops once ``most`` lines are folded. ``passed`` is told after each step how many it has folded so far. A pause
    after each step is as long as the step, so writers get at least half of the time. Raises `Wait` when the database
    is away.
    """
    until = clock.now() - timedelta(days=keep_days)
    lines, deleted, behind = 0, 0, None
    while True:
        began = clock.now()
        page = await ledger.fold(until, behind, STEP)
        lines, deleted, behind = lines + page.lines, deleted + page.deleted, page.behind
        if passed is not None:
            passed(lines)
        if behind is None or (most is not None and lines >= most):
            return FoldedPage(lines, deleted, behind)
        if (took_s := (clock.now() - began).total_seconds()) > 0:
            await clock.sleep(took_s)
