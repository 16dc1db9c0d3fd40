"""Split the changes that were stored whole, in small steps between which others write."""

from collections.abc import Callable
from typing import Final

from newswire.operations.paced import paced
from newswire.ports import Clock, SplitPage, WholeChanges

STEP: Final = 500
"""Positions that one transaction looks at."""


async def split_changes(
    changes: WholeChanges, clock: Clock, *, dry: bool = False, passed: Callable[[int], None] | None = None
) -> SplitPage:
    """Store the article of every older change once; returns how many changes were split, and what that saved.

    ``dry``: count only. ``passed`` is told after each step how many it has split so far. Raises as
    `WholeChanges.split` does.
    """
    done = SplitPage(0, 0, 0)

    async def step() -> bool:
        nonlocal done
        page = await changes.split(done.behind or 0, STEP, dry=dry)
        done = SplitPage(done.split + page.split, done.saved + page.saved, page.behind)
        if passed is not None:
            passed(done.split)
        return done.behind is not None

    await paced(step, clock)
    return done
