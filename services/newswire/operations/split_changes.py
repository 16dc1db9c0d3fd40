"""Split the changes that were stored whole, in small steps between which others write."""

from collections.abc import Callable
from typing import Final

from newswire.ports import Clock, SplitPage, WholeChanges

STEP: Final = 500
"""Positions that one transaction looks at."""


async def split_changes(
    changes: WholeChanges, clock: Clock, *, dry: bool = False, passed: Callable[[int], None] | None = None
) -> SplitPage:
    """Store the article of every older change once; returns how many changes were split, and what that saved.

    ``dry``: count only. ``passed`` is told after each step how many it has split so far. A pause after each step is as
    long as the step, so writers get at least half of the time. Raises as `WholeChanges.split` does.
    """
    split, saved, behind = 0, 0, 0
    while True:
        began = clock.now()
        page = await changes.split(behind, STEP, dry=dry)
        split, saved = split + page.split, saved + page.saved
        if passed is not None:
            passed(split)
        if page.behind is None:
            return SplitPage(split, saved, None)
        behind = page.behind
        if (took_s := (clock.now() - began).total_seconds()) > 0:
            await clock.sleep(took_s)
