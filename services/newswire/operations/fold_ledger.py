"""Fold what ended long ago into the totals of the ledger, in small steps between which others write."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from newswire.ports import Clock, FoldedPage, LedgerFold

FIRST: Final = 250
"""Lines that the first transaction looks at."""
FEWEST: Final = 10
MOST: Final = 1_000
STEP_S: Final = 0.05
"""What a step is to take: so long a poll may have to wait that touches one of its lines."""


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
    lines, deleted, behind, limit = 0, 0, None, FIRST
    while True:
        began = clock.now()
        page = await ledger.fold(until, behind, limit)
        lines, deleted, behind = lines + page.lines, deleted + page.deleted, page.behind
        if passed is not None:
            passed(lines)
        if behind is None or (most is not None and lines >= most):
            return FoldedPage(lines, deleted, behind)
        took_s = (clock.now() - began).total_seconds()
        limit = next_limit(limit, took_s)
        if took_s > 0:
            await clock.sleep(took_s)


def next_limit(limit: int, took_s: float) -> int:
    """How many lines the next step looks at, after one that looked at ``limit`` and took ``took_s``.

    As many as take `STEP_S` at that pace, but at most twice as many: pages that were not in memory are slow.
    """
    at_that_pace = limit * STEP_S / took_s if took_s > 0 else MOST
    return max(FEWEST, min(round(at_that_pace), 2 * limit, MOST))
