"""Fold what ended long ago into the totals of the ledger, in small steps between which others write."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from newswire.operations.paced import paced
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

    It stops once ``most`` lines are folded. ``passed`` is told after each step how many it has folded so far. Raises
    `Wait` when the database is away.
    """
    until = clock.now() - timedelta(days=keep_days)
    done, limit = FoldedPage(0, 0, None), FIRST

    async def step() -> bool:
        nonlocal done, limit
        began = clock.now()
        page = await ledger.fold(until, done.behind, limit)
        limit = next_limit(limit, (clock.now() - began).total_seconds())
        done = FoldedPage(done.lines + page.lines, done.deleted + page.deleted, page.behind)
        if passed is not None:
            passed(done.lines)
        return done.behind is not None and (most is None or done.lines < most)

    await paced(step, clock)
    return done


def next_limit(limit: int, took_s: float) -> int:
    """How many lines the next step looks at, after one that looked at ``limit`` and took ``took_s``.

    As many as take `STEP_S` at that pace, but at most twice as many: pages that were not in memory are slow.
    """
    at_that_pace = limit * STEP_S / took_s if took_s > 0 else MOST
    return max(FEWEST, min(round(at_that_pace), 2 * limit, MOST))
